-- Whether a notice that was passed on stands on that council's own page. Of those passed on before nobody knows.
ALTER TABLE notice ADD COLUMN on_own_page BIGINT NOT NULL DEFAULT 0;

-- The period end in a return's own header, which may lie after the day it came on. Of those read before it is not kept.
ALTER TABLE import ADD COLUMN period_end TEXT
