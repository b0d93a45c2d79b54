-- Who opened which restricted incident, once a minute. No part of the ledger, and yet nobody takes a line back.
CREATE TABLE read_log (
  stream TEXT COLLATE "C" NOT NULL,
  minute BIGINT NOT NULL, -- since 1970 UTC
  actor TEXT COLLATE "C" NOT NULL,
  what TEXT COLLATE "C" NOT NULL, -- incident, receipt
  PRIMARY KEY (stream, minute, actor, what)
);
CREATE TRIGGER read_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON read_log EXECUTE FUNCTION tocsin_append_only();
