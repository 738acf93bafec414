-- Which rows went over from a record that became part of another, by the change that merged the two.
CREATE TABLE merge_carried (
  change BIGINT NOT NULL REFERENCES change (id),
  place TEXT NOT NULL,
  item TEXT NOT NULL,
  PRIMARY KEY (change, place, item)
)
