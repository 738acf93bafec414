-- Whether a notice that was passed on stands on that council's own page. Of those passed on before nobody knows.
ALTER TABLE notice ADD COLUMN on_own_page BIGINT NOT NULL DEFAULT 0
