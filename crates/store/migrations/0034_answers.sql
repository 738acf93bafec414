-- What a person may answer of a row that is held for its activity.
ALTER TABLE import_row ADD COLUMN answers TEXT NOT NULL DEFAULT '';
