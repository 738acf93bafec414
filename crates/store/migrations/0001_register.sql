-- The register. Facts are never edited: a row is known from the change that made it (made) until the
-- change that ended it (ended; null while it stands). Days are ISO text, ids BIGINT, flags 0/1.

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  next BIGINT NOT NULL
);

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE organisation (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  establishment TEXT,
  urn TEXT,
  ukprn TEXT,
  postcode TEXT,
  ward TEXT,
  locality TEXT,
  consortium TEXT,
  lat DOUBLE PRECISION,
  lon DOUBLE PRECISION,
  contact_name TEXT,
  contact_email TEXT,
  contact_phone TEXT,
  closed_on TEXT
);

CREATE TABLE account (
  id BIGINT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  organisation TEXT REFERENCES organisation (id),
  localities TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  active BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  locked_until TEXT
);

CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  account BIGINT NOT NULL REFERENCES account (id),
  made_at TEXT NOT NULL,
  seen_at TEXT NOT NULL
);
CREATE INDEX session_by_account ON session (account);

CREATE TABLE change (
  id BIGINT PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  account BIGINT REFERENCES account (id),
  import BIGINT,
  reason TEXT,
  undoes BIGINT,
  undone_by BIGINT
);
CREATE INDEX change_by_at ON change (at);

CREATE TABLE young_person (
  id BIGINT PRIMARY KEY,
  ypid TEXT NOT NULL UNIQUE,
  made BIGINT NOT NULL REFERENCES change (id)
);

CREATE TABLE particulars (
  fact BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  given_name TEXT,
  middle_name TEXT,
  family_name TEXT,
  date_of_birth TEXT,
  sex TEXT,
  ethnicity TEXT,
  upn TEXT,
  uln TEXT,
  phone TEXT,
  email TEXT,
  parent_name TEXT,
  parent_phone TEXT,
  school TEXT,
  lead_la TEXT,
  educated_la TEXT,
  la_at_year_11 TEXT,
  cohort_status TEXT,
  status_since TEXT,
  transferred_to TEXT,
  previous_ypid TEXT,
  guarantee_indicator TEXT,
  guarantee_year_11 TEXT,
  guarantee_year_11_la TEXT,
  guarantee_year_12 TEXT,
  guarantee_year_12_la TEXT,
  intended_destination TEXT,
  youth_contract TEXT,
  youth_contract_start TEXT,
  level_of_need TEXT,
  send TEXT,
  sen_support TEXT,
  restricted TEXT,
  protected_address TEXT,
  given_key TEXT NOT NULL,
  family_key TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE UNIQUE INDEX particulars_now ON particulars (person) WHERE ended IS NULL;
CREATE INDEX particulars_by_person ON particulars (person, made);
CREATE INDEX particulars_by_family ON particulars (family_key, given_key) WHERE ended IS NULL;
CREATE INDEX particulars_by_given ON particulars (given_key) WHERE ended IS NULL;
CREATE INDEX particulars_by_birth ON particulars (date_of_birth) WHERE ended IS NULL;
CREATE INDEX particulars_by_upn ON particulars (upn) WHERE ended IS NULL;
CREATE INDEX particulars_by_uln ON particulars (uln) WHERE ended IS NULL;
CREATE INDEX particulars_by_school ON particulars (school) WHERE ended IS NULL;
CREATE INDEX particulars_made ON particulars (made);
CREATE INDEX particulars_ended ON particulars (ended);

CREATE TABLE former_name (
  fact BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  given TEXT NOT NULL,
  family TEXT NOT NULL,
  given_key TEXT NOT NULL,
  family_key TEXT NOT NULL,
  source TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX former_name_by_person ON former_name (person, made);
CREATE INDEX former_name_by_family ON former_name (family_key) WHERE ended IS NULL;
CREATE INDEX former_name_made ON former_name (made);
CREATE INDEX former_name_ended ON former_name (ended);

CREATE TABLE address (
  fact BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  line1 TEXT NOT NULL,
  line2 TEXT NOT NULL,
  line3 TEXT NOT NULL,
  line4 TEXT NOT NULL,
  town TEXT NOT NULL,
  county TEXT NOT NULL,
  postcode TEXT NOT NULL,
  from_day TEXT,
  to_day TEXT,
  ward TEXT,
  ward_2003 TEXT,
  lsoa TEXT,
  deprivation_decile BIGINT,
  locality TEXT,
  vintage TEXT,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX address_by_person ON address (person, made);
CREATE INDEX address_by_postcode ON address (postcode) WHERE ended IS NULL;
CREATE INDEX address_made ON address (made);
CREATE INDEX address_ended ON address (ended);

CREATE TABLE characteristic (
  fact BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  code TEXT NOT NULL,
  from_day TEXT,
  to_day TEXT,
  source TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX characteristic_by_person ON characteristic (person, made);
CREATE INDEX characteristic_made ON characteristic (made);
CREATE INDEX characteristic_ended ON characteristic (ended);

CREATE TABLE spell (
  fact BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  code TEXT NOT NULL,
  establishment_number TEXT,
  establishment_name TEXT,
  ukprn TEXT,
  organisation TEXT,
  start_day TEXT NOT NULL,
  ascertained TEXT,
  verified TEXT,
  verified_by TEXT,
  verified_how TEXT,
  review TEXT,
  predicted_end TEXT,
  end_day TEXT,
  neet_start TEXT,
  lapse_stated TEXT,
  lapsed_stated BIGINT,
  stated_on TEXT,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX spell_by_person ON spell (person, made);
CREATE INDEX spell_open ON spell (person) WHERE ended IS NULL AND end_day IS NULL;
CREATE INDEX spell_by_organisation ON spell (organisation) WHERE ended IS NULL;
CREATE INDEX spell_made ON spell (made);
CREATE INDEX spell_ended ON spell (ended);

CREATE TABLE assignment (
  fact BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  adviser BIGINT NOT NULL REFERENCES account (id),
  from_day TEXT NOT NULL,
  to_day TEXT,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX assignment_by_person ON assignment (person) WHERE ended IS NULL AND to_day IS NULL;
CREATE INDEX assignment_by_adviser ON assignment (adviser) WHERE ended IS NULL AND to_day IS NULL;

CREATE TABLE contact (
  id BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  day TEXT NOT NULL,
  method TEXT NOT NULL,
  outcome TEXT NOT NULL,
  note TEXT NOT NULL,
  next_step TEXT,
  account BIGINT REFERENCES account (id),
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX contact_by_person ON contact (person, day);

CREATE TABLE import (
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  sender TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  file_bytes BIGINT NOT NULL,
  as_of TEXT NOT NULL,
  state TEXT NOT NULL,
  rows_read BIGINT NOT NULL,
  rows_new BIGINT NOT NULL,
  rows_changed BIGINT NOT NULL,
  rows_unchanged BIGINT NOT NULL,
  rows_held BIGINT NOT NULL,
  rows_refused BIGINT NOT NULL,
  options TEXT NOT NULL,
  message TEXT,
  account BIGINT REFERENCES account (id),
  received_at TEXT NOT NULL,
  change BIGINT REFERENCES change (id)
);
CREATE INDEX import_by_hash ON import (file_hash);

CREATE TABLE import_file (
  import BIGINT PRIMARY KEY REFERENCES import (id),
  content BYTEA NOT NULL
);

CREATE TABLE import_row (
  import BIGINT NOT NULL REFERENCES import (id),
  line BIGINT NOT NULL,
  effect TEXT NOT NULL,
  person BIGINT,
  said TEXT NOT NULL,
  reasons TEXT NOT NULL,
  changes TEXT NOT NULL,
  candidates TEXT NOT NULL,
  decision TEXT,
  PRIMARY KEY (import, line)
);
CREATE INDEX import_row_by_effect ON import_row (import, effect, line);
CREATE INDEX import_row_by_person ON import_row (person);

CREATE TABLE mapping (
  sender TEXT NOT NULL,
  kind TEXT NOT NULL,
  mapping TEXT NOT NULL,
  PRIMARY KEY (sender, kind)
);

CREATE TABLE snapshot (
  id BIGINT PRIMARY KEY,
  period_end TEXT NOT NULL,
  edition TEXT NOT NULL,
  version BIGINT NOT NULL,
  state TEXT NOT NULL,
  as_known BIGINT NOT NULL,
  records BIGINT NOT NULL,
  hash TEXT NOT NULL,
  frozen_at TEXT NOT NULL,
  frozen_by BIGINT REFERENCES account (id),
  signed_at TEXT,
  signed_by BIGINT REFERENCES account (id),
  figures TEXT NOT NULL,
  UNIQUE (period_end, version)
);

CREATE TABLE snapshot_file (
  snapshot BIGINT PRIMARY KEY REFERENCES snapshot (id),
  hash TEXT NOT NULL,
  content BYTEA NOT NULL
);

CREATE TABLE snapshot_leaver (
  snapshot BIGINT NOT NULL REFERENCES snapshot (id),
  ypid TEXT NOT NULL,
  status TEXT NOT NULL,
  PRIMARY KEY (snapshot, ypid)
);
CREATE INDEX snapshot_leaver_by_ypid ON snapshot_leaver (ypid);

CREATE TABLE finding (
  snapshot BIGINT NOT NULL REFERENCES snapshot (id),
  line BIGINT NOT NULL,
  person BIGINT,
  ypid TEXT NOT NULL,
  code TEXT NOT NULL,
  priority BIGINT NOT NULL,
  field TEXT NOT NULL,
  message TEXT NOT NULL,
  settled_at TEXT,
  settled_by BIGINT,
  PRIMARY KEY (snapshot, line)
);
CREATE INDEX finding_by_person ON finding (person);

CREATE TABLE audit (
  seq BIGINT PRIMARY KEY,
  at TEXT NOT NULL,
  account BIGINT,
  act TEXT NOT NULL,
  person BIGINT,
  purpose TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX audit_by_person ON audit (person, seq);
CREATE INDEX audit_by_account ON audit (account, seq);
