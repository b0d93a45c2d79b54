package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// postgresHelpers is the number of groups that may be written beside the leader's.
const postgresHelpers = 3

// writeTimeout bounds a commit against a server that does not answer.
const writeTimeout = 30 * time.Second

// ownerLock keeps migrations and rebuilds of several replicas apart. Nothing on the commit path takes it.
const ownerLock = 0x7063736e

// SQLSTATEs that the functions of the schema raise.
const (
	stateStale  = "TC001"
	stateFenced = "TC002"
	stateUnique = "23505"
)

// postgresEngine is a pool of connections as the application's role.
type postgresEngine struct {
	pool  *pgxpool.Pool
	owner string
	fault func(point string) error
}

// plannerSettings make PostgreSQL do what the queries were written for, whatever it knows of the tables. Each query has an index
// that it walks; a plan for the values at hand costs more than it saves, and one that was made while a table was empty, or before
// the server counted its rows, would read all of it.
var plannerSettings = map[string]string{
	"random_page_cost": "1.1", // the server's default is that of a turning disk
	"plan_cache_mode":  "force_generic_plan",
	"enable_seqscan":   "off",
	"jit":              "off", // compiling takes longer than any of these run
}

func openPostgres(ctx context.Context, cfg Config) (*postgresEngine, error) {
	conf, err := pgxpool.ParseConfig(cfg.DSN)
	if err != nil {
		return nil, err
	}
	if conf.MaxConns < 8 {
		conf.MaxConns = 8
	}
	if cfg.Readers > 0 {
		conf.MaxConns = int32(cfg.Readers + 1 + postgresHelpers)
	}
	// The operator's own setting in the DSN wins.
	for name, value := range plannerSettings {
		if conf.ConnConfig.RuntimeParams[name] == "" {
			conf.ConnConfig.RuntimeParams[name] = value
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, conf)
	if err != nil {
		return nil, err
	}
	e := &postgresEngine{pool: pool, owner: cfg.OwnerDSN, fault: cfg.FaultAt}
	if e.owner == "" {
		e.owner = cfg.DSN
	}
	if err := e.assertSafe(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return e, nil
}

// assertSafe refuses a server that would lose acknowledged commits or cannot hold the texts.
func (e *postgresEngine) assertSafe(ctx context.Context) error {
	for name, bad := range map[string][]string{
		"fsync": {"off"}, "full_page_writes": {"off"}, "synchronous_commit": {"off"}, "server_encoding": nil,
	} {
		var got string
		if err := e.pool.QueryRow(ctx, "SELECT current_setting($1)", name).Scan(&got); err != nil {
			return err
		}
		if name == "server_encoding" && got != "UTF8" {
			return fmt.Errorf("%s is %s, must be UTF8", name, got)
		}
		for _, b := range bad {
			if got == b {
				return fmt.Errorf("%s is %s: an acknowledged report could be lost", name, got)
			}
		}
	}
	return nil
}

func (e *postgresEngine) dialect() Dialect { return postgresDialect }

func (e *postgresEngine) close() error {
	e.pool.Close()
	return nil
}

func (e *postgresEngine) view(ctx context.Context, snapshot bool, fn func(Tx) error) error {
	if !snapshot {
		return fn(PgTx{e.pool})
	}
	return pgx.BeginTxFunc(ctx, e.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		return fn(PgTx{tx})
	})
}

func (e *postgresEngine) update(ctx context.Context, fn func(Tx) error) error {
	return retryDeadlock(func() error {
		return pgx.BeginFunc(ctx, e.pool, func(tx pgx.Tx) error { return fn(PgTx{tx}) })
	})
}

// retryDeadlock runs fn again when the server broke a circle of waiting transactions by failing this one.
func retryDeadlock(fn func() error) error {
	for try := 0; ; try++ {
		err := fn()
		var e *pgconn.PgError
		if try == 3 || !errors.As(err, &e) || e.Code != "40P01" && e.Code != "40001" {
			return err
		}
	}
}

func (e *postgresEngine) Own(ctx context.Context, fn func(Tx) error) error {
	conn, err := pgx.Connect(ctx, e.owner)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", ownerLock); err != nil {
			return err
		}
		return fn(PgTx{tx})
	})
}

// write sends a group as one pipeline. All statements before its end are one transaction to the server, so the frame
// costs no round trip, and the answer to the end comes after the commit is durable.
func (e *postgresEngine) write(ctx context.Context, g *group, steps stepper) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	if err := e.fault("before_commit"); err != nil {
		return err
	}
	batch := &pgx.Batch{}
	g.queueExpectations(batch)
	for _, st := range steps(g.live()) {
		if st.bulk != nil {
			batch.Queue(st.bulk.unnest(), st.bulk.arrays(st.rows)...)
		} else {
			batch.Queue(st.SQL, st.Args...)
		}
	}
	err := retryDeadlock(func() error { return e.pool.SendBatch(ctx, batch).Close() })
	if err == nil {
		return e.fault("after_commit")
	}
	return lost(err)
}

// queueExpectations puts what the changes stand on at the head of the pipeline.
func (g *group) queueExpectations(batch *pgx.Batch) {
	var streams []string
	var versions []int64
	var prevs [][]byte
	for _, p := range g.live() {
		if p.Fence != nil {
			batch.Queue("SELECT tocsin_hold_lease($1, $2, $3)", p.Fence.Name, p.Fence.Holder, p.Fence.Fence)
		}
		// A new stream expects nothing: that nobody else began it is for the unique key to say.
		if len(p.Entries) > 0 && p.Expect > 0 {
			streams, versions, prevs = append(streams, p.Stream), append(versions, p.Expect), append(prevs, p.Entries[0].Prev[:])
		}
	}
	if len(streams) > 0 {
		batch.Queue("SELECT tocsin_expect($1::text[], $2::bigint[], $3::bytea[])", streams, versions, prevs)
	}
}

// lost says which failures mean that another writer was first.
func lost(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return err
	}
	switch {
	case e.Code == stateStale, e.Code == stateUnique && e.TableName == "entry":
		return errors.Join(errStale, err)
	case e.Code == stateFenced:
		return errors.Join(ErrFenced, err)
	}
	return err
}

// PgTx adapts a PostgreSQL transaction, or the pool where each statement is one of its own.
type PgTx struct{ Conn pgQuerier }

type pgQuerier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Query runs a statement that returns rows.
func (t PgTx) Query(ctx context.Context, sql string, args ...any) (Rows, error) {
	return t.Conn.Query(ctx, sql, args...)
}

// Exec runs a statement.
func (t PgTx) Exec(ctx context.Context, sql string, args ...any) (int64, error) {
	tag, err := t.Conn.Exec(ctx, sql, args...)
	return tag.RowsAffected(), err
}

// Dialect names the engine.
func (t PgTx) Dialect() Dialect { return postgresDialect }
