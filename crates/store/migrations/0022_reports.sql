-- What people make of figures: own reports and their runs, written analyses, where packs went.

CREATE TABLE saved_report (
  id BIGINT PRIMARY KEY,
  account BIGINT REFERENCES account (id),
  title TEXT NOT NULL,
  measure TEXT NOT NULL,
  cuts TEXT NOT NULL,
  months BIGINT NOT NULL,
  shared BIGINT NOT NULL,
  scheduled BIGINT NOT NULL,
  made_at TEXT NOT NULL,
  ended_at TEXT
);

-- A run is frozen: the figures as they were counted for its owner.
CREATE TABLE report_run (
  report BIGINT NOT NULL REFERENCES saved_report (id),
  month TEXT NOT NULL,
  at TEXT NOT NULL,
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (report, month)
);

-- Words are never edited in place: the highest version counts.
CREATE TABLE analysis (
  subject TEXT NOT NULL,
  month TEXT NOT NULL,
  version BIGINT NOT NULL,
  text TEXT NOT NULL,
  made_from TEXT NOT NULL,
  at TEXT NOT NULL,
  account BIGINT REFERENCES account (id),
  PRIMARY KEY (subject, month, version)
);

CREATE TABLE circulation (
  serial BIGINT PRIMARY KEY,
  at TEXT NOT NULL,
  subject TEXT NOT NULL,
  month TEXT NOT NULL,
  sent_to TEXT NOT NULL,
  purpose TEXT NOT NULL,
  how TEXT NOT NULL,
  account BIGINT REFERENCES account (id)
);
CREATE INDEX circulation_by_subject ON circulation (subject, serial);
