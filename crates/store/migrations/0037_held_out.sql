-- Who was held out by lot is kept with their chance, as it was drawn when the chances were worked out: a
-- setting that is changed later changes nobody's lot.
ALTER TABLE predictor_score ADD COLUMN held_out BIGINT NOT NULL DEFAULT 0;
