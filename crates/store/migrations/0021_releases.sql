-- Numbers that leave the house: published tables, frozen; files of people, each with a serial.

-- A release is never edited. tables holds the true counts, for the attack on the next release and for
-- nobody else; content is what the public sees, and hash is over it.
CREATE TABLE release (
  id BIGINT PRIMARY KEY,
  month TEXT NOT NULL,
  edition TEXT NOT NULL,
  tables TEXT NOT NULL,
  coarsened TEXT NOT NULL,
  attacked BIGINT NOT NULL,
  least BIGINT,
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  note TEXT NOT NULL,
  at TEXT NOT NULL,
  account BIGINT REFERENCES account (id)
);

-- A file of people that somebody asked for. It is made when it is taken, once, within a day.
CREATE TABLE people_export (
  serial BIGINT PRIMARY KEY,
  at TEXT NOT NULL,
  account BIGINT REFERENCES account (id),
  what TEXT NOT NULL,
  purpose TEXT NOT NULL,
  people BIGINT NOT NULL,
  needs_second BIGINT NOT NULL,
  second BIGINT REFERENCES account (id),
  second_at TEXT,
  taken_at TEXT,
  hash TEXT
);
CREATE INDEX people_export_by_account ON people_export (account, serial);
