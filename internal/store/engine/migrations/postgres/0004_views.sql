-- What a person keeps for themselves: lists that they want to find again, and up to when they have seen what changed.
CREATE TABLE saved_view (
  person TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  query TEXT COLLATE "C" NOT NULL,
  first BIGINT NOT NULL, -- 1: opened when the list is asked for without a query
  PRIMARY KEY (person, name)
);

CREATE TABLE seen (
  person TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  through_us BIGINT NOT NULL
);
