package store

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	pgtest "tocsin/internal/testkit/pg"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// testEngine makes fresh databases of one engine.
type testEngine struct {
	name  string
	fresh func(t testing.TB) Config
}

// engines are both engines. On PostgreSQL the store works as a role of its own, as it should in earnest.
func engines(testing.TB) []testEngine {
	return []testEngine{
		{"sqlite", func(t testing.TB) Config { return Config{DSN: sqliteDSN(t)} }},
		{"postgres", func(t testing.TB) Config {
			owner := pgtest.DatabaseFrom(t, "toy", setupToy)
			return Config{DSN: strings.Replace(owner, "postgres@", "tocsin_app@", 1), OwnerDSN: owner}
		}},
	}
}

func setupToy(owner string) error {
	ctx := context.Background()
	s, err := Open(ctx, Config{DSN: owner, Projections: []Projection{toyProjection{}}})
	if err != nil {
		return err
	}
	s.Close()
	conn, err := pgx.Connect(ctx, owner)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "CREATE ROLE tocsin_app LOGIN; "+GrantsSQL("tocsin_app"))
	return err
}

// onBoth runs a test of the conformance suite on both engines.
func onBoth(t *testing.T, test func(t *testing.T, cfg Config)) {
	for _, e := range engines(t) {
		t.Run(e.name, func(t *testing.T) { test(t, e.fresh(t)) })
	}
}

func openConfig(t testing.TB, cfg Config) *Store {
	return openToy(t, cfg.DSN, func(c *Config) { c.OwnerDSN, c.fault = cfg.OwnerDSN, cfg.fault })
}
