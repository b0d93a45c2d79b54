package engine

import (
	"context"
	"database/sql"
)

// Tx is one transaction, or a reader of single statements. SQL is in the style of PostgreSQL, parameters are $1, $2 …
// on both engines; times are integer microseconds.
type Tx interface {
	// Query runs a statement that returns rows. The caller closes the rows; reading to the end does too.
	Query(ctx context.Context, sql string, args ...any) (Rows, error)
	// Exec runs a statement and returns the number of rows it touched.
	Exec(ctx context.Context, sql string, args ...any) (int64, error)
	// Dialect names the engine, for the few statements that differ.
	Dialect() Dialect
}

// Rows are the rows of a query.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// ErrNoRow is what One returns where the query has none.
var ErrNoRow = sql.ErrNoRows

// One scans the first row of a query. No row is ErrNoRow.
func One(ctx context.Context, tx Tx, dest []any, sql string, args ...any) error {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err // a query that failed has not said that there is no row
		}
		return ErrNoRow
	}
	if err := rows.Scan(dest...); err != nil {
		return err
	}
	rows.Close()
	return rows.Err()
}

// Each calls fn on every row of a query.
func Each(ctx context.Context, tx Tx, fn func(Rows) error, sql string, args ...any) error {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
