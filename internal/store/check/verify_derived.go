package check

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tocsin/internal/ledger"
	"tocsin/internal/store/directory"
	"tocsin/internal/store/engine"
)

// smallRecord is the number of entries whose replay fits into memory without a thought.
const smallRecord = 2000

// derived compares each table with the replay, row by row in the order of the keys.
func (v *verifier) derived(ctx context.Context) error {
	if len(v.s.Derived) == 0 {
		return nil
	}
	if err := v.replayed.finish(ctx); err != nil {
		// Two streams gave one key, or the scratch failed: either way the tables are not shown to be right.
		v.report.Found(ledger.Finding{Table: "derived", Detail: err.Error()})
		return ctx.Err()
	}
	for i := range v.s.Derived {
		t := v.s.ByName[v.s.Derived[i].Name]
		if err := v.compare(ctx, t, v.replayed); err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
	}
	return nil
}

// scratch is a throw-away database that all facts are replayed into while they are checked. It is SQLite whatever the
// record is in: the record itself is only read.
type scratch struct {
	db  *sql.DB
	dir string
	*engine.SQLiteConn
	rows engine.RowWriter
	err  error // the first failure; nothing is written after it
}

// newScratch opens a scratch for a record of so many entries and makes its tables.
func (v *verifier) newScratch(ctx context.Context, entries int64) (*scratch, error) {
	s, path := &scratch{}, ":memory:"
	if entries > smallRecord {
		dir, err := os.MkdirTemp(v.opts.TempDir, "tocsin-verify")
		if err != nil {
			return nil, err
		}
		s.dir, path = dir, filepath.Join(dir, "replay.db")
	}
	var err error
	if s.db, err = sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(OFF)&_pragma=synchronous(OFF)&_pragma=cache_size(-65536)"); err != nil {
		return nil, err
	}
	if s.SQLiteConn, err = engine.NewSQLiteConn(ctx, s.db); err != nil {
		return nil, errors.Join(err, s.db.Close())
	}
	s.rows = engine.RowWriter{Tx: s, Rows: map[string][][]any{}, Bulks: map[string]*engine.Bulk{}}
	sql := []string{"BEGIN"}
	for i := range v.s.Derived {
		t := &v.s.Derived[i]
		sql = append(sql, t.CreateSQL(engine.SQLiteDialect, t.Name))
		s.rows.Bulks[t.Name] = t.Upsert.Into(t.Name)
	}
	return s, engine.ExecAll(ctx, s, sql...)
}

func (s *scratch) add(ctx context.Context, t *engine.DerivedTable, rows [][]any) error {
	if s.err == nil {
		s.err = s.rows.Add(ctx, t, rows)
	}
	return nil
}

func (s *scratch) finish(ctx context.Context) error {
	if s.err == nil {
		s.err = s.rows.Flush(ctx)
	}
	if s.err == nil {
		s.err = engine.ExecAll(ctx, s, "COMMIT")
	}
	return s.err
}

func (s *scratch) close() {
	s.SQLiteConn.Close()
	s.db.Close()
	if s.dir != "" {
		os.RemoveAll(s.dir)
	}
}

// project replays one stream. A projection that cannot read the facts has its cause in an entry that is named anyway, or
// is a mistake of the program.
func (v *verifier) project(ctx context.Context, stored []engine.StoredEntry, texts map[ledger.Digest]ledger.StoredText) []ledger.Finding {
	content := func(d ledger.Digest) []byte { return texts[d].Content }
	if err := v.s.ReplayStream(ctx, stored, content, v.replayed.add); err != nil {
		return []ledger.Finding{{Table: "derived", Key: stored[0].Stream, Detail: err.Error()}}
	}
	return nil
}

// compare walks both tables in the order of the key.
func (v *verifier) compare(ctx context.Context, t *engine.DerivedTable, replay *scratch) error {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	expected, err := replay.Query(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+t.Name+" ORDER BY "+strings.Join(t.Key, ", "))
	if err != nil {
		return err
	}
	defer expected.Close()
	want, err := t.Next(expected)
	if err != nil {
		return err
	}
	err = t.Each(ctx, v.tx, func(have []any) error {
		v.report.Rows++
		for want != nil && engine.CompareRows(want, have, t.KeyAt) < 0 {
			v.rowFinding(t, want, "", 0, 0, "is missing: the facts give it")
			if want, err = t.Next(expected); err != nil {
				return err
			}
		}
		if want == nil || engine.CompareRows(want, have, t.KeyAt) > 0 {
			v.rowFinding(t, have, "", 0, 0, "is too many: no fact gives it")
			return nil
		}
		v.compareRow(t, have, want)
		want, err = t.Next(expected)
		return err
	})
	for err == nil && want != nil {
		v.rowFinding(t, want, "", 0, 0, "is missing: the facts give it")
		want, err = t.Next(expected)
	}
	return err
}

func (v *verifier) compareRow(t *engine.DerivedTable, have, want []any) {
	for i, c := range t.Columns {
		from, to := int64(0), int64(0)
		switch h := have[i].(type) {
		case string:
			from, to = difference(h, want[i].(string))
		case []byte:
			from, to = difference(h, want[i].([]byte))
		case int64:
			if h != want[i].(int64) {
				v.rowFinding(t, have, c.Name, 0, 8, "is not what the facts give")
			}
		}
		if from < to {
			v.rowFinding(t, have, c.Name, from, to, "is not what the facts give")
		}
	}
}

func (v *verifier) rowFinding(t *engine.DerivedTable, values []any, column string, from, to int64, detail string) {
	v.report.Found(ledger.Finding{Table: t.Name, Key: t.KeyOf(values), Column: column, From: from, To: to, Detail: detail})
}

// directory compares the directory with the digest in its last import.
func (v *verifier) directory(ctx context.Context) error {
	h := sha256.New()
	err := directory.EachDirectoryItem(ctx, v.tx, func(d directory.DirectoryItem) {
		v.report.DirectoryItems++
		h.Write(d.Line())
	})
	if err != nil {
		return err
	}
	if v.imported == nil {
		if v.report.DirectoryItems > 0 {
			v.report.Notes = append(v.report.Notes, "The directory has no import on record: its items were not checked.")
		}
		return nil
	}
	var body struct {
		Digest string `json:"digest"`
	}
	if err := json.Unmarshal(v.imported.Body, &body); err != nil || body.Digest != hex.EncodeToString(h.Sum(nil)) {
		v.report.Found(ledger.Finding{Table: "directory_item", Entry: v.imported.ID, Detail: "the items are not those of the last import"})
	}
	return nil
}
