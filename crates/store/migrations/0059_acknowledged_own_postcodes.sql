-- When a notice that was passed on to another council was acknowledged there, and by which of its accounts.
ALTER TABLE notice ADD COLUMN acknowledged_at TEXT;
ALTER TABLE notice ADD COLUMN acknowledged_by BIGINT;

-- Where the owner of an account lives, so that looks at neighbours are noticed; sealed. Gone with the account.
CREATE TABLE account_home (
  account BIGINT PRIMARY KEY REFERENCES account (id),
  postcode TEXT NOT NULL
)
