-- What was typed is kept for each form that a session ran out under: two tabs are two drafts. A text that
-- was sealed for its account opens under the same number here.
ALTER TABLE draft RENAME TO draft_of_account;
CREATE TABLE draft (
  id BIGINT PRIMARY KEY,
  account BIGINT NOT NULL REFERENCES account (id),
  path TEXT NOT NULL,
  body TEXT NOT NULL,
  kept_at TEXT NOT NULL,
  UNIQUE (account, path)
);
INSERT INTO draft (id, account, path, body, kept_at)
  SELECT account, account, path, body, kept_at FROM draft_of_account;
INSERT INTO counter (name, next) SELECT 'draft', COALESCE(MAX(account), 0) + 1 FROM draft_of_account;
DROP TABLE draft_of_account
