-- The analysis store, and what predictors were made of it. A fact from a partner's set is known from the
-- change that made it until the change that ended it, as every fact; content is JSON.

CREATE TABLE analysis_load (
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  sender TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  rows_read BIGINT NOT NULL,
  rows_kept BIGINT NOT NULL,
  rows_unmatched BIGINT NOT NULL,
  rows_refused BIGINT NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX analysis_load_by_hash ON analysis_load (file_hash);

CREATE TABLE analysis_fact (
  fact BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  load BIGINT NOT NULL REFERENCES analysis_load (id),
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT,
  source TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX analysis_fact_by_person ON analysis_fact (person, field, from_day);
CREATE INDEX analysis_fact_by_load ON analysis_fact (load);

CREATE TABLE predictor (
  id BIGINT PRIMARY KEY,
  point TEXT NOT NULL,
  target TEXT NOT NULL,
  day TEXT NOT NULL,
  hash TEXT NOT NULL,
  content TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id)
);

CREATE TABLE predictor_state (
  id BIGINT PRIMARY KEY,
  predictor BIGINT NOT NULL REFERENCES predictor (id),
  state TEXT NOT NULL,
  signed_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id)
);
CREATE INDEX predictor_state_by_predictor ON predictor_state (predictor, id);

-- way is model or points: what the chances of this run rest on.
CREATE TABLE predictor_run (
  id BIGINT PRIMARY KEY,
  predictor BIGINT NOT NULL REFERENCES predictor (id),
  point TEXT NOT NULL,
  day TEXT NOT NULL,
  expires TEXT NOT NULL,
  way TEXT NOT NULL,
  as_known BIGINT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id)
);
CREATE INDEX predictor_run_by_point ON predictor_run (point, id);

CREATE TABLE predictor_score (
  run BIGINT NOT NULL REFERENCES predictor_run (id),
  person BIGINT NOT NULL REFERENCES young_person (id),
  chance DOUBLE PRECISION NOT NULL,
  points DOUBLE PRECISION NOT NULL,
  school TEXT,
  content TEXT NOT NULL,
  PRIMARY KEY (run, person)
);
CREATE INDEX predictor_score_by_person ON predictor_score (person, run);
