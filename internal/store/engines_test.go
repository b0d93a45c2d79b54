package store

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"tocsin/internal/store/engine"
	pgtest "tocsin/internal/testkit/pg"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// testEngine makes fresh databases of one engine.
type testEngine struct {
	name  string
	fresh func(t testing.TB) engine.Config
}

// engines are both engines. On PostgreSQL the store works as a role of its own, as it should in earnest.
func engines(testing.TB) []testEngine {
	return []testEngine{
		{"sqlite", func(t testing.TB) engine.Config { return engine.Config{DSN: sqliteDSN(t)} }},
		{"postgres", func(t testing.TB) engine.Config {
			owner := pgtest.DatabaseFrom(t, "toy", setupToy)
			return engine.Config{DSN: strings.Replace(owner, "postgres@", "tocsin_app@", 1), OwnerDSN: owner}
		}},
	}
}

func setupToy(owner string) error {
	ctx := context.Background()
	s, err := engine.Open(ctx, engine.Config{DSN: owner, Projections: []engine.Projection{toyProjection{}}})
	if err != nil {
		return err
	}
	s.Close()
	conn, err := pgx.Connect(ctx, owner)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "CREATE ROLE tocsin_app LOGIN; "+engine.GrantsSQL("tocsin_app"))
	return err
}

// onBoth runs a test of the conformance suite on both engines.
func onBoth(t *testing.T, test func(t *testing.T, cfg engine.Config)) {
	for _, e := range engines(t) {
		t.Run(e.name, func(t *testing.T) { test(t, e.fresh(t)) })
	}
}

func openConfig(t testing.TB, cfg engine.Config) *Record {
	return openToy(t, cfg.DSN, func(c *engine.Config) { c.OwnerDSN, c.Fault = cfg.OwnerDSN, cfg.Fault })
}
