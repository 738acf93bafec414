-- Second factors, sign-in by another service, sessions that can be told apart, sponsored accounts,
-- referrals, emergency openings and curious looks. Tokens and places are kept as hashes.

-- Somebody is referred to an organisation: from then on its people reach them.
CREATE TABLE referral (
  id BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  organisation TEXT NOT NULL REFERENCES organisation (id),
  from_day TEXT NOT NULL,
  reason TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX referral_by_person ON referral (person) WHERE ended IS NULL;
CREATE INDEX referral_by_organisation ON referral (organisation) WHERE ended IS NULL;

-- Who of the organisation answers for a partner's account, and when they last said it is needed.
ALTER TABLE account ADD COLUMN sponsor TEXT;
ALTER TABLE account ADD COLUMN attested_on TEXT;

-- name is what its owner ends a session by; proved_at is when they last proved who they are.
ALTER TABLE session ADD COLUMN name TEXT;
ALTER TABLE session ADD COLUMN browser TEXT;
ALTER TABLE session ADD COLUMN how TEXT;
ALTER TABLE session ADD COLUMN proved_at TEXT;

-- last_step is the newest half-minute whose code was used: no code works twice.
CREATE TABLE second_factor (
  account BIGINT PRIMARY KEY REFERENCES account (id),
  seed TEXT NOT NULL,
  last_step BIGINT NOT NULL,
  made_at TEXT NOT NULL,
  confirmed_at TEXT
);

-- Between the password and the code. what is 'code', 'enrol' or 'again'.
CREATE TABLE sign_in_step (
  token_hash TEXT PRIMARY KEY,
  account BIGINT NOT NULL REFERENCES account (id),
  place TEXT NOT NULL,
  made_at TEXT NOT NULL,
  failures BIGINT NOT NULL
);

-- Two people take a lost second factor away: one starts, another agrees.
CREATE TABLE factor_recovery (
  id BIGINT PRIMARY KEY,
  account BIGINT NOT NULL REFERENCES account (id),
  started_by BIGINT NOT NULL REFERENCES account (id),
  started_at TEXT NOT NULL,
  agreed_by BIGINT REFERENCES account (id),
  agreed_at TEXT
);
CREATE INDEX factor_recovery_by_account ON factor_recovery (account);

-- Somebody known to another service, by its own number for them and never by an address.
CREATE TABLE outside_identity (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  account BIGINT NOT NULL REFERENCES account (id),
  made_at TEXT NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX outside_identity_by_account ON outside_identity (account);

-- A sign-in on its way to another service and back.
CREATE TABLE outside_sign_in (
  state_hash TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL,
  nonce TEXT NOT NULL,
  verifier TEXT NOT NULL,
  account BIGINT,
  made_at TEXT NOT NULL
);

-- What somebody had typed when their session ran out, until they have signed in again.
CREATE TABLE draft (
  account BIGINT PRIMARY KEY REFERENCES account (id),
  path TEXT NOT NULL,
  body TEXT NOT NULL,
  kept_at TEXT NOT NULL
);

-- A record opened beyond reach: one person, one session, until an instant. Nothing prolongs it.
CREATE TABLE emergency (
  id BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  account BIGINT NOT NULL REFERENCES account (id),
  session TEXT NOT NULL,
  ground TEXT NOT NULL,
  words TEXT NOT NULL,
  began_at TEXT NOT NULL,
  until TEXT NOT NULL,
  review_due TEXT NOT NULL,
  reviewed_at TEXT,
  reviewed_by BIGINT REFERENCES account (id),
  verdict TEXT,
  review_words TEXT
);
CREATE INDEX emergency_by_session ON emergency (session);
CREATE INDEX emergency_open ON emergency (review_due) WHERE reviewed_at IS NULL;

-- Looks that somebody should explain: why they were noticed, and what came of asking.
CREATE TABLE curious_look (
  id BIGINT PRIMARY KEY,
  account BIGINT NOT NULL REFERENCES account (id),
  person BIGINT NOT NULL REFERENCES young_person (id),
  day TEXT NOT NULL,
  sign TEXT NOT NULL,
  opens BIGINT NOT NULL,
  noticed_at TEXT NOT NULL,
  settled_at TEXT,
  settled_by BIGINT REFERENCES account (id),
  settled_words TEXT
);
CREATE INDEX curious_look_open ON curious_look (noticed_at) WHERE settled_at IS NULL;

-- Looks at records off the reader's caseload that no work explains yet; work on the record drops them.
CREATE TABLE unexplained_look (
  account BIGINT NOT NULL REFERENCES account (id),
  person BIGINT NOT NULL REFERENCES young_person (id),
  day TEXT NOT NULL,
  opens BIGINT NOT NULL,
  PRIMARY KEY (account, person, day)
);
CREATE INDEX unexplained_look_by_day ON unexplained_look (account, day);
