package store

import (
	"context"
	"errors"
)

const postgresCommitters = 3

func openPostgres(ctx context.Context, cfg Config) (engine, error) {
	return nil, errors.New("PostgreSQL is not ready yet")
}

func grantDerived(d Dialect, table string) []string { return nil }
