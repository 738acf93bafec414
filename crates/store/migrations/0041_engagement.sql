-- Youth programmes that somebody takes part in, as the service that runs them tells: facts of the record.
CREATE TABLE engagement (
  fact BIGINT PRIMARY KEY,
  person BIGINT NOT NULL REFERENCES young_person (id),
  programme TEXT NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT,
  engaged BIGINT,
  source TEXT NOT NULL,
  made BIGINT NOT NULL REFERENCES change (id),
  ended BIGINT REFERENCES change (id)
);
CREATE INDEX engagement_by_person ON engagement (person, made);
CREATE INDEX engagement_made ON engagement (made);
CREATE INDEX engagement_ended ON engagement (ended) WHERE ended IS NOT NULL
