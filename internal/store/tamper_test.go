package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"tocsin/internal/ledger"
	"tocsin/internal/store/check"
	"tocsin/internal/store/engine"
)

// cell is one value of one row, and how to find the row.
type cell struct {
	table, column string
	keyColumns    []string
	key           []any
	value         any
}

// tamperTables are all tables that verification vouches for, byte by byte.
var tamperTables = []engine.DerivedTable{
	ledgerTable("entry", engine.EntryBulk, "stream", "version"),
	ledgerTable("text", engine.TextBulk, "digest"),
	ledgerTable("leaf", engine.LeafBulk, "idx"),
	ledgerTable("tile", engine.TileBulk, "level", "idx"),
	ledgerTable("checkpoint", &engine.Bulk{Table: "checkpoint", Columns: []engine.Column{{Name: "size", Type: engine.IntColumn}, {Name: "note", Type: engine.TextColumn}}}, "size"),
}

func ledgerTable(name string, b *engine.Bulk, key ...string) engine.DerivedTable {
	t := engine.DerivedTable{Table: engine.Table{Name: name, Columns: b.Columns, Key: key}}
	for _, k := range key {
		t.KeyAt = append(t.KeyAt, slices.IndexFunc(b.Columns, func(c engine.Column) bool { return c.Name == k }))
	}
	return t
}

// cells reads every value of every row.
func cells(t testing.TB, s *Record, tx engine.Tx) []cell {
	t.Helper()
	var out []cell
	tables := slices.Clone(tamperTables)
	for _, d := range s.Derived {
		tables = append(tables, *s.ByName[d.Name])
	}
	for _, d := range tables {
		err := d.Each(context.Background(), tx, func(values []any) error {
			var key []any
			for _, at := range d.KeyAt {
				key = append(key, values[at])
			}
			for i, c := range d.Columns {
				out = append(out, cell{d.Name, c.Name, d.Key, key, values[i]})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// size is the number of bytes that can be flipped.
func (c cell) size() int {
	switch v := c.value.(type) {
	case string:
		return len(v)
	case []byte:
		return len(v)
	}
	return 8
}

// flipped is the value with one bit of one byte changed.
func (c cell) flipped(at int, bit byte) any {
	switch v := c.value.(type) {
	case string:
		b := []byte(v)
		b[at] ^= bit
		return string(b)
	case []byte:
		b := slices.Clone(v)
		b[at] ^= bit
		return b
	}
	b := binary.BigEndian.AppendUint64(nil, uint64(c.value.(int64)))
	b[at] ^= bit
	return int64(binary.BigEndian.Uint64(b))
}

// write puts a value in the place of the cell.
func (c cell) write(tx engine.Tx, value any) error {
	where := make([]string, len(c.keyColumns))
	args := []any{value}
	for i, k := range c.keyColumns {
		where[i] = fmt.Sprintf("%s = $%d", k, i+2)
		args = append(args, c.key[i])
	}
	n, err := tx.Exec(context.Background(), "UPDATE "+c.table+" SET "+c.column+" = $1 WHERE "+strings.Join(where, " AND "), args...)
	if err == nil && n != 1 {
		err = fmt.Errorf("%d rows changed", n)
	}
	return err
}

// keys are the texts by which a finding may name the row: as it was, and as it is after the change.
func (c cell) keys(value any) []string {
	text := func(key []any) string {
		parts := make([]string, len(key))
		for i, k := range key {
			parts[i] = engine.KeyText(k)
		}
		return strings.Join(parts, "/")
	}
	changed := slices.Clone(c.key)
	if at := slices.Index(c.keyColumns, c.column); at >= 0 {
		changed[at] = value
	}
	return []string{text(c.key), text(changed)}
}

// tamperer changes one value inside a transaction that is never committed, past all guards.
type tamperer struct {
	tx  engine.Tx
	try func(fn func()) // runs fn and undoes what it did
}

func sqliteTamperer(t testing.TB, s *Record) tamperer {
	t.Helper()
	ctx := context.Background()
	conn := s.Eng.(*engine.SQLiteEngine).Writer
	var triggers []string
	err := engine.Each(ctx, conn, func(rows engine.Rows) error {
		var name string
		err := rows.Scan(&name)
		triggers = append(triggers, name)
		return err
	}, "SELECT name FROM sqlite_master WHERE type = 'trigger'")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range triggers {
		if _, err := conn.Exec(ctx, "DROP TRIGGER "+name); err != nil {
			t.Fatal(err)
		}
	}
	return tamperer{conn, func(fn func()) {
		if err := engine.ExecAll(ctx, conn, "PRAGMA query_only = OFF", "BEGIN"); err != nil {
			t.Fatal(err)
		}
		fn()
		if err := engine.ExecAll(ctx, conn, "ROLLBACK"); err != nil {
			t.Fatal(err)
		}
	}}
}

func postgresTamperer(t testing.TB, cfg engine.Config) tamperer {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, cfg.OwnerDSN)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(ctx) })
	tx, err := conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	out := tamperer{tx: engine.PgTx{Conn: tx}}
	// A superuser can silence all triggers of a session without leaving a trace in the schema.
	if err := engine.ExecAll(ctx, out.tx, "SET LOCAL session_replication_role = replica"); err != nil {
		t.Fatal(err)
	}
	out.try = func(fn func()) {
		if err := engine.ExecAll(ctx, out.tx, "SAVEPOINT s"); err != nil {
			t.Fatal(err)
		}
		fn()
		if err := engine.ExecAll(ctx, out.tx, "ROLLBACK TO SAVEPOINT s"); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// flip changes one byte, verifies, and says whether the damage was named. refused means that the engine did not take it.
func (tm tamperer) flip(t testing.TB, s *Record, opts check.VerifyOptions, c cell, at int, bit byte) (named, refused bool) {
	t.Helper()
	value := c.flipped(at, bit)
	tm.try(func() {
		if err := c.write(tm.tx, value); err != nil {
			refused = true
			return
		}
		r, err := s.VerifyIn(context.Background(), tm.tx, opts)
		if err != nil {
			t.Fatalf("%s.%s %v byte %d: verify could not finish: %v", c.table, c.column, c.key, at, err)
		}
		keys := c.keys(value)
		named = slices.ContainsFunc(r.Findings, func(f ledger.Finding) bool { return f.Table == c.table && slices.Contains(keys, f.Key) })
		if !named {
			t.Errorf("%s.%s %v byte %d: not named among %d findings %.300v", c.table, c.column, c.key, at, len(r.Findings), r.Findings)
		}
	})
	return named, refused
}

func tamperOptions(t testing.TB) check.VerifyOptions {
	_, key := testKey(t)
	return check.VerifyOptions{Key: key, TempDir: t.TempDir(), Blunt: true}
}

func TestTamperEveryByte(t *testing.T) {
	s := openToy(t, sqliteDSN(t))
	mustCommit(t, s, toyChange(t, s, "toy/a", 3, "x"))
	mustCommit(t, s, toyChange(t, s, "toy/b", 1, "y"))
	sequenceAll(t, s)
	wantSound(t, mustVerify(t, s))
	tm, opts := sqliteTamperer(t, s), tamperOptions(t)
	flips, refused, step := 0, 0, 1
	if testing.Short() || raceEnabled {
		step = 11
	}
	for i, c := range cells(t, s, tm.tx) {
		for at := i % step; at < c.size(); at += step {
			_, no := tm.flip(t, s, opts, c, at, 1<<(at%8))
			flips++
			if no {
				refused++
			}
			if t.Failed() && flips > 3000 {
				return
			}
		}
	}
	t.Logf("%d bytes flipped, %d refused by the engine", flips, refused)
	if step == 1 && flips-refused < 2000 {
		t.Errorf("only %d bytes were flipped", flips-refused)
	}
}

func TestVerifyLocatesTheByte(t *testing.T) {
	s := openToy(t, sqliteDSN(t))
	fillToy(t, s, 3)
	tm := sqliteTamperer(t, s)
	for _, c := range cells(t, s, tm.tx) {
		if c.table != "entry" || c.column != "body" {
			continue
		}
		tm.try(func() {
			if err := c.write(tm.tx, c.flipped(9, 4)); err != nil {
				t.Fatal(err)
			}
			r, err := s.VerifyIn(context.Background(), tm.tx, check.VerifyOptions{TempDir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			exact := func(f ledger.Finding) bool {
				return f.Table == "entry" && f.Column == "body" && f.From == 9 && f.To == 10
			}
			if !slices.ContainsFunc(r.Findings, exact) {
				t.Errorf("%v: byte 9 is not named: %v", c.key, r.Findings)
			}
		})
	}
}

// TestTamperSample flips random bytes of a larger record, on both engines. TOCSIN_FLIPS raises the number.
func TestTamperSample(t *testing.T) {
	flips := 300
	if testing.Short() || raceEnabled {
		flips = 40
	}
	if n := os.Getenv("TOCSIN_FLIPS"); n != "" {
		fmt.Sscan(n, &flips)
	}
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		fillToy(t, s, 30)
		wantSound(t, mustVerify(t, s))
		var tm tamperer
		if s.Dialect().Name == "sqlite" {
			tm = sqliteTamperer(t, s)
		} else {
			tm = postgresTamperer(t, cfg)
		}
		opts, all := tamperOptions(t), cells(t, s, tm.tx)
		random := rand.New(rand.NewPCG(1, 2))
		for done := 0; done < flips; {
			c := all[random.IntN(len(all))]
			if c.size() == 0 {
				continue
			}
			if _, refused := tm.flip(t, s, opts, c, random.IntN(c.size()), 1<<random.IntN(8)); !refused {
				done++
			}
		}
	})
}
