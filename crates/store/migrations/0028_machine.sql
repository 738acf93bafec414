-- Tokens by which partners' own systems speak to us, each bound to one agreement and to an account that
-- nobody can sign in with; and what was answered to what they sent, so that sending twice is sending once.

CREATE TABLE machine_token (
  id BIGINT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  account BIGINT NOT NULL REFERENCES account (id),
  agreement BIGINT NOT NULL REFERENCES agreement (id),
  organisation TEXT NOT NULL REFERENCES organisation (id),
  link BIGINT NOT NULL REFERENCES notice_link (id),
  name TEXT NOT NULL,
  until TEXT NOT NULL,
  used_on TEXT,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX machine_token_by_account ON machine_token (account);

CREATE TABLE machine_answer (
  token BIGINT NOT NULL REFERENCES machine_token (id),
  sent_key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  at TEXT NOT NULL,
  status BIGINT,
  content TEXT,
  PRIMARY KEY (token, sent_key)
);
