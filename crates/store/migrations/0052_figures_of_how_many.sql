-- How many of how many a counted figure is made of, so that what is published of it can be made of rounded
-- counts; and for a difference of two shares, how many of how many the second is. Empty for figures that
-- were typed in or counted before these columns were there.
ALTER TABLE plan_figure ADD COLUMN part BIGINT;
ALTER TABLE plan_figure ADD COLUMN whole BIGINT;
ALTER TABLE plan_figure ADD COLUMN beside_part BIGINT;
ALTER TABLE plan_figure ADD COLUMN beside_whole BIGINT;
