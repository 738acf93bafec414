-- Who was born between two days is read from the index alone.
DROP INDEX particulars_by_birth;
CREATE INDEX particulars_by_birth ON particulars (date_of_birth, person) WHERE ended IS NULL;
