-- What young people ask about their own data, step by step; and what is destroyed when its time is over.

-- Requests with every step taken. Nothing here is edited; the answer is among the steps.
CREATE TABLE right_request (
  id BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  kind TEXT NOT NULL,
  said_by TEXT NOT NULL,
  words TEXT NOT NULL,
  received TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id)
);
CREATE INDEX right_request_by_person ON right_request (person);

CREATE TABLE right_step (
  id BIGINT PRIMARY KEY,
  request BIGINT NOT NULL REFERENCES right_request (id),
  step TEXT NOT NULL,
  words TEXT NOT NULL,
  day TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id)
);
CREATE INDEX right_step_by_request ON right_step (request);

-- What a reviewer takes out of a pack, by the key of a row of the pack.
CREATE TABLE right_removal (
  id BIGINT PRIMARY KEY,
  request BIGINT NOT NULL REFERENCES right_request (id),
  item TEXT NOT NULL,
  words TEXT NOT NULL,
  why TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX right_removal_by_request ON right_removal (request) WHERE ended IS NULL;

-- Records whose use is stopped: kept, but in no list, file or prediction.
CREATE TABLE use_stop (
  request BIGINT PRIMARY KEY REFERENCES right_request (id),
  person BIGINT NOT NULL REFERENCES young_person (id),
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX use_stop_standing ON use_stop (person) WHERE ended IS NULL;

CREATE TABLE retention_hold (
  id BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX retention_hold_standing ON retention_hold (person) WHERE ended IS NULL;

-- A month's list: drawn by one person, approved by another, carried out at once. The proof is the hash
-- over its lines with what became of each.
CREATE TABLE retention_run (
  id BIGINT PRIMARY KEY,
  day TEXT NOT NULL,
  rules TEXT NOT NULL,
  drawn_at TEXT NOT NULL,
  drawn_by BIGINT NOT NULL,
  approved_at TEXT,
  approved_by BIGINT,
  proof TEXT
);

-- Numbers of people and files alone: they say nothing once what they stood for is gone.
CREATE TABLE retention_line (
  run BIGINT NOT NULL REFERENCES retention_run (id),
  line BIGINT NOT NULL,
  rule TEXT NOT NULL,
  category TEXT NOT NULL,
  subject BIGINT NOT NULL,
  since TEXT NOT NULL,
  outcome TEXT NOT NULL,
  rows BIGINT NOT NULL,
  PRIMARY KEY (run, line)
);
CREATE INDEX retention_line_by_subject ON retention_line (category, subject);

-- How many went, by the year of their birth: all that stays of them.
CREATE TABLE retention_count (
  run BIGINT NOT NULL REFERENCES retention_run (id),
  born BIGINT NOT NULL,
  people BIGINT NOT NULL,
  PRIMARY KEY (run, born)
)
