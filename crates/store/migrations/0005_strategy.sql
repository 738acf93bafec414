-- The strategy at work: ratings that people confirm, courses that figures should take, and entries in
-- the registers that a plan keeps (members, decisions, recommendations, bids, good practice and so on).
-- Nothing is edited: a row stands from the change that made it until the change that ended it.

-- Why the proposal beside a rating was what it was, in the words of that day.
ALTER TABLE plan_rating ADD COLUMN because TEXT;
CREATE INDEX plan_rating_by_cell ON plan_rating (plan, outcome, action, on_day, id);
CREATE INDEX plan_rating_by_day ON plan_rating (plan, on_day, ended);
CREATE INDEX plan_rating_by_answer ON plan_rating (plan, suggested);

-- A figure that an outcome is bound to: a measure of ours by name, or 'typed'.
CREATE TABLE plan_course (
  id BIGINT PRIMARY KEY,
  plan BIGINT NOT NULL REFERENCES plan (id),
  outcome BIGINT NOT NULL,
  measure TEXT NOT NULL,
  words TEXT NOT NULL,
  unit TEXT NOT NULL,
  better TEXT NOT NULL,
  from_day TEXT NOT NULL,
  from_value DOUBLE PRECISION NOT NULL,
  target_day TEXT NOT NULL,
  target_value DOUBLE PRECISION NOT NULL,
  near_by DOUBLE PRECISION NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX plan_course_by_outcome ON plan_course (plan, outcome);

-- What was counted or typed in. few is 1 where a number of people behind it is too small to show.
CREATE TABLE plan_figure (
  id BIGINT PRIMARY KEY,
  course BIGINT NOT NULL REFERENCES plan_course (id),
  on_day TEXT NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  few BIGINT NOT NULL,
  source TEXT NOT NULL,
  by_name TEXT,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX plan_figure_by_course ON plan_figure (course, on_day);

-- One line of one register. entry is its number through all its wordings.
CREATE TABLE plan_entry (
  id BIGINT PRIMARY KEY,
  plan BIGINT NOT NULL REFERENCES plan (id),
  entry BIGINT NOT NULL,
  register TEXT NOT NULL,
  meeting TEXT,
  outcome BIGINT,
  title TEXT NOT NULL,
  detail TEXT NOT NULL,
  body TEXT NOT NULL,
  person TEXT NOT NULL,
  on_day TEXT,
  amount BIGINT,
  state TEXT NOT NULL,
  source TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX plan_entry_by_register ON plan_entry (plan, register);
CREATE INDEX plan_entry_by_entry ON plan_entry (plan, entry);

-- A meeting's pack as it was circulated.
CREATE TABLE plan_pack (
  id BIGINT PRIMARY KEY,
  plan BIGINT NOT NULL REFERENCES plan (id),
  meeting TEXT NOT NULL,
  to_whom TEXT NOT NULL,
  by_name TEXT NOT NULL,
  hash TEXT NOT NULL,
  content BYTEA NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id)
);
CREATE INDEX plan_pack_by_meeting ON plan_pack (plan, meeting);
