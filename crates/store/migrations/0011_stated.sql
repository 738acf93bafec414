-- Spells that another system's return stated for a day: few, and asked for at every month end.
CREATE INDEX spell_stated ON spell (stated_on) WHERE stated_on IS NOT NULL;
