-- Drafts: reports that someone began and has not filed. Never part of the record; gone when filed, or 30 days unsaved.
CREATE TABLE draft (
  person TEXT NOT NULL,
  key TEXT NOT NULL,       -- of the form
  entity TEXT NOT NULL,
  kind TEXT NOT NULL,
  incident TEXT NOT NULL,  -- empty for a first report
  form TEXT NOT NULL,      -- as typed, url-encoded
  revision INTEGER NOT NULL,
  saved_us INTEGER NOT NULL,
  PRIMARY KEY (person, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_saved ON draft (saved_us);
