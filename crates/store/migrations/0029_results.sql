-- Values that came as benefits information, by the print of the value.
CREATE TABLE benefit_mark (
  fact BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  item TEXT NOT NULL,
  print TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX benefit_mark_by_person ON benefit_mark (person, made);
CREATE INDEX benefit_mark_made ON benefit_mark (made);
CREATE INDEX benefit_mark_ended ON benefit_mark (ended);

-- What stands between young people and the providers they applied to, and exam results on their way from
-- a school to those providers: sent once, passed on by name, withdrawn when somebody objects.

CREATE TABLE application (
  id BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  provider TEXT NOT NULL REFERENCES organisation (id),
  tie TEXT NOT NULL,
  day TEXT NOT NULL,
  said_by TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE UNIQUE INDEX application_now ON application (person, provider) WHERE ended IS NULL;
CREATE INDEX application_by_provider ON application (provider) WHERE ended IS NULL;

CREATE TABLE result_send (
  id BIGINT PRIMARY KEY,
  school TEXT NOT NULL REFERENCES organisation (id),
  file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  rows_read BIGINT NOT NULL,
  rows_kept BIGINT NOT NULL,
  faults TEXT NOT NULL,
  state TEXT NOT NULL,
  checked_at TEXT NOT NULL,
  sent_at TEXT,
  account BIGINT REFERENCES account (id),
  made BIGINT NOT NULL REFERENCES change (id)
);
CREATE INDEX result_send_by_school ON result_send (school, id);

CREATE TABLE result_row (
  send BIGINT NOT NULL REFERENCES result_send (id),
  line BIGINT NOT NULL,
  person BIGINT NOT NULL REFERENCES young_person (id),
  series TEXT NOT NULL,
  subject TEXT NOT NULL,
  level TEXT NOT NULL,
  grade TEXT NOT NULL,
  PRIMARY KEY (send, line)
);
CREATE INDEX result_row_by_person ON result_row (person);

CREATE TABLE result_pass (
  send BIGINT NOT NULL REFERENCES result_send (id),
  person BIGINT NOT NULL REFERENCES young_person (id),
  provider TEXT NOT NULL REFERENCES organisation (id),
  passed_at TEXT NOT NULL,
  seen_at TEXT,
  seen_by BIGINT REFERENCES account (id),
  PRIMARY KEY (send, person, provider)
);
CREATE INDEX result_pass_by_provider ON result_pass (provider, send);
