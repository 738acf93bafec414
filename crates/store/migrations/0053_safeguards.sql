-- A role that can approve is given by two: who asked, and who of those that have such a role agreed. Nobody
-- is in agreed_by where whoever keeps the server did.
CREATE TABLE role_grant (
  id BIGINT PRIMARY KEY,
  account BIGINT NOT NULL REFERENCES account (id),
  role TEXT NOT NULL,
  localities TEXT NOT NULL,
  asked_by BIGINT NOT NULL REFERENCES account (id),
  asked_at TEXT NOT NULL,
  agreed_by BIGINT REFERENCES account (id),
  agreed_at TEXT
);
CREATE INDEX role_grant_by_account ON role_grant (account);

-- Accounts that searched, or opened records, faster than people do: which of the two (act), by day, and in how
-- many of its minutes.
CREATE TABLE hasty_search (
  account BIGINT NOT NULL REFERENCES account (id),
  day TEXT NOT NULL,
  act TEXT NOT NULL,
  minutes BIGINT NOT NULL,
  last_at TEXT NOT NULL,
  PRIMARY KEY (account, day, act)
);

-- Accounts whose password and device's secret lie sealed in an envelope for the day on which nobody else can
-- sign in, and every time that one was used.
CREATE TABLE envelope (
  account BIGINT PRIMARY KEY REFERENCES account (id),
  made_at TEXT NOT NULL
);
CREATE TABLE envelope_use (
  account BIGINT NOT NULL REFERENCES envelope (account),
  at TEXT NOT NULL,
  PRIMARY KEY (account, at)
);

-- Whoever had become a partner's before that counted as being vouched for never lapsed. They have from the
-- day of this step what a new account has, and then somebody has to say that they are needed.
UPDATE account SET attested_on = CAST(CURRENT_DATE AS TEXT) WHERE organisation IS NOT NULL AND attested_on IS NULL
