-- A pack goes out as a PDF and as a workbook; both are kept.
ALTER TABLE plan_pack ADD COLUMN kind TEXT NOT NULL DEFAULT 'pdf';
