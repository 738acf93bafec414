-- The audit as a chain: each row's hash is taken over the row and the hash before it. Rows from before
-- this step have none; the first that has one begins the chain.

ALTER TABLE audit ADD COLUMN hash TEXT;

-- "Whose data did this account see between two instants?" reads one account's rows in order of time.
CREATE INDEX audit_by_account_at ON audit (account, at);

DROP INDEX audit_by_account;
