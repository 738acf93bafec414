-- Who is who: what people decided, what the engine learned, doubtful pairs, merges, matched lists.

ALTER TABLE import_row ADD COLUMN evidence TEXT NOT NULL DEFAULT '';

-- A decision is never edited: it is taken back by filling undone_at. side is what was compared with the
-- person: a partner's row (its fingerprint) or another person of the register (their number).
CREATE TABLE link_decision (
  id BIGINT PRIMARY KEY,
  at TEXT NOT NULL,
  account BIGINT REFERENCES account (id),
  needs_second BIGINT NOT NULL,
  second BIGINT REFERENCES account (id),
  origin TEXT NOT NULL,
  sender TEXT NOT NULL,
  side TEXT NOT NULL,
  said TEXT NOT NULL,
  person BIGINT NOT NULL REFERENCES young_person (id),
  known TEXT NOT NULL,
  verdict TEXT NOT NULL,
  why TEXT NOT NULL,
  probability DOUBLE PRECISION,
  evidence TEXT NOT NULL,
  undone_at TEXT,
  undone_by BIGINT REFERENCES account (id),
  undone_why TEXT
);
CREATE INDEX link_decision_standing ON link_decision (side) WHERE undone_at IS NULL;
CREATE INDEX link_decision_by_person ON link_decision (person);

CREATE TABLE link_model (
  sender TEXT PRIMARY KEY,
  model TEXT NOT NULL,
  learned_at TEXT NOT NULL,
  people BIGINT NOT NULL,
  answers BIGINT NOT NULL
);

-- Two people of the register who may be one; a is the lower number.
CREATE TABLE link_pair (
  a BIGINT NOT NULL REFERENCES young_person (id),
  b BIGINT NOT NULL REFERENCES young_person (id),
  probability DOUBLE PRECISION NOT NULL,
  evidence TEXT NOT NULL,
  found_at TEXT NOT NULL,
  PRIMARY KEY (a, b)
);

CREATE TABLE merge (
  id BIGINT PRIMARY KEY,
  kept BIGINT NOT NULL REFERENCES young_person (id),
  gone BIGINT NOT NULL REFERENCES young_person (id),
  change BIGINT NOT NULL REFERENCES change (id),
  at TEXT NOT NULL,
  account BIGINT REFERENCES account (id),
  reason TEXT NOT NULL,
  undone BIGINT REFERENCES change (id)
);
CREATE INDEX merge_by_kept ON merge (kept);
CREATE INDEX merge_by_gone ON merge (gone);

CREATE TABLE crossmatch (
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  sender TEXT NOT NULL,
  purpose TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  at TEXT NOT NULL,
  account BIGINT REFERENCES account (id),
  counts TEXT NOT NULL,
  before BIGINT REFERENCES crossmatch (id)
);

CREATE TABLE crossmatch_row (
  run BIGINT NOT NULL REFERENCES crossmatch (id),
  line BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  person BIGINT,
  said TEXT NOT NULL,
  differs TEXT NOT NULL,
  evidence TEXT NOT NULL,
  settled_at TEXT,
  settled_by BIGINT REFERENCES account (id),
  PRIMARY KEY (run, line)
);
CREATE INDEX crossmatch_row_by_outcome ON crossmatch_row (run, outcome, line);

-- Facts that stand have no end. With them in the index it was taken for a way to find one person's facts,
-- and whoever loaded two thousand people read everybody: a file of 100,000 rows took twice as long.
DROP INDEX particulars_ended;
CREATE INDEX particulars_ended ON particulars (ended) WHERE ended IS NOT NULL;
DROP INDEX former_name_ended;
CREATE INDEX former_name_ended ON former_name (ended) WHERE ended IS NOT NULL;
DROP INDEX address_ended;
CREATE INDEX address_ended ON address (ended) WHERE ended IS NOT NULL;
DROP INDEX characteristic_ended;
CREATE INDEX characteristic_ended ON characteristic (ended) WHERE ended IS NOT NULL;
DROP INDEX spell_ended;
CREATE INDEX spell_ended ON spell (ended) WHERE ended IS NOT NULL;
