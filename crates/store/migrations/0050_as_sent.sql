-- What a sender was called and was, and which council's register this was, when its set was loaded: a chance of
-- that time is read by it for ever, whatever any of them is called by now.
ALTER TABLE analysis_load ADD COLUMN sender_name TEXT NOT NULL DEFAULT '';
ALTER TABLE analysis_load ADD COLUMN sender_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE analysis_load ADD COLUMN council TEXT;
ALTER TABLE analysis_load ADD COLUMN council_code TEXT;
UPDATE analysis_load SET sender_name = COALESCE((SELECT MIN(f.source) FROM analysis_fact f WHERE f.load = analysis_load.id), (SELECT o.name FROM organisation o WHERE o.id = analysis_load.sender), sender), sender_kind = COALESCE((SELECT o.kind FROM organisation o WHERE o.id = analysis_load.sender), ''), council = (SELECT s.value FROM setting s WHERE s.name = 'own_organisation'), council_code = (SELECT s.value FROM setting s WHERE s.name = 'la_code');
