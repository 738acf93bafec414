-- Why somebody was referred stands in the referral, where it is sealed. Changes said it once more in the clear.
UPDATE change SET reason = 'referral made' WHERE kind = 'referral' AND reason <> 'referral ended'
