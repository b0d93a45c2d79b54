package policy

import (
	"context"
	"errors"
	"time"

	"tocsin/internal/domain/enactment"
	"tocsin/internal/domain/fault"
	"tocsin/internal/store/engine"
)

// maxProposals bounds how many versions of one pack wait for somebody to look at them.
const maxProposals = 20

const proposalColumns = "id, pack, digest, by_actor, at_us, archive, base, cases"

// SaveProposal keeps a version that somebody sent.
func (c *Store) SaveProposal(ctx context.Context, p enactment.Proposal) error {
	return c.Store.Update(ctx, func(tx engine.Tx) error {
		var n int64
		if err := engine.One(ctx, tx, []any{&n}, "SELECT COUNT(*) FROM pack_proposal WHERE pack = $1", p.Pack); err != nil {
			return err
		}
		if n >= maxProposals {
			return fault.Invalid("files", "As many versions of this pack are proposed as are kept.", "Discard one of them first.")
		}
		_, err := tx.Exec(ctx, "INSERT INTO pack_proposal ("+proposalColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			p.ID, p.Pack, p.Digest, p.By, p.At.UnixMicro(), p.Archive, p.Base, p.Cases)
		return err
	})
}

// Proposal finds one; found is false where it was enacted, discarded, or never there.
func (c *Store) Proposal(ctx context.Context, pack, id string) (p enactment.Proposal, found bool, err error) {
	var at int64
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.One(ctx, tx, []any{&p.ID, &p.Pack, &p.Digest, &p.By, &at, &p.Archive, &p.Base, &p.Cases},
			"SELECT "+proposalColumns+" FROM pack_proposal WHERE pack = $1 AND id = $2", pack, id)
	})
	if errors.Is(err, engine.ErrNoRow) {
		return p, false, nil
	}
	p.At = engine.FromMicro(at)
	return p, err == nil, err
}

// Proposals lists those for a pack, newest first, without their files.
func (c *Store) Proposals(ctx context.Context, pack string) (out []enactment.Proposal, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		out = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var p enactment.Proposal
			var at int64
			err := r.Scan(&p.ID, &p.Pack, &p.Digest, &p.By, &at, &p.Base, &p.Cases)
			p.At = engine.FromMicro(at)
			out = append(out, p)
			return err
		}, "SELECT id, pack, digest, by_actor, at_us, base, cases FROM pack_proposal WHERE pack = $1 ORDER BY at_us DESC, id", pack)
	})
	return out, err
}

// DropProposal forgets one; one that is not there is forgotten already.
func (c *Store) DropProposal(ctx context.Context, pack, id string) error {
	return c.Store.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM pack_proposal WHERE pack = $1 AND id = $2", pack, id)
		return err
	})
}

// SweepProposals forgets those that were sent before then.
func (c *Store) SweepProposals(ctx context.Context, before time.Time) error {
	return c.Store.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM pack_proposal WHERE at_us < $1", before.UnixMicro())
		return err
	})
}
