package identity

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/store/engine"
)

// SaveKey keeps a new API key.
func (s *Store) SaveKey(ctx context.Context, k access.Key) error {
	hash, err := hex.DecodeString(k.Digest)
	if err != nil {
		return fmt.Errorf("key digest: %w", err)
	}
	scopes := make([]string, len(k.Scopes))
	for i, a := range k.Scopes {
		scopes[i] = string(a)
	}
	return s.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO api_key (hash, id, person, label, scopes, created_us, expires_us, last_used_us, revoked_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)`, hash, k.ID, k.Person, k.Label, strings.Join(scopes, ","), k.CreatedAt.UnixMicro(), engine.OrZero(k.ExpiresAt))
		return err
	})
}

// Key answers the key that a digest stands for.
func (s *Store) Key(ctx context.Context, digest string) (k access.Key, found bool, err error) {
	hash, err := hex.DecodeString(digest)
	if err != nil {
		return k, false, fmt.Errorf("key digest: %w", err)
	}
	var scopes string
	var created, expires, used, revoked int64
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.One(ctx, tx, []any{&k.ID, &k.Person, &k.Label, &scopes, &created, &expires, &used, &revoked},
			"SELECT id, person, label, scopes, created_us, expires_us, last_used_us, revoked_us FROM api_key WHERE hash = $1", hash)
	})
	if errors.Is(err, engine.ErrNoRow) {
		return k, false, nil
	}
	k.Digest, k.CreatedAt, k.ExpiresAt, k.LastUsed, k.Revoked = digest, time.UnixMicro(created).UTC(), engine.FromMicro(expires), engine.FromMicro(used), revoked != 0
	k.Scopes = scopesOf(scopes)
	return k, err == nil, err
}
