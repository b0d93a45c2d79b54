-- Tips: what people without an account say that they saw. Hearsay until someone makes a report of it, so no part of the record.
CREATE TABLE tip (
  id TEXT NOT NULL PRIMARY KEY,  -- the reference that its sender was given
  entity TEXT NOT NULL,
  words TEXT NOT NULL,
  contact TEXT NOT NULL,         -- how to reach the sender, where they said it
  network TEXT NOT NULL,         -- a keyed digest of where it came from
  at_us INTEGER NOT NULL,
  closed_us INTEGER NOT NULL        -- 0: open
) STRICT, WITHOUT ROWID;
CREATE INDEX tip_open ON tip (closed_us, entity, at_us);
CREATE INDEX tip_network ON tip (network, at_us);
CREATE INDEX tip_at ON tip (at_us);

-- What was done about each, by whom; only ever added to while the tip is there.
CREATE TABLE tip_act (
  tip TEXT NOT NULL,
  number INTEGER NOT NULL,
  act TEXT NOT NULL,             -- taken, filed, dismissed
  actor TEXT NOT NULL,
  detail TEXT NOT NULL,          -- the draft's key, the incident's number, the reason
  at_us INTEGER NOT NULL,
  PRIMARY KEY (tip, number)
) STRICT, WITHOUT ROWID;
