package identity

import (
	"context"
	"errors"
	"time"

	"tocsin/internal/domain/account"
	"tocsin/internal/domain/fault"
	"tocsin/internal/store/engine"
)

// SaveInvitation keeps an invitation and voids the person's earlier ones. Mailed ones are bounded within an hour, for the
// person and for all.
func (s *Store) SaveInvitation(ctx context.Context, i account.Invitation, perPerson, inAll int64) error {
	hash, err := digestBytes(i.Digest)
	if err != nil {
		return err
	}
	now, mailed := i.CreatedAt.UnixMicro(), int64(0)
	if i.Mailed {
		mailed = 1
	}
	return s.Update(ctx, func(tx engine.Tx) error {
		if i.Mailed {
			if err := boundMails(ctx, tx, i, perPerson, inAll); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "UPDATE invitation SET expires_us = $2 WHERE person = $1 AND used_us = 0 AND expires_us > $2", i.Person, now); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO invitation (token_hash, person, invited_by, created_us, expires_us, mailed, used_us)
VALUES ($1, $2, $3, $4, $5, $6, 0)`, hash, i.Person, i.By, now, i.ExpiresAt.UnixMicro(), mailed)
		return err
	})
}

// boundMails refuses one mail too many. Who counts holds a row of its own meanwhile, so that two replicas count one after
// the other.
func boundMails(ctx context.Context, tx engine.Tx, i account.Invitation, perPerson, inAll int64) error {
	now := i.CreatedAt.UnixMicro()
	if _, err := tx.Exec(ctx, `INSERT INTO throttle (name, fails, last_us, until_us) VALUES ($1, 0, $2, 0)
ON CONFLICT (name) DO UPDATE SET last_us = excluded.last_us`, []byte("invitations"), now); err != nil {
		return err
	}
	var mine, all int64
	since := i.CreatedAt.Add(-time.Hour).UnixMicro()
	if err := engine.One(ctx, tx, []any{&mine}, "SELECT COUNT(*) FROM invitation WHERE person = $1 AND mailed = 1 AND created_us > $2", i.Person, since); err != nil {
		return err
	}
	if err := engine.One(ctx, tx, []any{&all}, "SELECT COUNT(*) FROM invitation WHERE mailed = 1 AND created_us > $1", since); err != nil {
		return err
	}
	switch {
	case mine >= perPerson:
		return fault.Conflict("this person was sent %d invitations within the hour; the last one works, or try again later", mine)
	case all >= inAll:
		return fault.Conflict("%d invitations went out within the hour, which is the most; try again later", all)
	}
	return nil
}

// Invitation answers the invitation that a digest stands for.
func (s *Store) Invitation(ctx context.Context, digest string) (i account.Invitation, found bool, err error) {
	hash, err := digestBytes(digest)
	if err != nil {
		return i, false, err
	}
	var created, expires, mailed, used int64
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.One(ctx, tx, []any{&i.Person, &i.By, &created, &expires, &mailed, &used},
			"SELECT person, invited_by, created_us, expires_us, mailed, used_us FROM invitation WHERE token_hash = $1", hash)
	})
	if errors.Is(err, engine.ErrNoRow) {
		return i, false, nil
	}
	i.Digest, i.CreatedAt, i.ExpiresAt, i.Mailed, i.Used = digest, engine.FromMicro(created), engine.FromMicro(expires), mailed == 1, used != 0
	return i, err == nil, err
}
