-- What an annual check of an agreement found, in words: whether the flow runs, whether it still may, what it brought.
-- Checks from before have none.
ALTER TABLE agreement_check ADD COLUMN practical TEXT;
ALTER TABLE agreement_check ADD COLUMN legal TEXT;
ALTER TABLE agreement_check ADD COLUMN effective TEXT
