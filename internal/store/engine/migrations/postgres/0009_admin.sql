-- Messages that are about no incident: tests of channels, canaries, alarms. They wait in delivery like all others.
CREATE TABLE probe (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  authority TEXT NOT NULL,
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  by_actor TEXT NOT NULL,
  words TEXT NOT NULL,
  created_us BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  reply TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  attempts BIGINT NOT NULL
);
CREATE INDEX probe_created ON probe (kind, created_us);

-- What each outside witness of checkpoints was last sent.
CREATE TABLE witness (
  name TEXT NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  note TEXT NOT NULL,
  sent_us BIGINT NOT NULL,
  failed_us BIGINT NOT NULL,
  failure TEXT NOT NULL
);

-- Roles that may append to the record get the new tables too.
DO $$
DECLARE r TEXT;
BEGIN
  FOR r IN SELECT DISTINCT grantee::text FROM information_schema.role_table_grants
    WHERE table_schema = current_schema() AND table_name = 'entry' AND privilege_type = 'INSERT' AND grantee <> current_user LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON probe, witness TO %I', r);
  END LOOP;
END $$;
