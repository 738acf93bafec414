-- The level of the highest qualification held or aimed for: entry, 1 to 8.
ALTER TABLE particulars ADD COLUMN education_level TEXT;
