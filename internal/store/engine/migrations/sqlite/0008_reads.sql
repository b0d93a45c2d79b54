-- Who opened which restricted incident, once a minute. No part of the ledger, and yet nobody takes a line back.
CREATE TABLE read_log (
  stream TEXT NOT NULL,
  minute INTEGER NOT NULL, -- since 1970 UTC
  actor TEXT NOT NULL,
  what TEXT NOT NULL,      -- incident, receipt
  PRIMARY KEY (stream, minute, actor, what)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER read_log_no_update BEFORE UPDATE ON read_log BEGIN SELECT RAISE(ROLLBACK, 'append-only: read_log'); END;
CREATE TRIGGER read_log_no_delete BEFORE DELETE ON read_log BEGIN SELECT RAISE(ROLLBACK, 'append-only: read_log'); END;
