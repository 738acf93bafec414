-- Who was trained in recording: in what, on which day, by whom, and until when it holds where it lapses. A
-- session is a row for each who came; ended takes back what was written by mistake.
CREATE TABLE training (
  id BIGINT PRIMARY KEY,
  account BIGINT NOT NULL REFERENCES account (id),
  title TEXT NOT NULL,
  day TEXT NOT NULL,
  trainer TEXT NOT NULL,
  valid_until TEXT,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX training_by_account ON training (account);

-- Reviews of the data that is there, an adviser's caseload at a time: on which day, by whom, what was found,
-- and when it is due again.
CREATE TABLE caseload_review (
  id BIGINT PRIMARY KEY,
  adviser BIGINT NOT NULL REFERENCES account (id),
  day TEXT NOT NULL,
  reviewer BIGINT NOT NULL REFERENCES account (id),
  found TEXT NOT NULL,
  due TEXT,
  made BIGINT NOT NULL REFERENCES change (id)
);
CREATE INDEX caseload_review_by_adviser ON caseload_review (adviser)
