-- Signing in and keeping accounts. Names of throttles and addresses of browsers are kept as hashes.

CREATE TABLE throttle (
  name TEXT PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at TEXT NOT NULL,
  wait_until TEXT NOT NULL
);

CREATE TABLE sign_in_known (
  account BIGINT NOT NULL REFERENCES account (id),
  place TEXT NOT NULL,
  last_at TEXT NOT NULL,
  PRIMARY KEY (account, place)
);

-- A link by which somebody chooses their own password, once.
CREATE TABLE password_link (
  token_hash TEXT PRIMARY KEY,
  account BIGINT NOT NULL REFERENCES account (id),
  made_at TEXT NOT NULL,
  used_at TEXT
);
CREATE INDEX password_link_by_account ON password_link (account);

ALTER TABLE organisation ADD COLUMN deputy_name TEXT;

ALTER TABLE organisation ADD COLUMN deputy_email TEXT;

ALTER TABLE organisation ADD COLUMN deputy_phone TEXT;
