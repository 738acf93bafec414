-- What kind of programme it is that somebody takes part in, by the names of the reference data; none where nobody said.
ALTER TABLE engagement ADD COLUMN kind TEXT
