package check

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"

	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
)

var triggerDefinition = regexp.MustCompile(`^CREATE TRIGGER (\w+)`)

// guards checks that the triggers which keep the record append-only are there and as they were made: taking one off is
// the first step of a change.
func (v *verifier) guards(ctx context.Context) error {
	name := v.tx.Dialect().Name
	steps, err := engine.MigrationsFor(name)
	if err != nil {
		return err
	}
	have := map[string]string{}
	query := "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
	if name == "postgres" {
		query = "SELECT tgname::text, '' FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal"
	}
	err = engine.Each(ctx, v.tx, func(rows engine.Rows) error {
		var trigger, sql string
		err := rows.Scan(&trigger, &sql)
		have[trigger] = sql
		return err
	}, query)
	if err != nil {
		return err
	}
	for _, step := range steps {
		for _, sql := range engine.Statements(step.SQL) {
			m := triggerDefinition.FindStringSubmatch(sql)
			if m == nil {
				continue
			}
			if got, ok := have[m[1]]; !ok || name == "sqlite" && got+";" != sql {
				v.report.Found(ledger.Finding{Table: "schema", Key: m[1], Detail: "this guard of the record is off or was changed"})
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
	err := engine.Each(ctx, v.tx, func(rows engine.Rows) error {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			v.report.Found(ledger.Finding{Table: "sqlite", Detail: fmt.Sprintf("integrity_check: %s", line)})
		}
		return nil
	}, "PRAGMA integrity_check")
	if err != nil || v.s.ByName[engine.SearchTable] == nil {
		return err
	}
	if err := v.words(ctx); err != nil {
		v.report.Found(ledger.Finding{Table: "search_words", Detail: err.Error()})
	}
	return nil
}

// words compares the full-text index with the words of the search table. Both are sets of (word, row); each is summed up
// under a key that nobody could know beforehand, so that equal sums mean equal sets whatever order they come in.
func (v *verifier) words(ctx context.Context) error {
	var key [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return err
	}
	var table, index wordSum
	err := engine.Each(ctx, v.tx, func(rows engine.Rows) error {
		var id int64
		var body string
		err := rows.Scan(&id, &body)
		for _, w := range strings.Fields(body) {
			table.add(key, w, id)
		}
		return err
	}, "SELECT docid, body FROM search")
	if err != nil {
		return err
	}
	// The view on the index is a temporary table of this connection: nothing is written to the record.
	if err := engine.ExecAll(ctx, v.tx, "PRAGMA query_only = OFF", "CREATE VIRTUAL TABLE temp.search_terms USING fts5vocab(main, search_words, instance)"); err != nil {
		return err
	}
	err = engine.Each(ctx, v.tx, func(rows engine.Rows) error {
		var id int64
		var w string
		err := rows.Scan(&w, &id)
		index.add(key, w, id)
		return err
	}, "SELECT term, doc FROM temp.search_terms")
	if end := engine.ExecAll(ctx, v.tx, "DROP TABLE temp.search_terms", "PRAGMA query_only = ON"); err == nil {
		err = end
	}
	if err == nil && table != index {
		return fmt.Errorf("the index does not hold the words of the search table: rebuild")
	}
	return err
}

// wordSum is the sum of the keyed digests of a set of (word, row).
type wordSum [4]uint64

func (s *wordSum) add(key [32]byte, word string, id int64) {
	b := append(append(key[:len(key):len(key)], word...), 0)
	h := sha256.Sum256(binary.BigEndian.AppendUint64(b, uint64(id)))
	for i := range s {
		s[i] += binary.BigEndian.Uint64(h[8*i:])
	}
}
