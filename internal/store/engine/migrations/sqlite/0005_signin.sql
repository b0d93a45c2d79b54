-- Who people are: what they sign in with, who is signed in, and what bounds the guessing. Plain tables, no part of the record.
-- Sessions from before say neither how nor where from: whoever has one signs in again.
DROP TABLE session;
CREATE TABLE session (
  token_hash BLOB NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,      -- names the session to its holder; opens nothing
  person TEXT NOT NULL,
  method TEXT NOT NULL,
  device TEXT NOT NULL,
  network TEXT NOT NULL,
  stamp TEXT NOT NULL,          -- digest of the person's roles and credentials when it was issued
  created_us INTEGER NOT NULL,
  seen_us INTEGER NOT NULL,
  fresh_us INTEGER NOT NULL,    -- when the person last proved who they are
  expires_us INTEGER NOT NULL,
  idle_us INTEGER NOT NULL      -- how long it may rest, microseconds
) STRICT, WITHOUT ROWID;
CREATE INDEX session_expires ON session (expires_us);
CREATE INDEX session_person ON session (person);

CREATE TABLE account (
  person TEXT NOT NULL PRIMARY KEY,
  handle BLOB NOT NULL UNIQUE,    -- what authenticators know the person by
  generation INTEGER NOT NULL,    -- grows when a credential changes
  password TEXT NOT NULL,         -- scheme, iterations, salt and hash; empty: none
  totp BLOB NOT NULL,             -- the secret, sealed with a key of the keys folder; empty: none
  totp_step INTEGER NOT NULL,     -- the last step that a code was taken for
  wrong_codes INTEGER NOT NULL,   -- since the last right one
  changed_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passkey (
  id BLOB NOT NULL PRIMARY KEY,
  person TEXT NOT NULL,
  name TEXT NOT NULL,
  credential TEXT NOT NULL,       -- public key, counter and flags, JSON
  created_us INTEGER NOT NULL,
  used_us INTEGER NOT NULL        -- 0: never
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_person ON passkey (person);

CREATE TABLE recovery_code (
  person TEXT NOT NULL,
  hash BLOB NOT NULL,
  used_us INTEGER NOT NULL,       -- 0: not yet
  PRIMARY KEY (person, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE invitation (
  token_hash BLOB NOT NULL PRIMARY KEY,
  person TEXT NOT NULL,
  invited_by TEXT NOT NULL,
  created_us INTEGER NOT NULL,
  expires_us INTEGER NOT NULL,
  mailed INTEGER NOT NULL,        -- 1: went out by mail, or was to
  used_us INTEGER NOT NULL        -- 0: not yet
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_person ON invitation (person, created_us);
CREATE INDEX invitation_created ON invitation (created_us);

-- Failed attempts by what they were made on and from where. Names are digests: no address stands here.
CREATE TABLE throttle (
  name BLOB NOT NULL PRIMARY KEY,
  fails INTEGER NOT NULL,
  last_us INTEGER NOT NULL,
  until_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX throttle_last ON throttle (last_us);

-- What works once and was used, until it would have run out anyway.
CREATE TABLE spent (
  digest BLOB NOT NULL PRIMARY KEY,
  until_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_until ON spent (until_us);
