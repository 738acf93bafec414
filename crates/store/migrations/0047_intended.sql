-- When somebody said what they intend to do after school, and who told.
ALTER TABLE particulars ADD COLUMN intended_on TEXT;
ALTER TABLE particulars ADD COLUMN intended_by TEXT;
