package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tocsin/internal/ledger"
)

// Config says where the record is and what is derived from it.
type Config struct {
	// DSN is "sqlite:PATH" or "postgres://…". The role in a PostgreSQL DSN needs only the rights of grants.sql.
	DSN string
	// OwnerDSN is the PostgreSQL role that owns the tables: migrations and derived tables are made as it. Empty: DSN.
	OwnerDSN string
	// Projections derive tables from streams. Their tables must not share names.
	Projections []Projection
	// Registry reads the facts when the record is verified; nil leaves that check out.
	Registry *ledger.Registry
	// Clock tells the time for what the store itself stamps: migrations. Nil: time.Now.
	Clock func() time.Time
	// Readers is the number of connections that read at a time; 0 chooses.
	Readers int

	// Refuse is asked before everything that is read or written; an error fails it. Nil: nothing is refused. Tests take the database
	// away with it.
	Refuse func(access string) error

	// fault is asked at named points of the write path; tests make it fail or lie there.
	Fault func(point string) error
}

// What Config.Refuse is asked about.
const (
	ToRead  = "read"
	ToWrite = "write"
)

// Store is the record in one database. Its methods are safe for concurrent use.
type Store struct {
	Cfg     Config
	Eng     engine
	Derived []DerivedTable // in the order of the projections
	ByName  map[string]*DerivedTable
	Queue   queue
	broken  atomic.Pointer[error]
	closed  sync.Once
}

// engine is what differs between SQLite and PostgreSQL beyond the text of a statement.
type engine interface {
	// view runs fn in a read-only snapshot, or without one where each statement may see a state of its own.
	view(ctx context.Context, snapshot bool, fn func(Tx) error) error
	// update runs fn in one write transaction, durable on return.
	update(ctx context.Context, fn func(Tx) error) error
	// own runs fn as the owner of the tables, in one transaction.
	Own(ctx context.Context, fn func(Tx) error) error
	// write commits a group of changes in one transaction. It marks those that lost to another writer as conflicts and
	// leaves them out; any other error means that perhaps nothing was written.
	write(ctx context.Context, g *group, steps stepper) error
	// dialect names the engine.
	dialect() Dialect
	close() error
}

// Open opens or creates the record, migrates it, and rebuilds the derived tables where their definitions changed.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	s := &Store{Cfg: cfg, ByName: map[string]*DerivedTable{}, Queue: queue{Leaders: make(chan struct{}, 1)}}
	if err := s.define(); err != nil {
		return nil, err
	}
	var err error
	switch path, isFile := strings.CutPrefix(cfg.DSN, "sqlite:"); {
	case isFile:
		s.Eng, err = openSQLite(ctx, path, cfg)
	case strings.HasPrefix(cfg.DSN, "postgres://") || strings.HasPrefix(cfg.DSN, "postgresql://"):
		s.Eng, err = openPostgres(ctx, cfg)
		s.Queue.helpers = make(chan struct{}, postgresHelpers)
	default:
		err = errors.New("the DSN must begin with sqlite: or postgres://")
	}
	if err != nil {
		return nil, fmt.Errorf("open record: %w", err)
	}
	if err := s.prepare(ctx); err != nil {
		s.Eng.close()
		return nil, fmt.Errorf("open record: %w", err)
	}
	return s, nil
}

func (s *Store) prepare(ctx context.Context) error {
	if err := migrate(ctx, s.Eng, s.Cfg.Clock()); err != nil {
		return err
	}
	same, err := s.derivedUnchanged(ctx)
	if err != nil || same {
		return err
	}
	return s.Rebuild(ctx, nil)
}

// Close ends the connections. Callers stop their work first; closing twice is harmless.
func (s *Store) Close() (err error) {
	s.closed.Do(func() { err = s.Eng.close() })
	return err
}

// Err returns the failure that made the record unusable until it is opened again, or nil. After a failed sync nobody
// knows what the disk holds, so nothing more is written.
func (s *Store) Err() error {
	if p := s.broken.Load(); p != nil {
		return *p
	}
	return nil
}

// View runs fn in one read-only snapshot: all its queries see the same state. No network call belongs inside.
func (s *Store) View(ctx context.Context, fn func(Tx) error) error {
	if err := s.Cfg.refused(ToRead); err != nil {
		return err
	}
	return s.Eng.view(ctx, true, fn)
}

// Read runs fn like View, but each statement sees the newest state: for questions of one statement, which on PostgreSQL
// then cost one round trip instead of three. It is for reading only.
func (s *Store) Read(ctx context.Context, fn func(Tx) error) error {
	if err := s.Cfg.refused(ToRead); err != nil {
		return err
	}
	return s.Eng.view(ctx, false, fn)
}

// Update runs fn in one write transaction over the plain tables (sessions, keys, settings …); the record itself changes
// through Commit only. No network call belongs inside. On SQLite all writers wait for fn.
func (s *Store) Update(ctx context.Context, fn func(Tx) error) error {
	if err := errors.Join(s.Err(), s.Cfg.refused(ToWrite)); err != nil {
		return err
	}
	return s.Eng.update(ctx, fn)
}

// Dialect names the engine.
func (s *Store) Dialect() Dialect { return s.Eng.dialect() }

func (c Config) refused(access string) error {
	if c.Refuse == nil {
		return nil
	}
	return c.Refuse(access)
}

// FaultAt is asked at the named points of the write path.
func (c Config) FaultAt(point string) error {
	if c.Fault == nil {
		return nil
	}
	return c.Fault(point)
}
