package policy

import (
	"context"
	"errors"

	"tocsin/internal/domain/enactment"
	"tocsin/internal/domain/record"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/streams"
)

// packs are the streams of packs.
var packs = streams.Aggregate[enactment.State]{Kind: "policy", Fold: enactment.Fold,
	Rows: func(stream string, all, _ []record.Recorded, _ func(string) []byte) []engine.Row {
		return enactmentRows(stream, enactment.Fold(all))
	}}

// Enactments derives which version of which pack is in force from when on, from the streams of packs.
type Enactments struct{ Registry *ledger.Registry }

// Tables implements Projection.
func (Enactments) Tables() []engine.Table {
	return []engine.Table{{Name: "enactment", Key: []string{"stream", "number"}, Columns: engine.Columns("stream text", "number int", "entry text", "pack text", "version text",
		"digest text", "replaces text", "effective int", "cases int", "at int", "by_actor text", "withdrawn int", "withdrawn_by text")}}
}

// Project implements Projection.
func (p Enactments) Project(stream string, entries []ledger.Entry, texts func(ledger.Digest) []byte) ([]engine.Row, error) {
	return packs.Project(p.Registry, stream, entries, texts)
}

func enactmentRows(stream string, st enactment.State) (rows []engine.Row) {
	for _, e := range st.Enactments {
		withdrawn := int64(0)
		if e.Withdrawn() {
			withdrawn = e.WithdrawnAt.UnixMicro()
		}
		rows = append(rows, engine.Row{Table: "enactment", Values: []any{stream, e.Number, e.EntryID, e.Pack, e.Version, e.Digest, e.Replaces, e.EffectiveAt.UnixMicro(),
			e.Cases, e.At.UnixMicro(), e.By, withdrawn, e.WithdrawnBy}})
	}
	return rows
}

// Enactments lists the versions of all packs, by pack and in the order in which they were decided. Their reasons are left out.
func (c *Store) Enactments(ctx context.Context) (out []enactment.Enactment, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		out = nil
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var e enactment.Enactment
			var effective, at, withdrawn int64
			err := r.Scan(&e.Number, &e.EntryID, &e.Pack, &e.Version, &e.Digest, &e.Replaces, &effective, &e.Cases, &at, &e.By, &withdrawn, &e.WithdrawnBy)
			e.EffectiveAt, e.At, e.WithdrawnAt = engine.FromMicro(effective), engine.FromMicro(at), engine.FromMicro(withdrawn)
			out = append(out, e)
			return err
		}, "SELECT number, entry, pack, version, digest, replaces, effective, cases, at, by_actor, withdrawn, withdrawn_by FROM enactment ORDER BY stream, number")
	})
	return out, err
}

// PackHistory answers what was decided about one pack, with its reasons.
func (c *Store) PackHistory(ctx context.Context, pack string) (enactment.State, error) {
	facts, err := streams.FactsOf(ctx, c.Streams, packs, pack)
	return enactment.Fold(facts), err
}

// UpdatePolicy loads what was decided about a pack, lets decide say what follows, and writes that with the files of the versions
// that it names, in one transaction. When another writer was first it decides again.
func (c *Store) UpdatePolicy(ctx context.Context, pack string, keep []enactment.Kept, decide func(enactment.State) (ledger.Decision, error)) error {
	with := packs
	with.Owes = func(change *engine.Change, _ enactment.State, _ []record.Recorded) {
		change.Plain = append(change.Plain, keepPacks(keep)...)
	}
	return streams.Update(ctx, c.Streams, with, pack, decide)
}

// keepPacks adds files that are not kept yet. What a digest stands for never changes.
func keepPacks(keep []enactment.Kept) (out []engine.Statement) {
	for _, k := range keep {
		out = append(out, engine.Do("INSERT INTO pack_kept (digest, pack, version, base, archive) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (digest) DO NOTHING", k.Digest, k.Pack, k.Version, k.Base, k.Archive))
	}
	return out
}

// KeepPacks keeps the files of packs that came with the program, so that they stay readable when another program runs.
func (c *Store) KeepPacks(ctx context.Context, keep []enactment.Kept) error {
	return c.Store.Update(ctx, func(tx engine.Tx) error {
		for _, s := range keepPacks(keep) {
			if _, err := tx.Exec(ctx, s.SQL, s.Args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// KeptPack answers the files behind a digest; found is false where they were never kept.
func (c *Store) KeptPack(ctx context.Context, digest string) (k enactment.Kept, found bool, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.One(ctx, tx, []any{&k.Digest, &k.Pack, &k.Version, &k.Base, &k.Archive}, "SELECT digest, pack, version, base, archive FROM pack_kept WHERE digest = $1", digest)
	})
	if errors.Is(err, engine.ErrNoRow) {
		return k, false, nil
	}
	return k, err == nil, err
}
