package main

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib" // the drivers that the product uses
	_ "modernc.org/sqlite"
)

const rawBody = 600 // bytes of a row, about what an entry has

// sqlitePragmas are the product's settings of a connection.
const sqlitePragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(ON)&_pragma=mmap_size(0)&_pragma=wal_autocheckpoint(4000)&_pragma=secure_delete(FAST)&_pragma=temp_store(MEMORY)"

// raw is the bound: one row, one durable transaction, nothing else, with the same driver and the same settings.
func (b *bench) raw(ctx context.Context, p *place, clients int) (commit func(int) error, done func(), err error) {
	if p.cluster != nil {
		return b.rawPostgres(ctx, p, clients)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(filepath.Dir(p.dir), "raw.db")+sqlitePragmas)
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1) // one writer, as in the product
	_, err = db.ExecContext(ctx, "CREATE TABLE raw (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
	insert, err2 := db.PrepareContext(ctx, "INSERT INTO raw (body) VALUES (?)")
	if err := errors.Join(err, err2); err != nil {
		db.Close()
		return nil, nil, err
	}
	body := strings.Repeat("x", rawBody)
	return func(int) error { _, err := insert.Exec(body); return err }, func() { db.Close() }, nil
}

func (b *bench) rawPostgres(ctx context.Context, p *place, clients int) (func(int) error, func(), error) {
	database, err := p.cluster.copyOf(ctx, "template0")
	if err != nil {
		return nil, nil, err
	}
	conf, err := pgxpool.ParseConfig(p.cluster.dsn(database))
	if err != nil {
		return nil, nil, err
	}
	conf.MaxConns, conf.MinConns = int32(clients), int32(clients)
	pool, err := pgxpool.NewWithConfig(ctx, conf)
	if err != nil {
		return nil, nil, err
	}
	done := func() { pool.Close(); p.cluster.drop(database) }
	if _, err := pool.Exec(ctx, "CREATE TABLE raw (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body TEXT NOT NULL)"); err != nil {
		done()
		return nil, nil, err
	}
	body := strings.Repeat("x", rawBody)
	return func(int) error {
		_, err := pool.Exec(context.Background(), "INSERT INTO raw (body) VALUES ($1)", body)
		return err
	}, done, nil
}
