-- The audit as a chain: each row's hash is taken over the row and the hash before it. Rows from before
-- this step have none; the first that has one begins the chain.

ALTER TABLE audit ADD COLUMN hash TEXT;

-- "Whose data did this account see between two instants?" reads one account's rows in order of time.
CREATE INDEX audit_by_account_at ON audit (account, at);

DROP INDEX audit_by_account;

-- That a partner was reminded of a delivery, or that it came another way than as a file.
CREATE TABLE delivery_note (
  id BIGINT PRIMARY KEY,
  agreement BIGINT NOT NULL REFERENCES agreement (id),
  partner TEXT NOT NULL,
  flow TEXT NOT NULL,
  due TEXT NOT NULL,
  what TEXT NOT NULL,
  day TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id)
);

-- What somebody said about sharing with a partner: yes where consent is the basis, no to the part of
-- the school file that the law leaves to them. partner is empty for a no to every school. The last word
-- counts; no word is ever taken out.
CREATE TABLE sharing_word (
  id BIGINT PRIMARY KEY,
  person BIGINT NOT NULL,
  partner TEXT NOT NULL,
  word TEXT NOT NULL,
  said_by TEXT NOT NULL,
  how TEXT NOT NULL,
  wording TEXT NOT NULL,
  evidence TEXT NOT NULL,
  office TEXT NOT NULL,
  day TEXT NOT NULL,
  until TEXT,
  made BIGINT NOT NULL REFERENCES change (id)
);
CREATE INDEX sharing_word_by_partner ON sharing_word (partner);

-- A link by which a provider's contact tells of somebody without an account. Only its hash is kept.
CREATE TABLE notice_link (
  id BIGINT PRIMARY KEY,
  secret_hash TEXT NOT NULL UNIQUE,
  organisation TEXT NOT NULL,
  contact TEXT NOT NULL,
  until TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);

CREATE TABLE notice (
  id BIGINT PRIMARY KEY,
  link BIGINT NOT NULL REFERENCES notice_link (id),
  receipt TEXT NOT NULL,
  kind TEXT NOT NULL,
  given TEXT NOT NULL,
  family TEXT NOT NULL,
  born TEXT NOT NULL,
  day TEXT NOT NULL,
  note TEXT NOT NULL,
  received_at TEXT NOT NULL,
  person BIGINT,
  done_at TEXT,
  done_by BIGINT,
  outcome TEXT
);
CREATE INDEX notice_open ON notice (id) WHERE done_at IS NULL
