package identity

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/store/engine"
)

// KeysOf lists a person's API keys, the newest first. Digests stay where they are.
func (s *Store) KeysOf(ctx context.Context, person string) (out []access.Key, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		out = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			k := access.Key{Person: person}
			var scopes string
			var created, expires, used, revoked int64
			if err := r.Scan(&k.ID, &k.Label, &scopes, &created, &expires, &used, &revoked); err != nil {
				return err
			}
			k.Scopes, k.CreatedAt, k.ExpiresAt, k.LastUsed, k.Revoked = scopesOf(scopes), engine.FromMicro(created), engine.FromMicro(expires), engine.FromMicro(used), revoked != 0
			out = append(out, k)
			return nil
		}, `SELECT id, label, scopes, created_us, expires_us, last_used_us, revoked_us FROM api_key
WHERE person = $1 ORDER BY created_us DESC, id DESC`, person)
	})
	return out, err
}

// touchEvery is how exactly the last use of a key is kept.
const touchEvery = time.Minute

// TouchKey notes that a key was used, at most once a minute.
func (s *Store) TouchKey(ctx context.Context, digest string, at time.Time) error {
	hash, err := hex.DecodeString(digest)
	if err != nil {
		return fmt.Errorf("key digest: %w", err)
	}
	return s.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE api_key SET last_used_us = $2 WHERE hash = $1 AND last_used_us <= $3", hash, at.UnixMicro(), at.Add(-touchEvery).UnixMicro())
		return err
	})
}

// RevokeKey revokes one key of a person; found is false where none of this id is in force.
func (s *Store) RevokeKey(ctx context.Context, person, id string, at time.Time) (found bool, err error) {
	err = s.Update(ctx, func(tx engine.Tx) error {
		n, err := tx.Exec(ctx, "UPDATE api_key SET revoked_us = $3 WHERE person = $1 AND id = $2 AND revoked_us = 0", person, id, at.UnixMicro())
		found = n > 0
		return err
	})
	return found, err
}

// RevokeKeys revokes every key of a person, and says how many there were.
func (s *Store) RevokeKeys(ctx context.Context, person string, at time.Time) (n int64, err error) {
	err = s.Update(ctx, func(tx engine.Tx) error {
		n, err = tx.Exec(ctx, "UPDATE api_key SET revoked_us = $2 WHERE person = $1 AND revoked_us = 0", person, at.UnixMicro())
		return err
	})
	return n, err
}

func scopesOf(list string) (out []access.Action) {
	for _, a := range strings.Split(list, ",") {
		if a != "" {
			out = append(out, access.Action(a))
		}
	}
	return out
}
