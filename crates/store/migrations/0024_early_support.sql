-- What people decided about lists of early support, what was watched month by month, and the registers
-- beside a predictor (factors, decisions, points tables). Content is JSON.

CREATE TABLE support_choice (
  id BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  choice TEXT NOT NULL,
  reason TEXT NOT NULL,
  until TEXT NOT NULL,
  account BIGINT REFERENCES account (id),
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX support_choice_by_person ON support_choice (person) WHERE ended IS NULL;

CREATE TABLE predictor_watch (
  id BIGINT PRIMARY KEY,
  predictor BIGINT NOT NULL REFERENCES predictor (id),
  month TEXT NOT NULL,
  alarms BIGINT NOT NULL,
  content TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id)
);
CREATE INDEX predictor_watch_by_predictor ON predictor_watch (predictor, month);

CREATE TABLE predictor_entry (
  id BIGINT PRIMARY KEY,
  register TEXT NOT NULL,
  title TEXT NOT NULL,
  content TEXT NOT NULL,
  account BIGINT REFERENCES account (id),
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX predictor_entry_by_register ON predictor_entry (register, id);
