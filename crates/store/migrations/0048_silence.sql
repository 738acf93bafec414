-- Whether a set may be read as "no" of those whom it does not name: not where its rows come only with consent,
-- since it then names only those who gave it.
ALTER TABLE analysis_load ADD COLUMN silence TEXT NOT NULL DEFAULT 'yes';
