package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// filed is the rows of one filing in one table, as the product wrote them.
type filed struct {
	table   string
	columns []string
	rows    [][]any
}

// filedTables are the tables that a filing writes to at once, and what names it there. The queues are left out: by the time
// that their rows could be read, they are worked off.
var filedTables = []struct{ name, by string }{{"entry", "stream"}, {"text", "stream"}, {"incident", "stream"}, {"duty", "stream"},
	{"milestone", "stream"}, {"board", "stream"}, {"track", "stream"}, {"request", "stream"}, {"search", "key"}}

// guardedTables have triggers: SQLite takes their rows faster one by one.
var guardedTables = []string{"entry", "text", "search"}

// alone is the bound of any program that keeps these rows: the engine writes what n filings write, in groups that are one durable
// transaction each, with one statement for each table, and nothing else is done.
type alone struct {
	writers []func([]insert) error
	group   int // filings in a transaction
	sample  []filed
	sqlite  bool
	close   func()
}

// rowsAlone files once to see what that writes. SQLite has one writer; PostgreSQL two, one for each processor here, where there
// are filings for both.
func (b *bench) rowsAlone(ctx context.Context, p *place, pool *pool, n int) (*alone, error) {
	p, remove, err := p.fresh(ctx)
	if err != nil {
		return nil, err
	}
	a := &alone{group: n, sqlite: p.cluster == nil, close: remove}
	connect, writers := sqliteWriter, 1
	if !a.sqlite {
		connect, writers = postgresWriter, min(n, 2)
		a.group = n / writers
	}
	a.sample, err = b.oneFiling(ctx, p, pool)
	for range writers {
		if err != nil {
			break
		}
		var write func([]insert) error
		var hangUp func()
		if write, hangUp, err = connect(ctx, p); err == nil {
			last := a.close
			a.writers, a.close = append(a.writers, write), func() { hangUp(); last() }
		}
	}
	if err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

// perSecond is how many filings' rows are written in a second.
func (a *alone) perSecond(ctx context.Context, d time.Duration) (float64, error) {
	r, err := closed(ctx, len(a.writers), d, func(i int) error { return a.writers[i](inserts(a.sample, a.group, a.sqlite)) })
	return r.perSecond() * float64(a.group), err
}

// oneFiling files once and reads back what that wrote.
func (b *bench) oneFiling(ctx context.Context, p *place, pool *pool) ([]filed, error) {
	s, _, err := b.serve(ctx, p)
	if err != nil {
		return nil, err
	}
	c, err := dial(s.addr)
	if err == nil {
		_, err = c.want(201, pool.request(0, "bench-rows"))
		c.close()
	}
	s.stop()
	if err != nil {
		return nil, err
	}
	driver, dsn := "sqlite", "file:"+filepath.Join(p.dir, "record.db")
	if p.cluster != nil {
		driver, dsn = "pgx", p.dsn()
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var stream string
	if err := db.QueryRowContext(ctx, "SELECT stream FROM incident").Scan(&stream); err != nil {
		return nil, err
	}
	var out []filed
	for _, t := range filedTables {
		f, err := readFiled(ctx, db, t.name, t.by, stream)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func readFiled(ctx context.Context, db *sql.DB, table, by, stream string) (f filed, err error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+table+" WHERE "+by+" = $1", stream)
	if err != nil {
		return f, err
	}
	defer rows.Close()
	f.table = table
	if f.columns, err = rows.Columns(); err != nil {
		return f, err
	}
	for rows.Next() {
		row := make([]any, len(f.columns))
		at := make([]any, len(row))
		for i := range row {
			at[i] = &row[i]
		}
		if err := rows.Scan(at...); err != nil {
			return f, err
		}
		f.rows = append(f.rows, row)
	}
	if at := slices.Index(f.columns, "docid"); at >= 0 { // given by the engine
		f.columns = slices.Delete(f.columns, at, at+1)
		for i := range f.rows {
			f.rows[i] = slices.Delete(f.rows[i], at, at+1)
		}
	}
	return f, rows.Err()
}

// insert is one statement.
type insert struct {
	sql  string
	args []any
}

// inserts are the statements for n filings like the sample, each with names and digests of its own.
func inserts(sample []filed, n int, sqlite bool) []insert {
	renamed := make([]renaming, n)
	for i := range renamed {
		renamed[i] = renaming{}
	}
	var out []insert
	for _, f := range sample {
		var args []any
		for i := range n {
			for _, row := range f.rows {
				for c, v := range row {
					args = append(args, renamed[i].value(f.table, f.columns[c], v))
				}
			}
		}
		rows, each := n*len(f.rows), len(f.columns)
		if sqlite && slices.Contains(guardedTables, f.table) {
			for ; rows > 0; rows-- {
				out, args = append(out, insert{f.statement(1), args[:each]}), args[each:]
			}
			continue
		}
		out = append(out, insert{f.statement(rows), args})
	}
	return out
}

func (f filed) statement(rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES ", f.table, strings.Join(f.columns, ", "))
	for r := range rows {
		if r > 0 {
			b.WriteByte(',')
		}
		for c := range f.columns {
			fmt.Fprintf(&b, "%c$%d", "(,"[min(c, 1)], r*len(f.columns)+c+1)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// renaming gives what occurs once in the record a new value, the same one wherever the old one stands in a filing.
type renaming map[string]any

func (r renaming) value(table, column string, old any) any {
	switch x := old.(type) {
	case []byte:
		if len(x) == 32 { // a digest
			return r.once("digest/"+string(x), func() any { return random(32) })
		}
	case string:
		switch {
		case column == "stream", column == "key":
			return r.once("stream", func() any { return "incident/" + newID() })
		case column == "number":
			return r.once("number", func() any { return hex.EncodeToString(random(8)) })
		case column == "digest": // of a request
			return hex.EncodeToString(random(32))
		case table == "entry" && column == "id":
			return newID()
		}
	}
	return old
}

func (r renaming) once(name string, make func() any) any {
	if _, known := r[name]; !known {
		r[name] = make()
	}
	return r[name]
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// postgresWriter sends all statements in one pipeline, which is one transaction to the server.
func postgresWriter(ctx context.Context, p *place) (func([]insert) error, func(), error) {
	conn, err := pgx.Connect(ctx, p.dsn())
	if err != nil {
		return nil, nil, err
	}
	return func(all []insert) error {
		batch := &pgx.Batch{}
		for _, in := range all {
			batch.Queue(in.sql, in.args...)
		}
		return conn.SendBatch(context.Background(), batch).Close()
	}, func() { conn.Close(context.Background()) }, nil
}

func sqliteWriter(ctx context.Context, p *place) (func([]insert) error, func(), error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.dir, "record.db")+sqlitePragmas)
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1)
	prepared := map[string]*sql.Stmt{}
	exec := func(in insert) (err error) {
		st := prepared[in.sql]
		if st == nil {
			if st, err = db.PrepareContext(ctx, in.sql); err != nil {
				return err
			}
			prepared[in.sql] = st
		}
		_, err = st.Exec(in.args...)
		return err
	}
	return func(all []insert) error {
		for _, in := range slices.Concat([]insert{{sql: "BEGIN IMMEDIATE"}}, all, []insert{{sql: "COMMIT"}}) {
			if err := exec(in); err != nil {
				return err
			}
		}
		return nil
	}, func() { db.Close() }, nil
}
