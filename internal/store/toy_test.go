package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"tocsin/internal/ledger"
	"tocsin/internal/store/directory"
	"tocsin/internal/store/engine"
)

// The toy is the smallest thing that uses all of the store: facts with texts, two tables and the search index.

type noted struct {
	Rank   int64  `json:"rank"`
	Label  string `json:"label"`
	Filing int    `json:"filing,omitempty"`
	Number string `json:"number,omitempty"`
	Got    int64  `json:"received_at,omitempty"`
}

type imported struct {
	Digest string `json:"digest"`
}

type disposed struct {
	Digests []string `json:"digests"`
}

func toyRegistry() *ledger.Registry {
	r := ledger.NewRegistry()
	ledger.Register[noted](r, "toy.noted.v1")
	ledger.Register[disposed](r, ledger.DisposedFact)
	ledger.Register[imported](r, directory.DirectoryFact)
	return r
}

type toyProjection struct{ extra bool }

func (p toyProjection) Tables() []engine.Table {
	tables := []engine.Table{
		{Name: "toy", Columns: []engine.Column{{Name: "id", Type: engine.TextColumn}, {Name: "rank", Type: engine.IntColumn}, {Name: "label", Type: engine.TextColumn}, {Name: "raw", Type: engine.BytesColumn}},
			Key: []string{"id"}, Indexes: [][]string{{"rank DESC", "id"}}},
		{Name: "toy_step", Columns: []engine.Column{{Name: "id", Type: engine.TextColumn}, {Name: "n", Type: engine.IntColumn}, {Name: "label", Type: engine.TextColumn}}, Key: []string{"id", "n"}},
		{Name: engine.SearchTable, Columns: engine.SearchColumns, Key: []string{"key"}},
	}
	if p.extra {
		tables = append(tables, engine.Table{Name: "toy_extra", Columns: []engine.Column{{Name: "id", Type: engine.TextColumn}}, Key: []string{"id"}})
	}
	return tables
}

func (p toyProjection) Project(stream string, entries []ledger.Entry, texts func(ledger.Digest) []byte) ([]engine.Row, error) {
	var rows []engine.Row
	var last noted
	body := ""
	for _, e := range entries {
		if e.Fact != "toy.noted.v1" {
			continue
		}
		if err := json.Unmarshal(e.Body, &last); err != nil {
			return nil, err
		}
		rows = append(rows, engine.Row{Table: "toy_step", Values: []any{stream, e.Version, last.Label}})
		for _, d := range e.Texts {
			body += " " + string(texts(d))
		}
	}
	rows = append(rows,
		engine.Row{Table: "toy", Values: []any{stream, last.Rank, last.Label, []byte{1, 2, byte(last.Rank)}}},
		engine.Row{Table: engine.SearchTable, Values: []any{stream, last.Rank, body}})
	if p.extra {
		rows = append(rows, engine.Row{Table: "toy_extra", Values: []any{stream}})
	}
	return rows, nil
}

// toyClock makes ids grow, as those of UUIDv7 do.
var toyClock atomic.Int64

// toyID makes ids that are unique.
func toyID(stream string, version int64) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%s %d", stream, version))
	return fmt.Sprintf("%012x-7%x-%x-%x", toyClock.Add(1), h[6:7], h[8:10], h[10:16])
}

// toyChange adds n facts with a text each to a stream.
func toyChange(t testing.TB, s *Record, stream string, n int, words string) engine.Change {
	t.Helper()
	entries, err := s.Load(context.Background(), stream)
	if err != nil {
		t.Fatal(err)
	}
	var digests []ledger.Digest
	for _, e := range entries {
		digests = append(digests, e.Texts["words"])
	}
	texts, err := s.Store.Texts(context.Background(), digests)
	if err != nil {
		t.Fatal(err)
	}
	return toyChangeWith(t, stream, entries, texts, n, words)
}

func toyChangeOn(t testing.TB, stream string, entries []ledger.Entry, n int, words string) engine.Change {
	return toyChangeWith(t, stream, entries, map[ledger.Digest][]byte{}, n, words)
}

func toyChangeWith(t testing.TB, stream string, entries []ledger.Entry, texts map[ledger.Digest][]byte, n int, words string) engine.Change {
	t.Helper()
	chain := ledger.ChainOf(stream, entries)
	c := engine.Change{Stream: stream, Expect: chain.Version}
	for range n {
		v := chain.Version + 1
		text := ledger.SealText(stream, sha256.Sum256(fmt.Appendf(nil, "salt %s %d", stream, v)), fmt.Appendf(nil, "%s of %s at %d", words, stream, v))
		body, _ := json.Marshal(noted{Rank: v, Label: fmt.Sprintf("step %d", v), Filing: int(v), Number: "N-" + stream, Got: 1_700_000_000_000_000 + v})
		e, err := chain.Append(ledger.Entry{ID: toyID(stream, v), Fact: "toy.noted.v1", At: 1_700_000_000_000_000 + v, Actor: "person:toy",
			Body: body, Texts: map[string]ledger.Digest{"words": text.Digest}})
		if err != nil {
			t.Fatal(err)
		}
		c.Entries, c.Texts = append(c.Entries, e), append(c.Texts, text)
		texts[text.Digest] = text.Content
	}
	return withRows(t, c, entries, texts)
}

// withRows projects the stream as the application would.
func withRows(t testing.TB, c engine.Change, before []ledger.Entry, texts map[ledger.Digest][]byte) engine.Change {
	t.Helper()
	rows, err := toyProjection{}.Project(c.Stream, append(before[:len(before):len(before)], c.Entries...), func(d ledger.Digest) []byte { return texts[d] })
	if err != nil {
		t.Fatal(err)
	}
	c.Rows = rows
	return c
}

func openToy(t testing.TB, dsn string, change ...func(*engine.Config)) *Record {
	t.Helper()
	cfg := engine.Config{DSN: dsn, Projections: []engine.Projection{toyProjection{}}, Registry: toyRegistry()}
	for _, f := range change {
		f(&cfg)
	}
	s, err := engine.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return New(s, cfg.Registry)
}

func sqliteDSN(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "data", "record.db")
}

type (
	entryAlias = ledger.Entry
	textFunc   = func(ledger.Digest) []byte
)
