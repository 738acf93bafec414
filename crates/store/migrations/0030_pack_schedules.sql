-- Packs that are made every month for somebody, and what was made: frozen, with the serial it went out under.

CREATE TABLE pack_schedule (
  id BIGINT PRIMARY KEY,
  account BIGINT REFERENCES account (id),
  kind TEXT NOT NULL,
  named TEXT NOT NULL,
  sent_to TEXT NOT NULL,
  purpose TEXT NOT NULL,
  made_at TEXT NOT NULL,
  ended_at TEXT
);

CREATE TABLE pack_made (
  schedule BIGINT NOT NULL REFERENCES pack_schedule (id),
  month TEXT NOT NULL,
  at TEXT NOT NULL,
  serial BIGINT NOT NULL REFERENCES circulation (serial),
  words TEXT NOT NULL,
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (schedule, month)
);
