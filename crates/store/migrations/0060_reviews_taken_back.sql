-- A review that was written of the wrong caseload is taken back, as a training is.
ALTER TABLE caseload_review ADD COLUMN ended BIGINT REFERENCES change (id)
