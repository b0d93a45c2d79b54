-- Who people are: what they sign in with, who is signed in, and what bounds the guessing. Plain tables, no part of the record.
-- Sessions from before say neither how nor where from: whoever has one signs in again.
DROP TABLE session;
CREATE TABLE session (
  token_hash BYTEA NOT NULL PRIMARY KEY,
  id TEXT COLLATE "C" NOT NULL UNIQUE,      -- names the session to its holder; opens nothing
  person TEXT COLLATE "C" NOT NULL,
  method TEXT COLLATE "C" NOT NULL,
  device TEXT COLLATE "C" NOT NULL,
  network TEXT COLLATE "C" NOT NULL,
  stamp TEXT COLLATE "C" NOT NULL,          -- digest of the person's roles and credentials when it was issued
  created_us BIGINT NOT NULL,
  seen_us BIGINT NOT NULL,
  fresh_us BIGINT NOT NULL,    -- when the person last proved who they are
  expires_us BIGINT NOT NULL,
  idle_us BIGINT NOT NULL      -- how long it may rest, microseconds
);
CREATE INDEX session_expires ON session (expires_us);
CREATE INDEX session_person ON session (person);

CREATE TABLE account (
  person TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  handle BYTEA NOT NULL UNIQUE,    -- what authenticators know the person by
  generation BIGINT NOT NULL,    -- grows when a credential changes
  password TEXT COLLATE "C" NOT NULL,         -- scheme, iterations, salt and hash; empty: none
  totp BYTEA NOT NULL,             -- the secret, sealed with a key of the keys folder; empty: none
  totp_step BIGINT NOT NULL,     -- the last step that a code was taken for
  wrong_codes BIGINT NOT NULL,   -- since the last right one
  changed_us BIGINT NOT NULL
);

CREATE TABLE passkey (
  id BYTEA NOT NULL PRIMARY KEY,
  person TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  credential TEXT COLLATE "C" NOT NULL,       -- public key, counter and flags, JSON
  created_us BIGINT NOT NULL,
  used_us BIGINT NOT NULL        -- 0: never
);
CREATE INDEX passkey_person ON passkey (person);

CREATE TABLE recovery_code (
  person TEXT COLLATE "C" NOT NULL,
  hash BYTEA NOT NULL,
  used_us BIGINT NOT NULL,       -- 0: not yet
  PRIMARY KEY (person, hash)
);

CREATE TABLE invitation (
  token_hash BYTEA NOT NULL PRIMARY KEY,
  person TEXT COLLATE "C" NOT NULL,
  invited_by TEXT COLLATE "C" NOT NULL,
  created_us BIGINT NOT NULL,
  expires_us BIGINT NOT NULL,
  mailed BIGINT NOT NULL,        -- 1: went out by mail, or was to
  used_us BIGINT NOT NULL        -- 0: not yet
);
CREATE INDEX invitation_person ON invitation (person, created_us);
CREATE INDEX invitation_created ON invitation (created_us);

-- Failed attempts by what they were made on and from where. Names are digests: no address stands here.
CREATE TABLE throttle (
  name BYTEA NOT NULL PRIMARY KEY,
  fails BIGINT NOT NULL,
  last_us BIGINT NOT NULL,
  until_us BIGINT NOT NULL
);
CREATE INDEX throttle_last ON throttle (last_us);

-- What works once and was used, until it would have run out anyway.
CREATE TABLE spent (
  digest BYTEA NOT NULL PRIMARY KEY,
  until_us BIGINT NOT NULL
);
CREATE INDEX spent_until ON spent (until_us);

-- New tables belong to every role that already works on this record, as the old ones do.
DO $$
DECLARE r TEXT; t TEXT;
BEGIN
  FOR r IN SELECT DISTINCT grantee::text FROM information_schema.role_table_grants
    WHERE table_schema = current_schema() AND table_name = 'entry' AND privilege_type = 'INSERT' AND grantee <> current_user LOOP
    FOREACH t IN ARRAY ARRAY['session', 'account', 'passkey', 'recovery_code', 'invitation', 'throttle', 'spent'] LOOP
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', t, r);
    END LOOP;
  END LOOP;
END $$;
