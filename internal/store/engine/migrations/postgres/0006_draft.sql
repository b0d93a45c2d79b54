-- Drafts: reports that someone began and has not filed. Never part of the record; gone when filed, or 30 days unsaved.
CREATE TABLE draft (
  person TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,       -- of the form
  entity TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  incident TEXT COLLATE "C" NOT NULL,  -- empty for a first report
  form TEXT COLLATE "C" NOT NULL,      -- as typed, url-encoded
  revision BIGINT NOT NULL,
  saved_us BIGINT NOT NULL,
  PRIMARY KEY (person, key)
);
CREATE INDEX draft_saved ON draft (saved_us);
