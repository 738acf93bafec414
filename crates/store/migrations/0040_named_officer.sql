-- Who was told of an opening in an emergency at once, by name.
ALTER TABLE emergency ADD COLUMN officer BIGINT REFERENCES account (id);

-- A notice about somebody who lives in another council's area: to which it was passed on, and the receipt
-- under which both sides can speak of it.
ALTER TABLE notice ADD COLUMN passed_to TEXT;
ALTER TABLE notice ADD COLUMN passed_receipt TEXT
