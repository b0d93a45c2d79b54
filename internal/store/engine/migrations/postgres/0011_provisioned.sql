-- People and groups as another system keeps them here. The directory holds what follows from them.
CREATE TABLE provisioned (
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,       -- lower case: unique whatever its case
  shown TEXT COLLATE "C" NOT NULL,      -- the same as it was sent
  doc TEXT COLLATE "C" NOT NULL,        -- JSON
  members TEXT COLLATE "C" NOT NULL,    -- JSON list of ids
  version BIGINT NOT NULL,
  created_us BIGINT NOT NULL,
  modified_us BIGINT NOT NULL,
  PRIMARY KEY (kind, id),
  UNIQUE (kind, name)
);
