-- Services that sign people in for an organisation, invitations to join one's account to such a service,
-- and what a sign-in on its way there is for. The council's own service has no organisation.

CREATE TABLE sign_on_provider (
  id BIGINT PRIMARY KEY,
  organisation TEXT REFERENCES organisation (id),
  name TEXT NOT NULL,
  issuer TEXT NOT NULL,
  client TEXT NOT NULL,
  secret TEXT NOT NULL,
  classes TEXT NOT NULL,
  made_at TEXT NOT NULL,
  ended_at TEXT
);

CREATE TABLE sign_on_invitation (
  token_hash TEXT PRIMARY KEY,
  provider BIGINT NOT NULL REFERENCES sign_on_provider (id),
  account BIGINT NOT NULL REFERENCES account (id),
  made_at TEXT NOT NULL,
  used_at TEXT
);

-- purpose is 'in', 'join' or 'prove'; path is where somebody goes on after a proof.
ALTER TABLE outside_sign_in ADD COLUMN provider BIGINT;
ALTER TABLE outside_sign_in ADD COLUMN purpose TEXT;
ALTER TABLE outside_sign_in ADD COLUMN path TEXT;
ALTER TABLE outside_sign_in ADD COLUMN invitation TEXT;

-- What came before the code of a device: a password, or another service by its name.
ALTER TABLE sign_in_step ADD COLUMN how TEXT;
