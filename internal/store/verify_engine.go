package store

import (
	"context"
	"fmt"
	"regexp"

	"tocsin/internal/ledger"
)

var triggerDefinition = regexp.MustCompile(`^CREATE TRIGGER (\w+)`)

// guards checks that the triggers which keep the record append-only are there and as they were made: taking one off is
// the first step of a change.
func (v *verifier) guards(ctx context.Context) error {
	name := v.tx.Dialect().Name
	steps, err := migrationsFor(name)
	if err != nil {
		return err
	}
	have := map[string]string{}
	query := "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
	if name == "postgres" {
		query = "SELECT tgname::text, '' FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal"
	}
	err = Each(ctx, v.tx, func(rows Rows) error {
		var trigger, sql string
		err := rows.Scan(&trigger, &sql)
		have[trigger] = sql
		return err
	}, query)
	if err != nil {
		return err
	}
	for _, step := range steps {
		for _, sql := range statements(step.sql) {
			m := triggerDefinition.FindStringSubmatch(sql)
			if m == nil {
				continue
			}
			if got, ok := have[m[1]]; !ok || name == "sqlite" && got+";" != sql {
				v.report.found(ledger.Finding{Table: "schema", Key: m[1], Detail: "this guard of the record is off or was changed"})
			}
		}
	}
	return nil
}

// engine asks SQLite to check its own structures: pages, indexes against tables, and the full-text index.
func (v *verifier) engine(ctx context.Context) error {
	if v.tx.Dialect().Name != "sqlite" {
		v.report.Notes = append(v.report.Notes, "PostgreSQL's own files and indexes were not checked here: use data checksums and pg_amcheck.")
		return nil
	}
	return Each(ctx, v.tx, func(rows Rows) error {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			v.report.found(ledger.Finding{Table: "sqlite", Detail: fmt.Sprintf("integrity_check: %s", line)})
		}
		return nil
	}, "PRAGMA integrity_check")
}
