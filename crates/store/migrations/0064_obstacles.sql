-- What stands in somebody's way, as they told of it with a contact: names of the reference data, parted by commas.
ALTER TABLE contact ADD COLUMN obstacles TEXT NOT NULL DEFAULT '';
