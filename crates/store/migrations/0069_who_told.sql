-- Who told what is true of somebody was written as the reason of the change before it was sealed with the characteristic,
-- where it stays.
UPDATE change SET reason = NULL WHERE kind = 'edit' AND import IS NULL AND reason IS NOT NULL AND id IN (SELECT made FROM characteristic UNION SELECT ended FROM characteristic);
