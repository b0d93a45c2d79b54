-- Files of the packs that were, are or will be in force, by digest: what makes a digest in a fact readable. Rows are only added.
CREATE TABLE pack_kept (
  digest TEXT NOT NULL PRIMARY KEY,
  pack TEXT NOT NULL,
  version TEXT NOT NULL,
  base TEXT NOT NULL,       -- digest of the pack that it is laid over; empty for none
  archive BYTEA NOT NULL
);

-- Versions that somebody sent and nobody enacted yet. No part of the record.
CREATE TABLE pack_proposal (
  id TEXT NOT NULL PRIMARY KEY,
  pack TEXT NOT NULL,
  digest TEXT NOT NULL,
  by_actor TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  archive BYTEA NOT NULL,
  base TEXT NOT NULL,
  cases BIGINT NOT NULL
);
CREATE INDEX pack_proposal_pack ON pack_proposal (pack, at_us);

-- Roles that may append to the record get the new tables too.
DO $$
DECLARE r TEXT;
BEGIN
  FOR r IN SELECT DISTINCT grantee::text FROM information_schema.role_table_grants
    WHERE table_schema = current_schema() AND table_name = 'entry' AND privilege_type = 'INSERT' AND grantee <> current_user LOOP
    EXECUTE format('GRANT SELECT, INSERT ON pack_kept TO %I', r);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON pack_proposal TO %I', r);
  END LOOP;
END $$;
