-- Changes of the directory that an entry about a designation owes: carried out after its commit, by whoever comes first.
CREATE TABLE directory_owed (
  entry TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  stream TEXT COLLATE "C" NOT NULL,
  entity TEXT COLLATE "C" NOT NULL,
  person TEXT COLLATE "C" NOT NULL,
  give BIGINT NOT NULL, -- 1: the role of designated reporter is given; 0: taken away
  version BIGINT NOT NULL
);
