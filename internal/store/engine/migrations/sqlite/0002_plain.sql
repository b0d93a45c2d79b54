-- Plain tables: what the work loops and sign-in need, and no part of the record.
CREATE TABLE lease (
  name TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL,
  fence INTEGER NOT NULL,
  until_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
  message TEXT NOT NULL PRIMARY KEY,
  stream TEXT NOT NULL,
  lane INTEGER NOT NULL,
  next_at_us INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  lease_until_us INTEGER NOT NULL,
  holder TEXT NOT NULL,
  fence INTEGER NOT NULL,
  last_reply TEXT NOT NULL,
  created_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_due ON delivery (lane, next_at_us);
CREATE INDEX delivery_stream ON delivery (stream);

CREATE TABLE delivery_log (
  id INTEGER PRIMARY KEY,
  message TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  reply TEXT NOT NULL
) STRICT;
CREATE INDEX delivery_log_message ON delivery_log (message, id);

CREATE TABLE session (
  token_hash BLOB NOT NULL PRIMARY KEY,
  person TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  seen_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_expires ON session (expires_us);

CREATE TABLE api_key (
  hash BLOB NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  person TEXT NOT NULL,
  label TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL,   -- 0: never
  last_used_us INTEGER NOT NULL, -- 0: never
  revoked_us INTEGER NOT NULL    -- 0: in force
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_person ON api_key (person);

CREATE TABLE directory_item (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  doc TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
