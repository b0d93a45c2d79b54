-- What a person keeps for themselves: lists that they want to find again, and up to when they have seen what changed.
CREATE TABLE saved_view (
  person TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  first INTEGER NOT NULL, -- 1: opened when the list is asked for without a query
  PRIMARY KEY (person, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
  person TEXT NOT NULL PRIMARY KEY,
  through_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
