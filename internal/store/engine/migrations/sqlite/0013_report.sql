-- Who gets the statistics by mail, and how often.
CREATE TABLE report_plan (
  id TEXT NOT NULL PRIMARY KEY,
  person TEXT NOT NULL,     -- empty where it is for whoever holds the role
  role TEXT NOT NULL,
  entity TEXT NOT NULL,
  every TEXT NOT NULL,      -- weekly, monthly, quarterly
  day INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  by_actor TEXT NOT NULL,
  next_us INTEGER NOT NULL, -- when it is sent next
  from_day TEXT NOT NULL,   -- the period that is reported then
  to_day TEXT NOT NULL,
  last_us INTEGER NOT NULL  -- when it was sent last; 0 for never
) STRICT, WITHOUT ROWID;
CREATE INDEX report_plan_next ON report_plan (next_us);
