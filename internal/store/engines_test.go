package store

import "testing"

type testEngine struct {
	name  string
	fresh func(t testing.TB) Config
}

func engines(t testing.TB) []testEngine {
	return []testEngine{{"sqlite", func(t testing.TB) Config { return Config{DSN: sqliteDSN(t)} }}}
}
