-- Who gets the statistics by mail, and how often.
CREATE TABLE report_plan (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  person TEXT COLLATE "C" NOT NULL,     -- empty where it is for whoever holds the role
  role TEXT COLLATE "C" NOT NULL,
  entity TEXT COLLATE "C" NOT NULL,
  every TEXT COLLATE "C" NOT NULL,      -- weekly, monthly, quarterly
  day BIGINT NOT NULL,
  hour BIGINT NOT NULL,
  by_actor TEXT COLLATE "C" NOT NULL,
  next_us BIGINT NOT NULL, -- when it is sent next
  from_day TEXT COLLATE "C" NOT NULL,   -- the period that is reported then
  to_day TEXT COLLATE "C" NOT NULL,
  last_us BIGINT NOT NULL  -- when it was sent last; 0 for never
);
CREATE INDEX report_plan_next ON report_plan (next_us);
