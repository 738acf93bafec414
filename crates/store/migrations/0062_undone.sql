-- The day on which a follow-up ended with its worker's account: it was not done, and what its contacts came to stays.
ALTER TABLE follow_up_task ADD COLUMN undone_on TEXT;
