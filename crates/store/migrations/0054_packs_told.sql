-- What packs that went out told of each month, with what they left out, so that those after them are judged
-- beside them. True counts of groups; never shown.

CREATE TABLE pack_told (
  serial BIGINT NOT NULL REFERENCES circulation (serial),
  month TEXT NOT NULL,
  groups_told TEXT NOT NULL,
  PRIMARY KEY (serial, month)
);
CREATE INDEX pack_told_by_month ON pack_told (month, serial);
