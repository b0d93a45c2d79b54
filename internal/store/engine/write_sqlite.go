package engine

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteShapes are the numbers of rows that have a prepared statement, largest first.
var sqliteShapes = []int{16, 8, 4, 2, 1}

// write commits a group. The writer is ours alone, so what each change expects is looked up first, and those that would
// fail are left out instead of spoiling the transaction.
func (e *SQLiteEngine) write(ctx context.Context, g *group, steps stepper) error {
	e.writing.Lock()
	defer e.writing.Unlock()
	if g.disposes() {
		shredded, err := e.shredding(ctx)
		if err != nil {
			return err
		}
		defer shredded()
	}
	err := e.Writer.transact(ctx, "BEGIN IMMEDIATE", func(tx Tx) error {
		for _, p := range g.changes {
			if p.err = p.fits(ctx, tx); p.err != nil && !errors.Is(p.err, errStale) && !errors.Is(p.err, ErrFenced) {
				return p.err
			}
		}
		for _, st := range steps(g.live()) {
			if err := e.step(ctx, st); err != nil {
				return err
			}
		}
		return e.fault("before_commit")
	})
	if err == nil {
		err = e.fault("after_commit")
	}
	return classify(err)
}

// shredding makes deleted content overwritten in the file, and afterwards empties the WAL, where older pages would keep
// it. It costs writes, so it is on only while a change disposes of texts.
func (e *SQLiteEngine) shredding(ctx context.Context) (done func(), err error) {
	if _, err := e.Writer.Exec(ctx, "PRAGMA secure_delete = ON"); err != nil {
		return nil, err
	}
	return func() {
		// The texts are gone from the record already; a reader may keep the WAL from being emptied until the next time.
		_, _ = e.Writer.Exec(ctx, "PRAGMA secure_delete = FAST")
		_, _ = e.Writer.Exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}, nil
}

func (e *SQLiteEngine) step(ctx context.Context, st step) error {
	if st.bulk == nil {
		_, err := e.Writer.Exec(ctx, st.SQL, st.Args...)
		return err
	}
	if err := e.insert(ctx, st.bulk, st.rows); err != nil {
		return fmt.Errorf("%s: %w", st.bulk.Table, err)
	}
	return nil
}

// insert writes rows in the largest shapes that fit.
func (e *SQLiteEngine) insert(ctx context.Context, b *Bulk, rows [][]any) error {
	for len(rows) > 0 {
		n := b.shape(len(rows))
		args := make([]any, 0, n*len(b.Columns))
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		rows = rows[n:]
		if _, err := e.Writer.Exec(ctx, e.shaped(b, n), args...); err != nil {
			return err
		}
	}
	return nil
}

// shape is a multi-row statement: building its text costs more than running it.
type shape struct {
	bulk *Bulk
	rows int
}

func (e *SQLiteEngine) shaped(b *Bulk, n int) string {
	sql, ok := e.shapes[shape{b, n}]
	if !ok {
		sql = b.values(n)
		e.shapes[shape{b, n}] = sql
	}
	return sql
}

// fits says whether the stream is where the change expects it, and its lease is still held.
func (p *pending) fits(ctx context.Context, tx Tx) error {
	if p.Fence != nil {
		if err := HoldLease(ctx, tx, *p.Fence); err != nil {
			return err
		}
	}
	if len(p.Entries) == 0 {
		return nil
	}
	var version int64
	var hash []byte
	err := One(ctx, tx, []any{&version, &hash}, "SELECT version, hash FROM entry WHERE stream = $1 ORDER BY version DESC LIMIT 1", p.Stream)
	if err != nil && !errors.Is(err, ErrNoRow) {
		return err
	}
	if version != p.Expect || version > 0 && string(hash) != string(p.Entries[0].Prev[:]) {
		return errStale
	}
	return nil
}

// classify marks the failures after which the state of the file is unknown.
func classify(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return BrokenError{Err: err}
	}
	return err
}
