package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/domain/account"
	"tocsin/internal/domain/fault"
	"tocsin/internal/store/engine"
)

// Generation counts the changes of a person's credentials; 0 where the person never had any.
func (s *Store) Generation(ctx context.Context, person string) (n int64, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.One(ctx, tx, []any{&n}, "SELECT COALESCE(MAX(generation), 0) FROM account WHERE person = $1", person)
	})
	return n, err
}

// Account answers what a person signs in with; the zero Account for nothing. Somebody who is unknown costs the same
// statements as somebody who is known.
func (s *Store) Account(ctx context.Context, person string) (a account.Account, err error) {
	err = s.View(ctx, func(tx engine.Tx) error {
		a = account.Account{}
		var changed int64
		err := engine.One(ctx, tx, []any{&a.Person, &a.Handle, &a.Generation, &a.Password, &a.TOTP, &a.TOTPStep, &a.WrongCodes, &changed},
			"SELECT person, handle, generation, password, totp, totp_step, wrong_codes, changed_us FROM account WHERE person = $1", person)
		if err != nil && !errors.Is(err, engine.ErrNoRow) {
			return err
		}
		a.ChangedAt = engine.FromMicro(changed)
		err = engine.Each(ctx, tx, func(r engine.Rows) error {
			k := account.Passkey{Person: person}
			var credential string
			var created, used int64
			err := r.Scan(&k.ID, &k.Name, &credential, &created, &used)
			k.Credential, k.CreatedAt, k.UsedAt = []byte(credential), engine.FromMicro(created), engine.FromMicro(used)
			a.Passkeys = append(a.Passkeys, k)
			return err
		}, "SELECT id, name, credential, created_us, used_us FROM passkey WHERE person = $1 ORDER BY created_us, id", person)
		if err != nil {
			return err
		}
		return engine.One(ctx, tx, []any{&a.Recovery}, "SELECT COUNT(*) FROM recovery_code WHERE person = $1 AND used_us = 0", person)
	})
	return a, err
}

// PersonByHandle answers whose user handle this is; empty for nobody's.
func (s *Store) PersonByHandle(ctx context.Context, handle []byte) (person string, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.One(ctx, tx, []any{&person}, "SELECT person FROM account WHERE handle = $1", handle)
	})
	if errors.Is(err, engine.ErrNoRow) {
		return "", nil
	}
	return person, err
}

var errInvitation = fault.Gone("this invitation was used, or has run out")

// ChangeCredentials makes a change whole, and ends every session of the person.
func (s *Store) ChangeCredentials(ctx context.Context, c account.Change) error {
	return s.Update(ctx, func(tx engine.Tx) error {
		if c.Invitation != "" {
			if err := useInvitation(ctx, tx, c); err != nil {
				return err
			}
		}
		if err := openAccount(ctx, tx, c); err != nil {
			return err
		}
		for _, step := range []func(context.Context, engine.Tx, account.Change) error{changePassword, changeRecovery, changePasskeys} {
			if err := step(ctx, tx, c); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "DELETE FROM session WHERE person = $1", c.Person)
		return err
	})
}

func useInvitation(ctx context.Context, tx engine.Tx, c account.Change) error {
	hash, err := digestBytes(c.Invitation)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, "UPDATE invitation SET used_us = $3 WHERE token_hash = $1 AND person = $2 AND used_us = 0 AND expires_us > $3",
		hash, c.Person, c.At.UnixMicro())
	if err == nil && n == 0 {
		return errInvitation
	}
	return err
}

// openAccount makes the account, or moves it on by one generation; a reset empties it.
func openAccount(ctx context.Context, tx engine.Tx, c account.Change) error {
	if len(c.Handle) > 0 {
		if _, err := tx.Exec(ctx, `INSERT INTO account (person, handle, generation, password, totp, totp_step, wrong_codes, changed_us)
VALUES ($1, $2, 0, '', $3, 0, 0, 0) ON CONFLICT (person) DO NOTHING`, c.Person, c.Handle, []byte{}); err != nil {
			return err
		}
	}
	n, err := tx.Exec(ctx, "UPDATE account SET generation = generation + 1, changed_us = $2 WHERE person = $1", c.Person, c.At.UnixMicro())
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.NotFound("no such account")
	}
	if !c.Reset {
		return nil
	}
	for _, sql := range []string{"DELETE FROM passkey WHERE person = $1", "DELETE FROM recovery_code WHERE person = $1"} {
		if _, err := tx.Exec(ctx, sql, c.Person); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, "UPDATE account SET password = '', totp = $2, totp_step = 0, wrong_codes = 0 WHERE person = $1", c.Person, []byte{})
	return err
}

func changePassword(ctx context.Context, tx engine.Tx, c account.Change) error {
	if c.Password != nil {
		if _, err := tx.Exec(ctx, "UPDATE account SET password = $2 WHERE person = $1", c.Person, *c.Password); err != nil {
			return err
		}
	}
	if c.TOTP == nil {
		return nil
	}
	_, err := tx.Exec(ctx, "UPDATE account SET totp = $2, totp_step = $3, wrong_codes = 0 WHERE person = $1", c.Person, *c.TOTP, c.TOTPStep)
	return err
}

func changeRecovery(ctx context.Context, tx engine.Tx, c account.Change) error {
	if c.Recovery == nil {
		return nil
	}
	if _, err := tx.Exec(ctx, "DELETE FROM recovery_code WHERE person = $1", c.Person); err != nil {
		return err
	}
	for _, hash := range *c.Recovery {
		if _, err := tx.Exec(ctx, "INSERT INTO recovery_code (person, hash, used_us) VALUES ($1, $2, 0)", c.Person, hash); err != nil {
			return err
		}
	}
	return nil
}

func changePasskeys(ctx context.Context, tx engine.Tx, c account.Change) error {
	if k := c.Add; k != nil {
		n, err := tx.Exec(ctx, `INSERT INTO passkey (id, person, name, credential, created_us, used_us) VALUES ($1, $2, $3, $4, $5, 0)
ON CONFLICT (id) DO NOTHING`, k.ID, c.Person, k.Name, string(k.Credential), k.CreatedAt.UnixMicro())
		if err == nil && n == 0 {
			return fault.Conflict("this passkey is set up already")
		}
		if err != nil {
			return err
		}
	}
	if len(c.Remove) == 0 {
		return nil
	}
	n, err := tx.Exec(ctx, "DELETE FROM passkey WHERE id = $1 AND person = $2", c.Remove, c.Person)
	if err == nil && n == 0 {
		return fault.NotFound("no such passkey")
	}
	return err
}

// UsePasskey notes a use, with the credential as it is after it, and forgives wrong codes.
func (s *Store) UsePasskey(ctx context.Context, k account.Passkey) error {
	return s.Update(ctx, func(tx engine.Tx) error {
		if _, err := tx.Exec(ctx, "UPDATE passkey SET credential = $2, used_us = $3 WHERE id = $1", k.ID, string(k.Credential), k.UsedAt.UnixMicro()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE account SET wrong_codes = 0 WHERE person = $1", k.Person)
		return err
	})
}

// TryCode counts an attempt before it is looked at; false where the way in by code is locked.
func (s *Store) TryCode(ctx context.Context, person string, most int64) (ok bool, err error) {
	return s.touched(ctx, "UPDATE account SET wrong_codes = wrong_codes + 1 WHERE person = $1 AND wrong_codes < $2", person, most)
}

// UseStep takes a right code of a step, once, and forgives the wrong ones.
func (s *Store) UseStep(ctx context.Context, person string, step int64) (ok bool, err error) {
	return s.touched(ctx, "UPDATE account SET totp_step = $2, wrong_codes = 0 WHERE person = $1 AND totp_step < $2", person, step)
}

// UseRecoveryCode takes a recovery code, once, and forgives wrong codes.
func (s *Store) UseRecoveryCode(ctx context.Context, person string, hash []byte, at time.Time) (ok bool, err error) {
	ok, err = s.touched(ctx, "UPDATE recovery_code SET used_us = $3 WHERE person = $1 AND hash = $2 AND used_us = 0", person, hash, at.UnixMicro())
	if err != nil || !ok {
		return false, err
	}
	return s.touched(ctx, "UPDATE account SET wrong_codes = 0 WHERE person = $1", person)
}

// touched runs one statement and says whether it found a row.
func (s *Store) touched(ctx context.Context, sql string, args ...any) (ok bool, err error) {
	err = s.Update(ctx, func(tx engine.Tx) error {
		n, err := tx.Exec(ctx, sql, args...)
		ok = n > 0
		return err
	})
	if err != nil {
		verb, _, _ := strings.Cut(sql, " SET")
		return false, fmt.Errorf("%s: %w", strings.ToLower(verb), err)
	}
	return ok, nil
}
