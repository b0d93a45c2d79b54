package store

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"tocsin/internal/store/engine"
	pgtest "tocsin/internal/testkit/pg"
)

type fileContent struct {
	name    string
	content []byte
	mode    os.FileMode
}

func filesOf(t testing.TB, dsn string) []fileContent {
	t.Helper()
	dir := filepath.Dir(strings.TrimPrefix(dsn, "sqlite:"))
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []fileContent
	for _, d := range list {
		info, err := d.Info()
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(dir, d.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fileContent{d.Name(), b, info.Mode()})
	}
	return out
}

// rewrites are ways to change the record with SQL. All must fail on both engines, whoever tries.
var rewrites = []string{
	"UPDATE entry SET actor = 'x'",
	"UPDATE entry SET body = body WHERE version = 1",
	"DELETE FROM entry",
	"DELETE FROM entry WHERE version = 1",
	"INSERT INTO entry SELECT * FROM entry",
	"INSERT INTO entry SELECT * FROM entry ON CONFLICT (stream, version) DO UPDATE SET actor = 'x'",
	"UPDATE text SET content = stream::bytea",
	"UPDATE text SET stream = 'x', salt = NULL, content = NULL",
	"UPDATE text SET salt = salt",
	"DELETE FROM text",
	"INSERT INTO text SELECT * FROM text ON CONFLICT (digest) DO UPDATE SET stream = 'x'",
	"UPDATE leaf SET idx = idx + 100",
	"UPDATE leaf SET entry = 'x' WHERE idx = 0",
	"DELETE FROM leaf WHERE idx = 0",
	"INSERT INTO leaf (idx, entry) SELECT 0, 'x'",
	"UPDATE checkpoint SET note = 'x'",
	"DELETE FROM checkpoint",
	"INSERT INTO checkpoint (size, note) SELECT size, 'x' FROM checkpoint",
	"UPDATE tile SET hashes = substr(hashes, 1, 32)",
	"UPDATE tile SET hashes = salt FROM text",
	"UPDATE tile SET level = 3",
	"DELETE FROM tile",
	"INSERT INTO tile SELECT * FROM tile",
}

func TestSQLiteIsAppendOnly(t *testing.T) {
	dsn := sqliteDSN(t)
	s := openToy(t, dsn)
	fillToy(t, s, 3)
	// Another program on the same file, without any of our settings.
	db, err := sql.Open("sqlite", "file:"+strings.TrimPrefix(dsn, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	more := []string{
		"INSERT OR REPLACE INTO entry SELECT * FROM entry",
		"REPLACE INTO entry SELECT stream, version, id || 'x', fact, at, actor, pack, body, texts, prev, hash FROM entry",
		"REPLACE INTO entry (rowid, stream, version, id, fact, at, actor, pack, body, texts, prev, hash) SELECT 1, 'z', 1, 'z', fact, at, actor, pack, body, texts, prev, hash FROM entry LIMIT 1",
		"UPDATE OR REPLACE entry SET version = 1",
		"REPLACE INTO text SELECT * FROM text",
		"REPLACE INTO text (rowid, digest, stream) SELECT 1, x'00', 'z'",
		"REPLACE INTO leaf (idx, entry) VALUES (0, 'x')",
		"REPLACE INTO leaf (idx, entry) SELECT 1000, entry FROM leaf WHERE idx = 0",
		"REPLACE INTO checkpoint SELECT size, 'x' FROM checkpoint",
		"REPLACE INTO tile SELECT level, idx, x'00' FROM tile",
		"REPLACE INTO tile (rowid, level, idx, hashes) VALUES (1, 5, 5, x'00')",
	}
	for _, q := range append(more, rewrites...) {
		q = strings.ReplaceAll(q, "stream::bytea", "CAST(stream AS BLOB)")
		if _, err := db.Exec(q); err == nil {
			t.Errorf("went through: %s", q)
		}
	}
	wantSound(t, mustVerify(t, s))
}

func TestPostgresIsAppendOnly(t *testing.T) {
	cfg := engines(t)[1].fresh(t)
	s := openConfig(t, cfg)
	fillToy(t, s, 3)
	more := []string{
		"TRUNCATE entry CASCADE", "TRUNCATE text", "TRUNCATE leaf", "TRUNCATE checkpoint", "TRUNCATE tile",
	}
	onlyRole := []string{
		"ALTER TABLE entry DISABLE TRIGGER ALL", "DROP TRIGGER entry_append_only ON entry", "DROP TABLE leaf",
		"SET session_replication_role = replica", "DELETE FROM migration", "CREATE TABLE mine (a INT)",
	}
	for who, dsn := range map[string]string{"role": cfg.DSN, "owner": cfg.OwnerDSN} {
		conn, err := pgx.Connect(context.Background(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.Background())
		tries := append(more, rewrites...)
		if who == "role" {
			tries = append(tries, onlyRole...)
		}
		for _, q := range tries {
			if _, err := conn.Exec(context.Background(), q); err == nil {
				t.Errorf("%s: went through: %s", who, q)
			}
		}
	}
	wantSound(t, mustVerify(t, s))
}

// TestVerifySeesGuardsOff takes one guard after the other off.
func TestVerifySeesGuardsOff(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		fillToy(t, s, 2)
		off := "DROP TRIGGER entry_no_delete"
		if s.Dialect().Name == "postgres" {
			off = "ALTER TABLE leaf DISABLE TRIGGER leaf_append_only"
		}
		if err := s.Eng.Own(context.Background(), func(tx engine.Tx) error { return engine.ExecAll(context.Background(), tx, off) }); err != nil {
			t.Fatal(err)
		}
		r := mustVerify(t, s)
		if len(r.Findings) != 1 || r.Findings[0].Table != "schema" {
			t.Errorf("findings %v", r.Findings)
		}
	})
}

func TestSQLiteFileIsPrivate(t *testing.T) {
	dsn := sqliteDSN(t)
	s := openToy(t, dsn)
	fillToy(t, s, 2)
	info, err := os.Stat(filepath.Dir(strings.TrimPrefix(dsn, "sqlite:")))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder %v, %v", info.Mode(), err)
	}
	files := filesOf(t, dsn)
	if len(files) < 2 {
		t.Errorf("%d files, want the database and its WAL", len(files))
	}
	for _, f := range files {
		if f.mode.Perm() != 0o600 {
			t.Errorf("%s has mode %v", f.name, f.mode)
		}
	}
}

func TestSQLiteDurabilityIsAsserted(t *testing.T) {
	s := openToy(t, sqliteDSN(t))
	e := s.Eng.(*engine.SQLiteEngine)
	for _, pragma := range []string{"synchronous = NORMAL", "synchronous = OFF"} {
		if _, err := e.Writer.Exec(context.Background(), "PRAGMA "+pragma); err != nil {
			t.Fatal(err)
		}
		if err := e.AssertSafe(context.Background(), e.Writer); err == nil {
			t.Errorf("%s passes", pragma)
		}
	}
}

func TestPostgresDurabilityIsAsserted(t *testing.T) {
	owner := pgtest.DatabaseFrom(t, "toy", setupToy)
	if _, err := engine.Open(context.Background(), engine.Config{DSN: owner + "&synchronous_commit=off"}); err == nil {
		t.Error("synchronous_commit = off passes")
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, cfg := range map[string]engine.Config{
		"no engine":     {DSN: "mysql:x"},
		"two of a name": {DSN: sqliteDSN(t), Projections: []engine.Projection{toyProjection{}, toyProjection{}}},
		"taken name":    {DSN: sqliteDSN(t), Projections: []engine.Projection{tableProjection{engine.Table{Name: "entry", Columns: engine.SearchColumns, Key: []string{"key"}}}}},
		"no key":        {DSN: sqliteDSN(t), Projections: []engine.Projection{tableProjection{engine.Table{Name: "x", Columns: engine.SearchColumns}}}},
		"absent key":    {DSN: sqliteDSN(t), Projections: []engine.Projection{tableProjection{engine.Table{Name: "x", Columns: engine.SearchColumns, Key: []string{"y"}}}}},
		"absent index":  {DSN: sqliteDSN(t), Projections: []engine.Projection{tableProjection{engine.Table{Name: "x", Columns: engine.SearchColumns, Key: []string{"key"}, Indexes: [][]string{{"y DESC"}}}}}},
		"injection":     {DSN: sqliteDSN(t), Projections: []engine.Projection{tableProjection{engine.Table{Name: "x; drop table entry", Columns: engine.SearchColumns, Key: []string{"key"}}}}},
		"search shape":  {DSN: sqliteDSN(t), Projections: []engine.Projection{tableProjection{engine.Table{Name: engine.SearchTable, Columns: []engine.Column{{Name: "key", Type: engine.TextColumn}}, Key: []string{"key"}}}}},
	} {
		if s, err := engine.Open(context.Background(), cfg); err == nil {
			s.Close()
			t.Errorf("%s: opened", name)
		}
	}
}

// tableProjection only defines a table.
type tableProjection struct{ engine.Table }

func (p tableProjection) Tables() []engine.Table { return []engine.Table{p.Table} }

func (p tableProjection) Project(string, []entryAlias, textFunc) ([]engine.Row, error) {
	return nil, nil
}
