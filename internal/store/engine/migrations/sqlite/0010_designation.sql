-- Changes of the directory that an entry about a designation owes: carried out after its commit, by whoever comes first.
CREATE TABLE directory_owed (
  entry TEXT NOT NULL PRIMARY KEY,
  stream TEXT NOT NULL,
  entity TEXT NOT NULL,
  person TEXT NOT NULL,
  give INTEGER NOT NULL, -- 1: the role of designated reporter is given; 0: taken away
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
