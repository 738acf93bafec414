-- Complaints about sharing by an agreement: when, from whom (a role, no name), what about, at which step of the
-- grievance clause, and what was answered when. partner is an organisation, or null for all of its partners.
CREATE TABLE agreement_complaint (
  id BIGINT PRIMARY KEY,
  agreement BIGINT NOT NULL REFERENCES agreement (id),
  partner TEXT,
  day TEXT NOT NULL,
  teller TEXT NOT NULL,
  about TEXT NOT NULL,
  step TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  answered_on TEXT,
  answer TEXT,
  answer_made BIGINT REFERENCES change (id)
);
CREATE INDEX agreement_complaint_by_agreement ON agreement_complaint (agreement);

-- Dated clauses that were met: which kind, due on which day, and on which day somebody said so.
CREATE TABLE clause_met (
  id BIGINT PRIMARY KEY,
  agreement BIGINT NOT NULL REFERENCES agreement (id),
  kind TEXT NOT NULL,
  due TEXT NOT NULL,
  day TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id)
);
CREATE INDEX clause_met_by_agreement ON clause_met (agreement)
