package store

import (
	"context"
	"fmt"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/section"
	"tocsin/internal/ledger"
)

func registerSectionFacts(r *ledger.Registry) {
	ledger.Register[*section.Noted](r, section.Noted{}.FactName())
}

// Section returns what happened in a section; nothing for one that nobody wrote in.
func (c *Cases) Section(ctx context.Context, stream string) ([]section.Recorded, error) {
	entries, err := c.Load(ctx, stream)
	if err != nil {
		return nil, err
	}
	out := make([]section.Recorded, len(entries))
	for i, e := range entries {
		v, err := c.Registry.Decode(e)
		if err != nil {
			return nil, fmt.Errorf("%s/%d: %w", e.Stream, e.Version, err)
		}
		f, ok := v.(section.Fact)
		if !ok {
			return nil, fmt.Errorf("%s/%d: %s is no fact of a section", e.Stream, e.Version, e.Fact)
		}
		out[i] = section.Recorded{Fact: f, At: e.Time(), Actor: e.Actor, Texts: refs(e.Texts)}
	}
	return out, nil
}

// AppendSection adds facts to a section, behind whatever others wrote meanwhile.
func (c *Cases) AppendSection(ctx context.Context, stream string, d ledger.Decision) error {
	for range maxTries {
		entries, err := c.Load(ctx, stream)
		if err != nil {
			return err
		}
		fresh, hashes, err := c.entries(ledger.ChainOf(stream, entries), d)
		if err != nil {
			return err
		}
		err = c.Commit(ctx, Change{Stream: stream, Expect: int64(len(entries)), Entries: fresh, hashes: hashes, Texts: d.Texts})
		if fault.KindOf(err) != fault.KindConflict {
			return err
		}
	}
	return fault.Conflict("this section is written by too many at once; try again")
}
