-- Somebody is asked to follow a young person up: an adviser, or a youth worker of a partner. referral is the one that
-- was made for it and ends with it; ended without done_on is a follow-up that was taken back.
CREATE TABLE follow_up_task (
  id BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  worker BIGINT NOT NULL REFERENCES account (id),
  asked_by BIGINT REFERENCES account (id),
  asked_on TEXT NOT NULL,
  due TEXT NOT NULL,
  referral BIGINT,
  tries BIGINT NOT NULL,
  outcome TEXT,
  done_on TEXT,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX follow_up_task_by_person ON follow_up_task (person);
CREATE INDEX follow_up_task_by_worker ON follow_up_task (worker) WHERE ended IS NULL;
CREATE INDEX follow_up_task_by_asker ON follow_up_task (asked_by);

-- A council's own entries of its tracking plan: what is due when, whose it is and how it is judged. A measure
-- with its level is judged by the register. Anything else is done when somebody says so, which is kept by the
-- entry's name (that of the reference data, or own- and a number) and the day it was due.
CREATE TABLE tracking_entry (
  id BIGINT PRIMARY KEY,
  title TEXT NOT NULL,
  due TEXT NOT NULL,
  owner TEXT NOT NULL,
  measure TEXT,
  level_permille BIGINT,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE TABLE tracking_done (
  id BIGINT PRIMARY KEY,
  entry TEXT NOT NULL,
  due TEXT NOT NULL,
  day TEXT NOT NULL,
  account BIGINT REFERENCES account (id),
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
)
