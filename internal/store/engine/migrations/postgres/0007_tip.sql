-- Tips: what people without an account say that they saw. Hearsay until someone makes a report of it, so no part of the record.
CREATE TABLE tip (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,  -- the reference that its sender was given
  entity TEXT COLLATE "C" NOT NULL,
  words TEXT COLLATE "C" NOT NULL,
  contact TEXT COLLATE "C" NOT NULL,         -- how to reach the sender, where they said it
  network TEXT COLLATE "C" NOT NULL,         -- a keyed digest of where it came from
  at_us BIGINT NOT NULL,
  closed_us BIGINT NOT NULL        -- 0: open
);
CREATE INDEX tip_open ON tip (closed_us, entity, at_us);
CREATE INDEX tip_network ON tip (network, at_us);
CREATE INDEX tip_at ON tip (at_us);

-- What was done about each, by whom; only ever added to while the tip is there.
CREATE TABLE tip_act (
  tip TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  act TEXT COLLATE "C" NOT NULL,             -- taken, filed, dismissed
  actor TEXT COLLATE "C" NOT NULL,
  detail TEXT COLLATE "C" NOT NULL,          -- the draft's key, the incident's number, the reason
  at_us BIGINT NOT NULL,
  PRIMARY KEY (tip, number)
);
