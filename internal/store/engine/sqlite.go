package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteFloor is the first SQLite without the race that could corrupt a WAL database written by two connections.
const sqliteFloor = 3051003

// SQLiteEngine is one writer connection and N readers on one file. Writers queue in this process: two connections that
// both wrote would only wait for each other in the file.
type SQLiteEngine struct {
	db      *sql.DB
	writing sync.Mutex
	Writer  *SQLiteConn
	readers chan *SQLiteConn
	shapes  map[shape]string // under writing
	fault   func(point string) error
}

func openSQLite(ctx context.Context, path string, cfg Config) (*SQLiteEngine, error) {
	if err := makeFile(path); err != nil {
		return nil, err
	}
	n := cfg.Readers
	if n == 0 {
		n = max(4, 2*runtime.GOMAXPROCS(0))
	}
	pragmas := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)",
		"mmap_size(0)", "wal_autocheckpoint(4000)", "trusted_schema(OFF)", "secure_delete(FAST)",
		"temp_store(MEMORY)"}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+pragmas.Encode())
	if err != nil {
		return nil, err
	}
	e := &SQLiteEngine{db: db, readers: make(chan *SQLiteConn, n), shapes: map[shape]string{}, fault: cfg.FaultAt}
	if err := e.connect(ctx, n); err != nil {
		db.Close()
		return nil, err
	}
	return e, nil
}

// makeFile creates the file and its folder for the owner alone. The WAL inherits the mode of the file.
func makeFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Chmod(0o600)
}

func (e *SQLiteEngine) connect(ctx context.Context, readers int) error {
	var err error
	if e.Writer, err = NewSQLiteConn(ctx, e.db); err != nil {
		return err
	}
	if err := e.AssertSafe(ctx, e.Writer); err != nil {
		return err
	}
	if _, err := e.Writer.Exec(ctx, "PRAGMA cache_size = -16384"); err != nil {
		return err
	}
	for range readers {
		c, err := NewSQLiteConn(ctx, e.db)
		if err != nil {
			return err
		}
		if _, err := c.Exec(ctx, "PRAGMA query_only = ON"); err != nil {
			return err
		}
		e.readers <- c
	}
	return nil
}

// AssertSafe reads back what durability stands on: a setting that did not take would lose acknowledged commits when
// the power fails, and nobody would see it until then.
func (e *SQLiteEngine) AssertSafe(ctx context.Context, c *SQLiteConn) error {
	for _, want := range []struct{ pragma, value string }{{"synchronous", "2"}, {"journal_mode", "wal"}, {"mmap_size", "0"}} {
		var got any = want.value // a build without mmap answers that pragma with no row
		if err := One(ctx, c, []any{&got}, "PRAGMA "+want.pragma); err != nil && !errors.Is(err, ErrNoRow) {
			return err
		}
		if fmt.Sprint(got) != want.value {
			return fmt.Errorf("%s is %v, must be %s", want.pragma, got, want.value)
		}
	}
	if sqlite3.SQLITE_VERSION_NUMBER < sqliteFloor {
		return fmt.Errorf("SQLite %s is older than %d and can corrupt the file", sqlite3.SQLITE_VERSION, sqliteFloor)
	}
	return nil
}

func (e *SQLiteEngine) dialect() Dialect { return SQLiteDialect }

// view lends a reader.
func (e *SQLiteEngine) view(ctx context.Context, snapshot bool, fn func(Tx) error) error {
	select {
	case c := <-e.readers:
		defer func() { e.readers <- c }()
		if !snapshot {
			return fn(c)
		}
		return c.transact(ctx, "BEGIN", fn)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// update takes the writer. The context only bounds the wait: a write is not broken off half-way.
func (e *SQLiteEngine) update(ctx context.Context, fn func(Tx) error) error {
	e.writing.Lock()
	defer e.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	return e.Writer.transact(context.WithoutCancel(ctx), "BEGIN IMMEDIATE", fn)
}

// Own runs fn as the owner of the tables; SQLite knows no owners.
func (e *SQLiteEngine) Own(ctx context.Context, fn func(Tx) error) error { return e.update(ctx, fn) }

func (e *SQLiteEngine) close() error {
	e.writing.Lock()
	defer e.writing.Unlock()
	patience := time.After(5 * time.Second)
	for range cap(e.readers) {
		select {
		case c := <-e.readers:
			c.Close()
		case <-patience: // a reader that never came back goes down with the file
		}
	}
	e.Writer.Close()
	return e.db.Close()
}

// SQLiteConn is one connection with its prepared statements.
type SQLiteConn struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// maxStmts bounds the prepared statements of a connection. Statements are few; only a caller that writes values into
// SQL would come near it.
const maxStmts = 512

// NewSQLiteConn wraps a connection with its prepared statements.
func NewSQLiteConn(ctx context.Context, db *sql.DB) (*SQLiteConn, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &SQLiteConn{conn: c, stmts: map[string]*sql.Stmt{}}, nil
}

// Close closes the connection and its statements.
func (c *SQLiteConn) Close() {
	c.forget()
	c.conn.Close()
}

func (c *SQLiteConn) forget() {
	for _, s := range c.stmts {
		s.Close()
	}
	clear(c.stmts)
}

func (c *SQLiteConn) prepare(query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	if len(c.stmts) >= maxStmts {
		c.forget()
	}
	s, err := c.conn.PrepareContext(context.Background(), Numbered(query))
	if err == nil {
		c.stmts[query] = s
	}
	return s, err
}

// Query runs a prepared statement.
func (c *SQLiteConn) Query(ctx context.Context, query string, args ...any) (Rows, error) {
	s, err := c.prepare(query)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	return sqliteRows{rows}, nil
}

// Exec runs a prepared statement.
func (c *SQLiteConn) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	s, err := c.prepare(query)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Dialect names the engine.
func (c *SQLiteConn) Dialect() Dialect { return SQLiteDialect }

func (c *SQLiteConn) transact(ctx context.Context, begin string, fn func(Tx) error) (err error) {
	// The frame of a transaction must run even when the caller has gone away.
	frame := context.WithoutCancel(ctx)
	if _, err := c.Exec(frame, begin); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			_, rollback := c.Exec(frame, "ROLLBACK")
			if err != nil && rollback != nil && !noTransaction(rollback) {
				err = errors.Join(err, rollback)
			}
		}
	}()
	if err := fn(c); err != nil {
		return err
	}
	_, err = c.Exec(frame, "COMMIT")
	done = err == nil
	return err
}

// noTransaction says whether a rollback failed only because the engine had already rolled back.
func noTransaction(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == sqlite3.SQLITE_ERROR
}

// sqliteRows adapts Close.
type sqliteRows struct{ *sql.Rows }

// Close ends the query.
func (r sqliteRows) Close() { r.Rows.Close() }
