package store

import (
	"context"
	"errors"

	"tocsin/internal/domain/enactment"
	"tocsin/internal/domain/record"
	"tocsin/internal/ledger"
)

// packs are the streams of packs.
var packs = Aggregate[enactment.State]{Kind: "policy", Fold: enactment.Fold,
	Rows: func(stream string, all, _ []record.Recorded, _ func(string) []byte) []Row {
		return enactmentRows(stream, enactment.Fold(all))
	}}

// Enactments derives which version of which pack is in force from when on, from the streams of packs.
type Enactments struct{ Registry *ledger.Registry }

// Tables implements Projection.
func (Enactments) Tables() []Table {
	return []Table{{Name: "enactment", Key: []string{"stream", "number"}, Columns: columns("stream text", "number int", "entry text", "pack text", "version text",
		"digest text", "replaces text", "effective int", "cases int", "at int", "by_actor text", "withdrawn int", "withdrawn_by text")}}
}

// Project implements Projection.
func (p Enactments) Project(stream string, entries []ledger.Entry, texts func(ledger.Digest) []byte) ([]Row, error) {
	return packs.Project(p.Registry, stream, entries, texts)
}

func enactmentRows(stream string, st enactment.State) (rows []Row) {
	for _, e := range st.Enactments {
		withdrawn := int64(0)
		if e.Withdrawn() {
			withdrawn = e.WithdrawnAt.UnixMicro()
		}
		rows = append(rows, Row{Table: "enactment", Values: []any{stream, e.Number, e.EntryID, e.Pack, e.Version, e.Digest, e.Replaces, e.EffectiveAt.UnixMicro(),
			e.Cases, e.At.UnixMicro(), e.By, withdrawn, e.WithdrawnBy}})
	}
	return rows
}

// Enactments lists the versions of all packs, by pack and in the order in which they were decided. Their reasons are left out.
func (c *Cases) Enactments(ctx context.Context) (out []enactment.Enactment, err error) {
	err = c.Read(ctx, func(tx Tx) error {
		out = nil
		return Each(ctx, tx, func(r Rows) error {
			var e enactment.Enactment
			var effective, at, withdrawn int64
			err := r.Scan(&e.Number, &e.EntryID, &e.Pack, &e.Version, &e.Digest, &e.Replaces, &effective, &e.Cases, &at, &e.By, &withdrawn, &e.WithdrawnBy)
			e.EffectiveAt, e.At, e.WithdrawnAt = fromMicro(effective), fromMicro(at), fromMicro(withdrawn)
			out = append(out, e)
			return err
		}, "SELECT number, entry, pack, version, digest, replaces, effective, cases, at, by_actor, withdrawn, withdrawn_by FROM enactment ORDER BY stream, number")
	})
	return out, err
}

// PackHistory answers what was decided about one pack, with its reasons.
func (c *Cases) PackHistory(ctx context.Context, pack string) (enactment.State, error) {
	facts, err := FactsOf(ctx, c, packs, pack)
	return enactment.Fold(facts), err
}

// UpdatePolicy loads what was decided about a pack, lets decide say what follows, and writes that with the files of the versions
// that it names, in one transaction. When another writer was first it decides again.
func (c *Cases) UpdatePolicy(ctx context.Context, pack string, keep []enactment.Kept, decide func(enactment.State) (ledger.Decision, error)) error {
	with := packs
	with.Owes = func(change *Change, _ enactment.State, _ []record.Recorded) {
		change.Plain = append(change.Plain, keepPacks(keep)...)
	}
	return Update(ctx, c, with, pack, decide)
}

// keepPacks adds files that are not kept yet. What a digest stands for never changes.
func keepPacks(keep []enactment.Kept) (out []Statement) {
	for _, k := range keep {
		out = append(out, Statement{"INSERT INTO pack_kept (digest, pack, version, base, archive) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (digest) DO NOTHING",
			[]any{k.Digest, k.Pack, k.Version, k.Base, k.Archive}})
	}
	return out
}

// KeepPacks keeps the files of packs that came with the program, so that they stay readable when another program runs.
func (c *Cases) KeepPacks(ctx context.Context, keep []enactment.Kept) error {
	return c.Store.Update(ctx, func(tx Tx) error {
		for _, s := range keepPacks(keep) {
			if _, err := tx.Exec(ctx, s.SQL, s.Args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// KeptPack answers the files behind a digest; found is false where they were never kept.
func (c *Cases) KeptPack(ctx context.Context, digest string) (k enactment.Kept, found bool, err error) {
	err = c.Read(ctx, func(tx Tx) error {
		return One(ctx, tx, []any{&k.Digest, &k.Pack, &k.Version, &k.Base, &k.Archive}, "SELECT digest, pack, version, base, archive FROM pack_kept WHERE digest = $1", digest)
	})
	if errors.Is(err, ErrNoRow) {
		return k, false, nil
	}
	return k, err == nil, err
}
