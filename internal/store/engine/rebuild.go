package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tocsin/internal/ledger"
)

// Progress is told how many of the entries are done.
type Progress func(done, total int64)

const (
	replayBatch = 2000 // entries read at a time
	replayRows  = 500  // rows written at a time
)

// Rebuild replays all facts into fresh derived tables and puts them in the place of the old ones, in one transaction: a
// crash leaves the old tables. Nothing is committed meanwhile; readers see the old tables until the end.
func (s *Store) Rebuild(ctx context.Context, progress Progress) error {
	err := s.Eng.Own(ctx, func(tx Tx) error {
		if tx.Dialect().Name == "postgres" {
			if _, err := tx.Exec(ctx, "LOCK TABLE entry, text IN SHARE ROW EXCLUSIVE MODE"); err != nil {
				return err
			}
		}
		if err := s.replayInto(ctx, tx, progress); err != nil {
			return err
		}
		return s.swapDerived(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	return nil
}

const shadowSuffix = "_next"

// replayInto fills shadow tables without indexes.
func (s *Store) replayInto(ctx context.Context, tx Tx, progress Progress) error {
	shadows := map[string]*Bulk{}
	for i := range s.Derived {
		t := &s.Derived[i]
		if err := ExecAll(ctx, tx, "DROP TABLE IF EXISTS "+t.Name+shadowSuffix, t.CreateSQL(tx.Dialect(), t.Name+shadowSuffix)); err != nil {
			return err
		}
		shadows[t.Name] = t.Upsert.Into(t.Name + shadowSuffix)
	}
	w := RowWriter{Tx: tx, Rows: map[string][][]any{}, Bulks: shadows}
	if err := s.replay(ctx, tx, w.Add, progress); err != nil {
		return err
	}
	return w.Flush(ctx)
}

// swapDerived puts the shadows in place, makes their indexes, and drops what is no longer defined.
func (s *Store) swapDerived(ctx context.Context, tx Tx) error {
	old := map[string]bool{}
	var list string
	if err := One(ctx, tx, []any{&list}, "SELECT value FROM setting WHERE name = $1", settingTables); err != nil && !errors.Is(err, ErrNoRow) {
		return err
	}
	for _, name := range strings.Fields(list) {
		old[name] = true
	}
	var names []string
	for i := range s.Derived {
		old[s.Derived[i].Name] = true
		names = append(names, s.Derived[i].Name)
	}
	for name := range old {
		if err := dropDerived(ctx, tx, name); err != nil {
			return err
		}
	}
	for i := range s.Derived {
		t := &s.Derived[i]
		sql := append([]string{"ALTER TABLE " + t.Name + shadowSuffix + " RENAME TO " + t.Name}, t.indexSQL(tx.Dialect())...)
		if err := ExecAll(ctx, tx, append(sql, grantDerived(tx.Dialect(), t.Name)...)...); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, PutSetting, settingTables, strings.Join(names, " ")); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, PutSetting, settingDerived, s.definitionDigest())
	return err
}

func dropDerived(ctx context.Context, tx Tx, name string) error {
	sql := []string{"DROP TABLE IF EXISTS " + name}
	if name == SearchTable && tx.Dialect().Name == "sqlite" {
		sql = append(sql, "DROP TABLE IF EXISTS search_words")
	}
	return ExecAll(ctx, tx, sql...)
}

// ExecAll runs statements one after the other.
func ExecAll(ctx context.Context, tx Tx, sql ...string) error {
	for _, q := range sql {
		if _, err := tx.Exec(ctx, q); err != nil {
			return fmt.Errorf("%.60q: %w", q, err)
		}
	}
	return nil
}

// RowWriter gathers rows by table and writes them in bulk. A row that a projection gives twice is dropped but for the
// last, as in a commit.
type RowWriter struct {
	Tx    Tx
	Bulks map[string]*Bulk
	Rows  map[string][][]any
}

// Add adds a row.
func (w *RowWriter) Add(ctx context.Context, t *DerivedTable, rows [][]any) error {
	w.Rows[t.Name] = append(w.Rows[t.Name], rows...)
	if len(w.Rows[t.Name]) < replayRows {
		return nil
	}
	return w.write(ctx, t.Name)
}

// Flush writes what was added.
func (w *RowWriter) Flush(ctx context.Context) error {
	for name := range w.Rows {
		if err := w.write(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (w *RowWriter) write(ctx context.Context, name string) error {
	rows := w.Rows[name]
	w.Rows[name] = nil
	if len(rows) == 0 {
		return nil
	}
	if err := InsertRows(ctx, w.Tx, w.Bulks[name], rows); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// InsertRows writes rows in any transaction.
func InsertRows(ctx context.Context, tx Tx, b *Bulk, rows [][]any) error {
	if tx.Dialect().Name == "postgres" {
		_, err := tx.Exec(ctx, b.unnest(), b.arrays(rows)...)
		return err
	}
	for len(rows) > 0 {
		n := b.shape(len(rows))
		args := make([]any, 0, n*len(b.Columns))
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		if _, err := tx.Exec(ctx, b.values(n), args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// emitter takes rows of one table, as they are stored.
type emitter func(context.Context, *DerivedTable, [][]any) error

// replay projects every stream in the order of their names and hands out the rows table by table.
func (s *Store) replay(ctx context.Context, tx Tx, emit emitter, progress Progress) error {
	var total, done int64
	if err := One(ctx, tx, []any{&total}, "SELECT count(*) FROM entry"); err != nil {
		return err
	}
	return EachStreams(ctx, tx, func(streams [][]StoredEntry) error {
		texts, err := textsOf(ctx, tx, streams)
		if err != nil {
			return err
		}
		for _, stored := range streams {
			content := func(d ledger.Digest) []byte { return texts[d] }
			if err := s.ReplayStream(ctx, stored, content, emit); err != nil {
				return err
			}
			done += int64(len(stored))
		}
		if progress != nil {
			progress(done, total)
		}
		return nil
	})
}

// ReplayStream derives all rows of a stream again.
func (s *Store) ReplayStream(ctx context.Context, stored []StoredEntry, content func(ledger.Digest) []byte, emit emitter) error {
	entries := make([]ledger.Entry, len(stored))
	for i := range stored {
		entries[i] = stored[i].Entry
	}
	stream := entries[0].Stream
	for _, p := range s.Cfg.Projections {
		rows, err := p.Project(stream, entries, content)
		if err != nil {
			return fmt.Errorf("project %s: %w", stream, err)
		}
		one := &pending{rows: map[*DerivedTable][][]any{}}
		for _, r := range rows {
			t := s.ByName[r.Table]
			if t == nil {
				return fmt.Errorf("project %s: row of %q: no projection has this table", stream, r.Table)
			}
			if err := t.check(r.Values); err != nil {
				return fmt.Errorf("project %s: %w", stream, err)
			}
			one.rows[t] = append(one.rows[t], t.stored(r.Values))
		}
		for i := range s.Derived {
			t := s.ByName[s.Derived[i].Name]
			if err := emit(ctx, t, t.merged([]*pending{one})); err != nil {
				return err
			}
		}
	}
	return nil
}

// EachStreams reads all entries in the order of stream and version and hands out whole streams, some at a time.
func EachStreams(ctx context.Context, tx Tx, fn func([][]StoredEntry) error) error {
	var current []StoredEntry
	var ready [][]StoredEntry
	stream, version := "", int64(0)
	for {
		n := 0
		err := Each(ctx, tx, func(rows Rows) error {
			var e StoredEntry
			if err := e.scan(rows); err != nil {
				return err
			}
			e.Texts, _ = ledger.ParseTexts([]byte(e.RawTexts)) // verification names what does not parse
			if len(current) > 0 && e.Stream != current[0].Stream {
				ready, current = append(ready, current), nil
			}
			current = append(current, e)
			stream, version, n = e.Stream, e.Version, n+1
			return nil
		}, "SELECT "+EntryColumns+" FROM entry WHERE (stream, version) > ($1, $2) ORDER BY stream, version"+AtMost(replayBatch), stream, version)
		if err != nil {
			return err
		}
		if n < replayBatch && len(current) > 0 {
			ready, current = append(ready, current), nil
		}
		if len(ready) > 0 {
			if err := fn(ready); err != nil {
				return err
			}
			ready = nil
		}
		if n < replayBatch {
			return nil
		}
	}
}

func textsOf(ctx context.Context, tx Tx, streams [][]StoredEntry) (map[ledger.Digest][]byte, error) {
	var digests []ledger.Digest
	for _, stored := range streams {
		for _, e := range stored {
			for _, d := range e.Texts {
				digests = append(digests, d)
			}
		}
	}
	texts := make(map[ledger.Digest][]byte, len(digests))
	err := StoredTexts(ctx, tx, digests, func(d ledger.Digest, t ledger.StoredText) {
		if t.Content != nil {
			texts[d] = t.Content
		}
	})
	return texts, err
}
