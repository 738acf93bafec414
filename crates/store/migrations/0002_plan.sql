-- Plans. A version is never edited: it stands from the change that made it until the change that ended
-- it. Ids of outcomes and actions are the plan's own and outlive versions; ratings are dated facts.

CREATE TABLE plan (
  id BIGINT PRIMARY KEY,
  made BIGINT NOT NULL REFERENCES change (id)
);

CREATE TABLE plan_version (
  id BIGINT PRIMARY KEY,
  plan BIGINT NOT NULL REFERENCES plan (id),
  number BIGINT NOT NULL,
  title TEXT NOT NULL,
  first_year BIGINT,
  last_year BIGINT,
  rated_on TEXT NOT NULL,
  group_name TEXT NOT NULL,
  purpose TEXT NOT NULL,
  relationships TEXT NOT NULL,
  source TEXT NOT NULL,
  source_hash TEXT NOT NULL,
  names_kept BIGINT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id),
  UNIQUE (plan, number)
);

CREATE TABLE plan_key (
  version BIGINT NOT NULL REFERENCES plan_version (id),
  position BIGINT NOT NULL,
  rating TEXT NOT NULL,
  mark TEXT NOT NULL,
  wording TEXT NOT NULL,
  PRIMARY KEY (version, position)
);

CREATE TABLE plan_aim (
  version BIGINT NOT NULL REFERENCES plan_version (id),
  position BIGINT NOT NULL,
  number BIGINT NOT NULL,
  title TEXT NOT NULL,
  PRIMARY KEY (version, position)
);

CREATE TABLE plan_outcome (
  version BIGINT NOT NULL REFERENCES plan_version (id),
  position BIGINT NOT NULL,
  outcome BIGINT NOT NULL,
  aim BIGINT NOT NULL,
  label TEXT NOT NULL,
  title TEXT NOT NULL,
  by_when TEXT NOT NULL,
  lead TEXT NOT NULL,
  additional TEXT NOT NULL,
  PRIMARY KEY (version, outcome)
);

CREATE TABLE plan_action (
  version BIGINT NOT NULL REFERENCES plan_version (id),
  action BIGINT NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (version, action)
);

CREATE TABLE plan_line (
  version BIGINT NOT NULL REFERENCES plan_version (id),
  outcome BIGINT NOT NULL,
  position BIGINT NOT NULL,
  action BIGINT NOT NULL,
  PRIMARY KEY (version, outcome, position)
);

CREATE TABLE plan_objective (
  version BIGINT NOT NULL REFERENCES plan_version (id),
  position BIGINT NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (version, position)
);

CREATE TABLE plan_parent (
  version BIGINT NOT NULL REFERENCES plan_version (id),
  position BIGINT NOT NULL,
  title TEXT NOT NULL,
  indicators TEXT NOT NULL,
  PRIMARY KEY (version, position)
);

CREATE TABLE plan_seat (
  version BIGINT NOT NULL REFERENCES plan_version (id),
  position BIGINT NOT NULL,
  body TEXT NOT NULL,
  post TEXT,
  sitting TEXT NOT NULL,
  person TEXT,
  PRIMARY KEY (version, position)
);

CREATE TABLE plan_meeting (
  version BIGINT NOT NULL REFERENCES plan_version (id),
  position BIGINT NOT NULL,
  day TEXT NOT NULL,
  weekday BIGINT,
  PRIMARY KEY (version, position)
);

CREATE TABLE plan_warning (
  version BIGINT NOT NULL REFERENCES plan_version (id),
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  place TEXT NOT NULL,
  line BIGINT,
  sentence TEXT NOT NULL,
  PRIMARY KEY (version, position)
);

-- Ratings: of an outcome where action is null, else of an action as it stands under that outcome.
-- A version's own ratings name it; those that a person confirms later name nobody's file.
CREATE TABLE plan_rating (
  id BIGINT PRIMARY KEY,
  plan BIGINT NOT NULL REFERENCES plan (id),
  version BIGINT REFERENCES plan_version (id),
  outcome BIGINT NOT NULL,
  action BIGINT,
  on_day TEXT NOT NULL,
  rating TEXT NOT NULL,
  suggested TEXT,
  reason TEXT,
  by_name TEXT,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX plan_rating_by_outcome ON plan_rating (plan, outcome, on_day);
CREATE INDEX plan_rating_by_version ON plan_rating (version);
