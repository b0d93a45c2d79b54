package engine

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"
	"time"
)

//go:embed migrations
var migrationFiles embed.FS

// migration is one step of the schema of ledger, text and plain tables. Steps only go forward, and what one said when
// it ran is kept as a checksum: an edited step is refused rather than silently different from place to place.
type migration struct {
	Number   int64
	name     string
	SQL      string
	checksum string
}

// MigrationsFor lists the migrations of an engine.
func MigrationsFor(engine string) ([]migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/"+engine+"/*.sql")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var steps []migration
	for i, name := range names {
		b, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		number, rest, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".sql"), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n != int64(i+1) {
			return nil, fmt.Errorf("migration %s: numbers must follow each other from 1", name)
		}
		sum := sha256.Sum256(b)
		steps = append(steps, migration{n, rest, string(b), hex.EncodeToString(sum[:])})
	}
	return steps, nil
}

// migrate brings the schema up to date, each step in a transaction of its own, so that a crash leaves a whole number of
// steps. A database that is ahead of the program is refused: an old program must not write what it does not understand.
func migrate(ctx context.Context, eng engine, now time.Time) error {
	steps, err := MigrationsFor(eng.dialect().Name)
	if err != nil {
		return err
	}
	done, err := appliedMigrations(ctx, eng)
	if err != nil {
		return err
	}
	if len(done) > len(steps) {
		return fmt.Errorf("the database is at schema %d, this program knows %d: use the newer program", len(done), len(steps))
	}
	for i, step := range steps {
		if i < len(done) {
			if done[i] != step.checksum {
				return fmt.Errorf("migration %d (%s) is not the one that this database ran", step.Number, step.name)
			}
			continue
		}
		if err := step.run(ctx, eng, now); err != nil {
			return fmt.Errorf("migration %d (%s): %w", step.Number, step.name, err)
		}
	}
	return nil
}

// run applies a step unless another replica was faster.
func (m migration) run(ctx context.Context, eng engine, now time.Time) error {
	return eng.Own(ctx, func(tx Tx) error {
		if tx.Dialect().Name == "postgres" {
			if _, err := tx.Exec(ctx, "LOCK TABLE migration IN EXCLUSIVE MODE"); err != nil {
				return err
			}
		}
		var n int64
		if err := One(ctx, tx, []any{&n}, "SELECT count(*) FROM migration WHERE number = $1", m.Number); err != nil || n > 0 {
			return err
		}
		for _, stmt := range Statements(m.SQL) {
			if _, err := tx.Exec(ctx, stmt); err != nil {
				return fmt.Errorf("%.60q: %w", stmt, err)
			}
		}
		_, err := tx.Exec(ctx, "INSERT INTO migration (number, name, checksum, applied_us) VALUES ($1, $2, $3, $4)",
			m.Number, m.name, m.checksum, now.UnixMicro())
		return err
	})
}

// appliedMigrations returns the checksums of the steps that ran, in order.
func appliedMigrations(ctx context.Context, eng engine) (done []string, err error) {
	d := eng.dialect()
	found, err := hasTable(ctx, eng, "migration")
	if err != nil {
		return nil, err
	}
	if !found {
		err := eng.Own(ctx, func(tx Tx) error {
			_, err := tx.Exec(ctx, fmt.Sprintf("CREATE TABLE IF NOT EXISTS migration (number %s NOT NULL PRIMARY KEY, name %s NOT NULL, checksum %s NOT NULL, applied_us %s NOT NULL)",
				d.Int, d.Text, d.Text, d.Int))
			return err
		})
		return nil, err
	}
	err = eng.view(ctx, false, func(tx Tx) error {
		return Each(ctx, tx, func(rows Rows) error {
			var sum string
			err := rows.Scan(&sum)
			done = append(done, sum)
			return err
		}, "SELECT checksum FROM migration ORDER BY number")
	})
	return done, err
}

func hasTable(ctx context.Context, eng engine, name string) (bool, error) {
	query := "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1"
	if eng.dialect().Name == "postgres" {
		query = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1"
	}
	var n int64
	err := eng.view(ctx, false, func(tx Tx) error { return One(ctx, tx, []any{&n}, query, name) })
	return n > 0, err
}

// Statements splits a migration. A statement ends with a semicolon at the end of a line, outside of $$ bodies and of
// BEGIN … END.
func Statements(sql string) []string {
	var out []string
	var b strings.Builder
	quoted := false
	for line := range strings.Lines(sql) {
		if strings.HasPrefix(line, "--") {
			continue
		}
		if strings.Count(line, "$$")%2 == 1 {
			quoted = !quoted
		}
		b.WriteString(line)
		code, _, _ := strings.Cut(line, "--")
		if !quoted && strings.HasSuffix(strings.TrimSpace(code), ";") {
			out = append(out, strings.TrimSpace(b.String()))
			b.Reset()
		}
	}
	return out
}
