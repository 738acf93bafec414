-- A school's word and a provider's on the same application stand side by side: neither takes the other's
-- place, and only the school's brings results to anybody.
DROP INDEX application_now;
CREATE UNIQUE INDEX application_now ON application (person, provider, said_by) WHERE ended IS NULL;
