package identity

import (
	"context"
	"encoding/json"
	"strings"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/store/engine"
)

// Provisioned lists what another system brought in of a kind, oldest first.
func (s *Store) Provisioned(ctx context.Context, kind string) (out []directory.Provisioned, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		out = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			p := directory.Provisioned{Kind: kind}
			var doc, members string
			var created, modified int64
			if err := r.Scan(&p.ID, &p.Name, &doc, &members, &p.Version, &created, &modified); err != nil {
				return err
			}
			p.Doc, p.CreatedAt, p.ModifiedAt = []byte(doc), engine.FromMicro(created), engine.FromMicro(modified)
			out = append(out, p)
			return json.Unmarshal([]byte(members), &out[len(out)-1].Members)
		}, "SELECT id, shown, doc, members, version, created_us, modified_us FROM provisioned WHERE kind = $1 ORDER BY created_us, id", kind)
	})
	return out, err
}

// SaveProvisioned keeps a new one (Version 1) or changes the one that has the version before. Somebody else's change, or a name that is
// taken, is fault.Conflict.
func (s *Store) SaveProvisioned(ctx context.Context, p directory.Provisioned) error {
	if p.Members == nil {
		p.Members = []string{}
	}
	members, err := json.Marshal(p.Members)
	if err != nil {
		return err
	}
	return s.Update(ctx, func(tx engine.Tx) error {
		var taken int64
		err := engine.One(ctx, tx, []any{&taken}, "SELECT COUNT(*) FROM provisioned WHERE kind = $1 AND name = $2 AND id <> $3", p.Kind, strings.ToLower(p.Name), p.ID)
		if err != nil {
			return err
		}
		if taken > 0 {
			return fault.Conflict("this name is taken")
		}
		args := []any{p.Kind, p.ID, strings.ToLower(p.Name), p.Name, string(p.Doc), string(members), p.Version, p.CreatedAt.UnixMicro(), p.ModifiedAt.UnixMicro()}
		sql := `INSERT INTO provisioned (kind, id, name, shown, doc, members, version, created_us, modified_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (kind, id) DO NOTHING`
		if p.Version > 1 {
			sql = `UPDATE provisioned SET name = $3, shown = $4, doc = $5, members = $6, version = $7, created_us = $8, modified_us = $9
WHERE kind = $1 AND id = $2 AND version = $7 - 1`
		}
		n, err := tx.Exec(ctx, sql, args...)
		if err == nil && n == 0 {
			return fault.Conflict("this was changed by somebody else, or is there already")
		}
		return err
	})
}

// DropProvisioned takes one out; one that is not there is out already.
func (s *Store) DropProvisioned(ctx context.Context, kind, id string) error {
	return s.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM provisioned WHERE kind = $1 AND id = $2", kind, id)
		return err
	})
}
