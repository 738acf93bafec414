-- Sharing agreements. A wording is kept as its own text, version by version, and never edited; who
-- signed it, who answers for it, when it was checked and whether it was ended early are dated facts.

CREATE TABLE agreement (
  id BIGINT PRIMARY KEY,
  made BIGINT NOT NULL REFERENCES change (id)
);

CREATE TABLE agreement_version (
  agreement BIGINT NOT NULL REFERENCES agreement (id),
  number BIGINT NOT NULL,
  terms TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  PRIMARY KEY (agreement, number)
);

-- party is an organisation, or null for the council.
CREATE TABLE agreement_signature (
  id BIGINT PRIMARY KEY,
  agreement BIGINT NOT NULL REFERENCES agreement (id),
  version BIGINT NOT NULL,
  party TEXT,
  name TEXT NOT NULL,
  post TEXT NOT NULL,
  day TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id)
);
CREATE INDEX agreement_signature_by_agreement ON agreement_signature (agreement, version);

CREATE TABLE agreement_contact (
  id BIGINT PRIMARY KEY,
  agreement BIGINT NOT NULL REFERENCES agreement (id),
  deputy BIGINT NOT NULL,
  name TEXT NOT NULL,
  post TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX agreement_contact_by_agreement ON agreement_contact (agreement) WHERE ended IS NULL;

CREATE TABLE agreement_check (
  id BIGINT PRIMARY KEY,
  agreement BIGINT NOT NULL REFERENCES agreement (id),
  day TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id)
);

CREATE TABLE agreement_end (
  agreement BIGINT PRIMARY KEY REFERENCES agreement (id),
  day TEXT NOT NULL,
  reason TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id)
);
