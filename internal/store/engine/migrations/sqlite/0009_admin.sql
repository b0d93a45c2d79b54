-- Messages that are about no incident: tests of channels, canaries, alarms. They wait in delivery like all others.
CREATE TABLE probe (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  authority TEXT NOT NULL,
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  by_actor TEXT NOT NULL,
  words TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  reply TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  attempts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX probe_created ON probe (kind, created_us);

-- What each outside witness of checkpoints was last sent.
CREATE TABLE witness (
  name TEXT NOT NULL PRIMARY KEY,
  size INTEGER NOT NULL,
  note TEXT NOT NULL,
  sent_us INTEGER NOT NULL,
  failed_us INTEGER NOT NULL,
  failure TEXT NOT NULL
) STRICT, WITHOUT ROWID;
