package store

import (
	"context"
	"errors"
	"testing"

	"tocsin/internal/store/engine"
)

// brokenRows is a query that fails before its first row, as when the connection is cut.
type brokenRows struct{ err error }

func (brokenRows) Next() bool { return false }

func (brokenRows) Scan(...any) error { return errors.New("no row to scan") }

func (brokenRows) Close() {}

func (r brokenRows) Err() error { return r.err }

type brokenTx struct{ err error }

func (t brokenTx) Query(context.Context, string, ...any) (engine.Rows, error) {
	return brokenRows(t), nil
}

func (t brokenTx) Exec(context.Context, string, ...any) (int64, error) { return 0, t.err }

func (brokenTx) Dialect() engine.Dialect { return engine.SQLiteDialect }

// TestOneTellsFailureFromAbsence: what cannot be looked up is not absent. A key would be refused, a request filed twice.
func TestOneTellsFailureFromAbsence(t *testing.T) {
	cut := errors.New("connection cut")
	var n int64
	if err := engine.One(context.Background(), brokenTx{cut}, []any{&n}, "SELECT 1"); !errors.Is(err, cut) || errors.Is(err, engine.ErrNoRow) {
		t.Errorf("a query that failed: %v", err)
	}
	if err := engine.One(context.Background(), brokenTx{}, []any{&n}, "SELECT 1"); !errors.Is(err, engine.ErrNoRow) {
		t.Errorf("a query without a row: %v", err)
	}
}
