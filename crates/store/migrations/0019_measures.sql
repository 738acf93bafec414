-- What figures are held against, and indexes for keeping the cohort in memory fresh by what changed.

CREATE TABLE target (
  id BIGINT PRIMARY KEY,
  measure TEXT NOT NULL,
  level_permille BIGINT NOT NULL,
  by_month TEXT NOT NULL,
  from_permille BIGINT,
  from_month TEXT,
  agreed_on TEXT,
  owners TEXT NOT NULL,
  source TEXT NOT NULL,
  grant_pence BIGINT,
  losses TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);

CREATE INDEX assignment_made ON assignment (made);
CREATE INDEX assignment_ended ON assignment (ended) WHERE ended IS NOT NULL;
CREATE INDEX contact_made ON contact (made);
CREATE INDEX contact_ended ON contact (ended) WHERE ended IS NOT NULL;
