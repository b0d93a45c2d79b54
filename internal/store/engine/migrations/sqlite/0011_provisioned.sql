-- People and groups as another system keeps them here. The directory holds what follows from them.
CREATE TABLE provisioned (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,       -- lower case: unique whatever its case
  shown TEXT NOT NULL,      -- the same as it was sent
  doc TEXT NOT NULL,        -- JSON
  members TEXT NOT NULL,    -- JSON list of ids
  version INTEGER NOT NULL,
  created_us INTEGER NOT NULL,
  modified_us INTEGER NOT NULL,
  PRIMARY KEY (kind, id),
  UNIQUE (kind, name)
) STRICT, WITHOUT ROWID;
