-- Files that a partner checked first and then sent: whoever sent it, and when. A file without a row here
-- was only checked, or was brought in by the council itself.

CREATE TABLE handed_over (
  import BIGINT PRIMARY KEY REFERENCES import (id),
  account BIGINT NOT NULL REFERENCES account (id),
  at TEXT NOT NULL
);
