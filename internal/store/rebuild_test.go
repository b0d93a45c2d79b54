package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"tocsin/internal/ledger"
	"tocsin/internal/store/check"
	"tocsin/internal/store/directory"
	"tocsin/internal/store/engine"
	"tocsin/internal/store/incidents"
)

func dump(t testing.TB, s *Record) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Dump(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestRebuild compares the tables as commits left them, as a replay makes them, and between the engines. Q02, Q05.
func TestRebuild(t *testing.T) {
	dumps := map[string]string{}
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		fillToy(t, s, 25)
		live := dump(t, s)
		var last, total int64
		if err := s.Rebuild(ctx, func(done, all int64) { last, total = done, all }); err != nil {
			t.Fatal(err)
		}
		if last != total || total == 0 {
			t.Errorf("progress ended at %d of %d", last, total)
		}
		if again := dump(t, s); again != live {
			t.Errorf("rebuilt tables differ:\n%s\nlive:\n%s", again, live)
		}
		mustCommit(t, s, toyChange(t, s, "toy/after", 2, "ünïcode ordering"))
		if err := s.Rebuild(ctx, nil); err != nil {
			t.Fatal(err)
		}
		wantSound(t, mustVerify(t, s))
		dumps[s.Dialect().Name] = dump(t, s)
	})
	if len(dumps) == 2 && dumps["sqlite"] != dumps["postgres"] {
		t.Error("the engines differ")
	}
	if n := strings.Count(dumps["sqlite"], "\n"); n < 60 {
		t.Errorf("only %d lines were compared", n)
	}
}

// TestDefinitionsChange opens the record with one table more, and then without it.
func TestDefinitionsChange(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		fillToy(t, s, 5)
		before := dump(t, s)
		s.Close()
		more := openToy(t, cfg.DSN, func(c *engine.Config) {
			c.OwnerDSN, c.Projections = cfg.OwnerDSN, []engine.Projection{toyProjection{extra: true}}
		})
		if got := dump(t, more); strings.Count(got, "\n") != strings.Count(before, "\n")+6 {
			t.Errorf("with the new table:\n%s", got)
		}
		more.Close()
		again := openConfig(t, cfg)
		if got := dump(t, again); got != before {
			t.Errorf("without it:\n%s", got)
		}
		err := again.View(context.Background(), func(tx engine.Tx) error {
			_, err := tx.Query(context.Background(), "SELECT count(*) FROM toy_extra")
			if err == nil {
				t.Error("the old table is still there")
			}
			return nil
		})
		if err != nil && again.Dialect().Name == "sqlite" {
			t.Error(err)
		}
		mustCommit(t, again, toyChange(t, again, "toy/x", 1, "x"))
		sequenceAll(t, again)
		wantSound(t, mustVerify(t, again))
	})
}

func TestMigrationsAreChecksummed(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		edit := func(sql string) {
			t.Helper()
			if err := s.Eng.Own(ctx, func(tx engine.Tx) error { return engine.ExecAll(ctx, tx, sql) }); err != nil {
				t.Fatal(err)
			}
		}
		edit("UPDATE migration SET checksum = 'x' || checksum WHERE number = 2")
		if _, err := engine.Open(ctx, cfg); err == nil || !strings.Contains(err.Error(), "migration 2") {
			t.Errorf("an edited migration: %v", err)
		}
		edit("UPDATE migration SET checksum = substr(checksum, 2) WHERE number = 2")
		edit("INSERT INTO migration (number, name, checksum, applied_us) VALUES (99, 'later', 'x', 0)")
		if _, err := engine.Open(ctx, cfg); err == nil || !strings.Contains(err.Error(), "newer program") {
			t.Errorf("a database ahead of the program: %v", err)
		}
	})
}

func TestReopen(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		fillToy(t, s, 4)
		before := dump(t, s)
		s.Close()
		s = openConfig(t, cfg)
		if dump(t, s) != before {
			t.Error("the tables differ after opening again")
		}
		wantSound(t, mustVerify(t, s))
	})
}

func found(t *testing.T, s *Record, text string) []string {
	t.Helper()
	query, arg, ok := incidents.Match(s.Dialect(), text, 1)
	if !ok {
		return nil
	}
	var keys []string
	err := s.View(context.Background(), func(tx engine.Tx) error {
		return engine.Each(context.Background(), tx, func(rows engine.Rows) error {
			var key string
			err := rows.Scan(&key)
			keys = append(keys, key)
			return err
		}, "SELECT m.key FROM ("+query+") AS m JOIN toy ON toy.id = m.key ORDER BY m.key", arg)
	})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return keys
}

func TestSearch(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		texts := map[string]string{
			"toy/mail":  "Mail from Eve.Adams@example.com about ca-demo-dmv, 10.0.0.12 and file /etc/passwd",
			"toy/words": "ÄRGER mit dem Ärger: naïve 日本語 état don't e\u0301t",
			"toy/quote": `She said "drop table"; -- 'x' | & ! ( ) : * <-> NEAR AND OR NOT`,
			"toy/long":  strings.Repeat("x", 5000) + " end",
		}
		for stream, text := range texts {
			mustCommit(t, s, toyChangeOn(t, stream, nil, 1, text))
		}
		for text, want := range map[string][]string{
			"example":                 {"toy/mail"},
			"EVE adams":               {"toy/mail"},
			"eve.adams@example":       {"toy/mail"},
			"ca-demo-dmv":             {"toy/mail"},
			"10.0.0.12":               {"toy/mail"},
			"passwd nowhere":          nil,
			"exam":                    nil,
			"exam*":                   {"toy/mail"},
			"ärger":                   {"toy/words"},
			"NAÏVE 日本語":               {"toy/words"},
			"don't":                   {"toy/words"},
			"near and or not":         {"toy/quote"},
			`"drop" & 'table`:         {"toy/quote"},
			"') zzz 1=1 --":           nil,
			"":                        nil,
			" * ":                     nil,
			"of":                      {"toy/long", "toy/mail", "toy/quote", "toy/words"},
			strings.Repeat("x", 5000): {"toy/long"},
		} {
			if got := found(t, s, text); !slices.Equal(got, want) {
				t.Errorf("%.30q finds %v, want %v", text, got, want)
			}
		}
		// A text that changes leaves the index under its old words.
		mustCommit(t, s, toyChange(t, s, "toy/mail", 1, "supplement"))
		if got := found(t, s, "supplement example"); !slices.Equal(got, []string{"toy/mail"}) {
			t.Errorf("after the supplement: %v", got)
		}
		if err := s.Rebuild(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		if got := found(t, s, "supplement example"); !slices.Equal(got, []string{"toy/mail"}) {
			t.Errorf("after rebuild: %v", got)
		}
	})
}

// TestVerifySeesTheWordIndex spoils the full-text index behind the search table.
func TestVerifySeesTheWordIndex(t *testing.T) {
	s := openToy(t, sqliteDSN(t))
	fillToy(t, s, 5)
	conn := s.Eng.(*engine.SQLiteEngine).Writer
	if err := engine.ExecAll(context.Background(), conn, "INSERT INTO search_words (search_words, rowid, body) VALUES ('delete', 1, 'alpha')"); err != nil {
		t.Fatal(err)
	}
	r := mustVerify(t, s)
	if !slices.ContainsFunc(r.Findings, func(f ledger.Finding) bool { return f.Table == "search_words" }) {
		t.Errorf("findings %v", r.Findings)
	}
}

func TestDirectory(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		ctx := context.Background()
		s := openConfig(t, cfg)
		items := []directory.DirectoryItem{{Kind: "person", ID: "b", Doc: `{"x":1}`}, {Kind: "entity", ID: "a", Doc: `{"name":"A\"B"}`}}
		importThem := func(items []directory.DirectoryItem) {
			t.Helper()
			before, err := s.Load(ctx, "directory")
			if err != nil {
				t.Fatal(err)
			}
			chain := ledger.ChainOf("directory", before)
			c := engine.Change{Stream: "directory", Expect: chain.Version, Plain: directory.ReplaceDirectory(items)}
			body, _ := json.Marshal(imported{directory.DirectoryDigest(items).String()})
			e, err := chain.Append(ledger.Entry{ID: toyID("directory", chain.Version+1), Fact: directory.DirectoryFact, At: chain.Version, Actor: "person:x", Body: body})
			if err != nil {
				t.Fatal(err)
			}
			c.Entries = []ledger.Entry{e}
			mustCommit(t, s, withRows(t, c, before, nil))
		}
		importThem(items)
		importThem(append(items, directory.DirectoryItem{Kind: "person", ID: "c", Doc: `{}`}))
		people, err := s.Directory(ctx, "person")
		if err != nil || len(people) != 2 || people[0].ID != "b" {
			t.Errorf("%+v, %v", people, err)
		}
		if r := mustVerify(t, s); !r.Sound() || r.DirectoryItems != 3 {
			t.Errorf("%v", r.Findings)
		}
		if slices.Reverse(items); directory.DirectoryDigest(items) != directory.DirectoryDigest([]directory.DirectoryItem{items[1], items[0]}) {
			t.Error("the order of items counts")
		}
		err = s.Streams.Update(ctx, func(tx engine.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE directory_item SET doc = '{}' WHERE id = 'b'")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if r := mustVerify(t, s); r.Sound() {
			t.Error("a changed item goes unseen")
		}
	})
}

// TestVerifySeesRows deletes, adds, swaps and duplicates rows of every table.
func TestVerifySeesRows(t *testing.T) {
	s := openToy(t, sqliteDSN(t))
	fillToy(t, s, 6)
	mustCommit(t, s, toyChange(t, s, "toy/waits", 2, "x"))
	wantSound(t, mustVerify(t, s))
	tm, opts := sqliteTamperer(t, s), tamperOptions(t)
	for sql, table := range map[string]string{
		"DELETE FROM entry WHERE stream = 'toy/001' AND version = 1":                                                                "entry",
		"DELETE FROM entry WHERE stream = 'toy/001'":                                                                                "leaf",
		"DELETE FROM entry WHERE stream = 'toy/waits' AND version = 2":                                                              "unsequenced",
		"UPDATE entry SET version = 100 - version WHERE stream = 'toy/002'":                                                         "entry",
		"INSERT INTO entry SELECT 'toy/new', version, id || 'x', fact, at, actor, pack, body, texts, prev, hash FROM entry LIMIT 1": "entry",
		"DELETE FROM text WHERE rowid = 3":                                                                                          "text",
		"INSERT INTO text VALUES (x'00', 'toy/001', x'00', x'00')":                                                                  "text",
		"DELETE FROM leaf WHERE idx = 4":                                                                                            "leaf",
		"DELETE FROM leaf WHERE idx = (SELECT max(idx) FROM leaf)":                                                                  "checkpoint",
		"INSERT INTO leaf VALUES (1000, 'x')":                                                                                       "leaf",
		"UPDATE leaf SET idx = -5 - idx WHERE idx IN (1, 2)":                                                                        "leaf",
		"DELETE FROM tile": "tile",
		"INSERT INTO tile VALUES (0, 1, zeroblob(32))":                                       "tile",
		"UPDATE tile SET hashes = CAST(hashes || zeroblob(32) AS BLOB)":                      "tile",
		"DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)":             "checkpoint",
		"INSERT INTO checkpoint SELECT size + 1, note FROM checkpoint ORDER BY size LIMIT 1": "checkpoint",
		"INSERT INTO checkpoint SELECT 1, note FROM checkpoint ORDER BY size DESC LIMIT 1":   "checkpoint",
		"DELETE FROM unsequenced": "unsequenced",
		"INSERT INTO unsequenced (stream, first, last) VALUES ('toy/001', 1, 1)": "unsequenced",
		"DELETE FROM toy WHERE id = 'toy/003'":                                   "toy",
		"INSERT INTO toy VALUES ('toy/003a', 1, 'x', x'00')":                     "toy",
		"INSERT INTO toy VALUES ('zzz', 1, 'x', x'00')":                          "toy",
		"DELETE FROM toy_step":                                                   "toy_step",
		"DELETE FROM search WHERE key = 'toy/003'":                               "search",
		"UPDATE search SET docid = docid + 100":                                  "search_words",
	} {
		tm.try(func() {
			if _, err := tm.tx.Exec(context.Background(), sql); err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
			r, err := s.VerifyIn(context.Background(), tm.tx, opts)
			if err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
			if !slices.ContainsFunc(r.Findings, func(f ledger.Finding) bool { return f.Table == table }) {
				t.Errorf("%s: %s is not named: %v", sql, table, r.Findings)
			}
		})
	}
}

func TestFindingsAreBounded(t *testing.T) {
	r := &check.Report{}
	for range check.MaxFindings + 7 {
		r.Found(ledger.Finding{})
	}
	if len(r.Findings) != check.MaxFindings || r.Omitted != 7 || r.Sound() {
		t.Errorf("%d findings, %d omitted", len(r.Findings), r.Omitted)
	}
}

func TestStatementsSplit(t *testing.T) {
	for _, name := range []string{"sqlite", "postgres"} {
		steps, err := engine.MigrationsFor(name)
		if err != nil || len(steps) < 2 {
			t.Fatalf("%s: %d steps, %v", name, len(steps), err)
		}
		for _, step := range steps {
			for _, sql := range engine.Statements(step.SQL) {
				whole := slices.ContainsFunc([]string{"CREATE ", "DROP INDEX ", "DROP TABLE session;", "DO $$"}, func(p string) bool { return strings.HasPrefix(sql, p) })
				if !whole || !strings.HasSuffix(sql, ";") {
					t.Errorf("%s %d: %q", name, step.Number, sql)
				}
			}
		}
	}
	if got := engine.Numbered(`SELECT '$1', "$2", $3, $$ FROM x WHERE a = $10`); got != `SELECT '$1', "$2", ?3, $$ FROM x WHERE a = ?10` {
		t.Error(got)
	}
}

// TestWordIndexOfGroups commits new rows and changed ones in the same groups: the index must hold the words of both.
func TestWordIndexOfGroups(t *testing.T) {
	onBoth(t, func(t *testing.T, cfg engine.Config) {
		s := openConfig(t, cfg)
		for round := range 10 {
			var changes []engine.Change
			for i := range 20 {
				changes = append(changes, toyChange(t, s, fmt.Sprintf("toy/new-%d-%d", round, i), 1, "the same words in every row"))
				if round > 0 {
					changes = append(changes, toyChange(t, s, fmt.Sprintf("toy/new-%d-%d", round-1, i), 1, "and some more"))
				}
			}
			var wg sync.WaitGroup
			for _, c := range changes {
				wg.Go(func() {
					if err := s.Commit(context.Background(), c); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
		wantSound(t, mustVerify(t, s))
		if got := found(t, s, "same words in every row"); len(got) != 200 {
			t.Errorf("%d rows are found, 200 hold the words", len(got))
		}
	})
}
