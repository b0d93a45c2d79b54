package identity

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"tocsin/internal/domain/access"
	storedirectory "tocsin/internal/store/directory"
	"tocsin/internal/store/engine"
)

// SessionColumns are the columns of a session.
const SessionColumns = "token_hash, id, person, method, device, network, stamp, created_us, seen_us, fresh_us, expires_us, idle_us"

// SaveSession opens a session, and takes out those that have run out.
func (s *Store) SaveSession(ctx context.Context, v access.Session) error {
	hash, err := digestBytes(v.Digest)
	if err != nil {
		return err
	}
	return s.Update(ctx, func(tx engine.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM session WHERE expires_us < $1", v.CreatedAt.UnixMicro()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO session ("+SessionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
			hash, v.ID, v.Person, string(v.Method), v.Device, v.Network, v.Stamp, v.CreatedAt.UnixMicro(), v.SeenAt.UnixMicro(),
			v.FreshAt.UnixMicro(), v.ExpiresAt.UnixMicro(), v.Idle.Microseconds())
		return err
	})
}

// Session answers the session that a digest stands for, with what its standing is judged by now: the generation of the
// person's credentials and the version of the directory.
func (c *Store) Session(ctx context.Context, digest string) (v access.Session, generation, directory int64, err error) {
	hash, err := digestBytes(digest)
	if err != nil {
		return v, 0, 0, err
	}
	err = c.Read(ctx, func(tx engine.Tx) error {
		found := false
		err := engine.Each(ctx, tx, func(r engine.Rows) (err error) {
			found = true
			v, err = scanSession(r, &generation, &directory)
			return err
		}, `SELECT token_hash, id, s.person, method, device, network, stamp, created_us, seen_us, fresh_us, expires_us, idle_us,
  COALESCE((SELECT generation FROM account a WHERE a.person = s.person), 0),
  COALESCE((SELECT MAX(version) FROM entry WHERE stream = $2), 0)
FROM session s WHERE token_hash = $1`, hash, storedirectory.DirectoryStream)
		if err == nil && !found {
			return engine.ErrNoRow
		}
		return err
	})
	if errors.Is(err, engine.ErrNoRow) {
		return access.Session{}, 0, 0, nil
	}
	return v, generation, directory, err
}

func scanSession(r engine.Rows, more ...any) (v access.Session, err error) {
	var hash []byte
	var method string
	var created, seen, fresh, expires, idle int64
	err = r.Scan(append([]any{&hash, &v.ID, &v.Person, &method, &v.Device, &v.Network, &v.Stamp, &created, &seen, &fresh, &expires, &idle}, more...)...)
	v.Digest, v.Method, v.Idle = hex.EncodeToString(hash), access.SignInMethod(method), time.Duration(idle)*time.Microsecond
	v.CreatedAt, v.SeenAt, v.FreshAt, v.ExpiresAt = engine.FromMicro(created), engine.FromMicro(seen), engine.FromMicro(fresh), engine.FromMicro(expires)
	return v, err
}

// SessionsOf lists a person's sessions, last used first.
func (s *Store) SessionsOf(ctx context.Context, person string) (list []access.Session, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		list = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			v, err := scanSession(r)
			list = append(list, v)
			return err
		}, "SELECT "+SessionColumns+" FROM session WHERE person = $1 ORDER BY seen_us DESC, id", person)
	})
	return list, err
}

// TouchSession notes that a session was used.
func (s *Store) TouchSession(ctx context.Context, digest string, seen time.Time) error {
	hash, err := digestBytes(digest)
	if err != nil {
		return err
	}
	return s.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE session SET seen_us = $2 WHERE token_hash = $1 AND seen_us < $2", hash, seen.UnixMicro())
		return err
	})
}

// EndSession ends a session; one that is not there is ended already.
func (s *Store) EndSession(ctx context.Context, digest string) error {
	hash, err := digestBytes(digest)
	if err != nil {
		return err
	}
	return s.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM session WHERE token_hash = $1", hash)
		return err
	})
}

// EndSessions ends every session of a person but the one of the given digest, which may be empty.
func (s *Store) EndSessions(ctx context.Context, person, but string) error {
	hash, err := hex.DecodeString(but)
	if err != nil {
		return fmt.Errorf("digest: %w", err)
	}
	return s.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM session WHERE person = $1 AND token_hash <> $2", person, hash)
		return err
	})
}

func digestBytes(digest string) ([]byte, error) {
	hash, err := hex.DecodeString(digest)
	if err != nil || len(hash) == 0 {
		return nil, fmt.Errorf("not a digest: %w", err)
	}
	return hash, nil
}
