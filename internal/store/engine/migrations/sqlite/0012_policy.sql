-- Files of the packs that were, are or will be in force, by digest: what makes a digest in a fact readable. Rows are only added.
CREATE TABLE pack_kept (
  digest TEXT NOT NULL PRIMARY KEY,
  pack TEXT NOT NULL,
  version TEXT NOT NULL,
  base TEXT NOT NULL,       -- digest of the pack that it is laid over; empty for none
  archive BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Versions that somebody sent and nobody enacted yet. No part of the record.
CREATE TABLE pack_proposal (
  id TEXT NOT NULL PRIMARY KEY,
  pack TEXT NOT NULL,
  digest TEXT NOT NULL,
  by_actor TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  archive BLOB NOT NULL,
  base TEXT NOT NULL,
  cases INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pack_proposal_pack ON pack_proposal (pack, at_us);
