-- The ledger. An entry is written once; its hash is the RFC 6962 leaf hash of its canonical record.
CREATE TABLE entry (
  stream TEXT NOT NULL,
  version INTEGER NOT NULL,
  id TEXT NOT NULL,
  fact TEXT NOT NULL,
  at INTEGER NOT NULL,      -- microseconds since 1970 UTC
  actor TEXT NOT NULL,
  pack TEXT NOT NULL,
  body TEXT NOT NULL,       -- canonical JSON
  texts TEXT NOT NULL,      -- canonical JSON: part name -> digest
  prev BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (stream, version),
  UNIQUE (id)
) STRICT;

-- Prose and personal data. Disposal sets salt and content to NULL and nothing else ever changes.
CREATE TABLE text (
  digest BLOB NOT NULL PRIMARY KEY,
  stream TEXT NOT NULL,
  salt BLOB,
  content BLOB
) STRICT;

-- Changes that have no place in the tree yet. The sequencer takes them in the order of seq.
CREATE TABLE unsequenced (
  seq INTEGER PRIMARY KEY,
  stream TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL
) STRICT;

-- The place of each entry in the Merkle tree.
CREATE TABLE leaf (
  idx INTEGER PRIMARY KEY,
  entry TEXT NOT NULL UNIQUE
) STRICT;

-- The tree in tiles of height 8: up to 256 hashes each. The last tile of a level grows; a full one never changes.
CREATE TABLE tile (
  level INTEGER NOT NULL,
  idx INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (level, idx)
) STRICT;

-- Signed notes. Everything that a checkpoint says is inside its note.
CREATE TABLE checkpoint (
  size INTEGER PRIMARY KEY,
  note TEXT NOT NULL
) STRICT;

-- Append-only below the program. INSERT OR REPLACE deletes without firing a delete trigger, so the insert is guarded too.
-- ROLLBACK, not ABORT: who tries loses the whole transaction, and the engine need not keep a journal for each statement.
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ROLLBACK, 'append-only: entry'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ROLLBACK, 'append-only: entry'); END;
CREATE TRIGGER entry_no_replace BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry WHERE stream = NEW.stream AND version = NEW.version)
  OR EXISTS (SELECT 1 FROM entry WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM entry WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ROLLBACK, 'append-only: entry exists'); END;

CREATE TRIGGER leaf_no_update BEFORE UPDATE ON leaf BEGIN SELECT RAISE(ROLLBACK, 'append-only: leaf'); END;
CREATE TRIGGER leaf_no_delete BEFORE DELETE ON leaf BEGIN SELECT RAISE(ROLLBACK, 'append-only: leaf'); END;
CREATE TRIGGER leaf_no_replace BEFORE INSERT ON leaf
WHEN EXISTS (SELECT 1 FROM leaf WHERE idx = NEW.idx) OR EXISTS (SELECT 1 FROM leaf WHERE entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'append-only: leaf exists'); END;

CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ROLLBACK, 'append-only: checkpoint'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ROLLBACK, 'append-only: checkpoint'); END;
CREATE TRIGGER checkpoint_no_replace BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE size = NEW.size)
BEGIN SELECT RAISE(ROLLBACK, 'append-only: checkpoint exists'); END;

CREATE TRIGGER text_dispose_only BEFORE UPDATE ON text
WHEN NEW.digest IS NOT OLD.digest OR NEW.stream IS NOT OLD.stream OR NEW.rowid IS NOT OLD.rowid
  OR NEW.salt IS NOT NULL OR NEW.content IS NOT NULL
BEGIN SELECT RAISE(ROLLBACK, 'append-only: a text may only be disposed'); END;
CREATE TRIGGER text_no_delete BEFORE DELETE ON text BEGIN SELECT RAISE(ROLLBACK, 'append-only: text'); END;
CREATE TRIGGER text_no_replace BEFORE INSERT ON text
WHEN EXISTS (SELECT 1 FROM text WHERE digest = NEW.digest) OR EXISTS (SELECT 1 FROM text WHERE rowid = NEW.rowid)
BEGIN SELECT RAISE(ROLLBACK, 'append-only: text exists'); END;

CREATE TRIGGER tile_grow_only BEFORE UPDATE ON tile
WHEN NEW.level IS NOT OLD.level OR NEW.idx IS NOT OLD.idx OR NEW.rowid IS NOT OLD.rowid
  OR length(NEW.hashes) > 8192 OR length(NEW.hashes) < length(OLD.hashes)
  OR substr(NEW.hashes, 1, length(OLD.hashes)) IS NOT OLD.hashes
BEGIN SELECT RAISE(ROLLBACK, 'append-only: a tile may only grow'); END;
CREATE TRIGGER tile_no_delete BEFORE DELETE ON tile BEGIN SELECT RAISE(ROLLBACK, 'append-only: tile'); END;
CREATE TRIGGER tile_no_replace BEFORE INSERT ON tile
WHEN EXISTS (SELECT 1 FROM tile WHERE rowid = NEW.rowid)
  OR EXISTS (SELECT 1 FROM tile WHERE level = NEW.level AND idx = NEW.idx)
BEGIN SELECT RAISE(ROLLBACK, 'append-only: tile exists'); END;
