-- When a notice that was passed on to another council was acknowledged there, and by which of its accounts.
ALTER TABLE notice ADD COLUMN acknowledged_at TEXT;
ALTER TABLE notice ADD COLUMN acknowledged_by BIGINT
