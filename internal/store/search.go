package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"
)

// SearchTable is the name of the one derived table that is an index of words: SQLite keeps it in FTS5, PostgreSQL in a
// GIN index, and both find the same rows, because the words are cut here and not by either engine.
const SearchTable = "search"

// SearchColumns are the columns of the search table. A projection gives the key of what is found, a number to order by,
// and the text; the store keeps the folded words of the text, each once.
var SearchColumns = []Column{{"key", TextColumn}, {"ord", IntColumn}, {"body", TextColumn}}

const (
	maxWords     = 20000 // of one row: PostgreSQL holds at most a megabyte of them
	maxWordRunes = 40
)

// Words cuts a text into lower-case words of letters and digits, each once, in the order of their first appearance.
// It is what a search term is cut by too.
func Words(text string) []string {
	seen := map[string]bool{}
	var out []string
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
		w = strings.ToLower(w)
		if r := []rune(w); len(r) > maxWordRunes {
			w = string(r[:maxWordRunes])
		}
		if !seen[w] && len(out) < maxWords {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

// Match returns a query for the rows of the search table that hold all words, as "SELECT key, ord …" with one parameter,
// numbered param, and its value. Join it: JOIN (<query>) AS m ON m.key = incident.id. A word that ends in an asterisk
// matches its beginnings. ok is false where there is no word to look for: then nothing should be found.
func Match(d Dialect, text string, param int) (query string, arg string, ok bool) {
	var terms []string
	eachTerm(text, func(word string, prefix bool) { terms = append(terms, d.term(word, prefix)) })
	if len(terms) == 0 {
		return "", "", false
	}
	if d.Name == "postgres" {
		return fmt.Sprintf("SELECT key, ord FROM search WHERE array_to_tsvector(string_to_array(body, ' ')) @@ $%d::tsquery", param),
			strings.Join(terms, " & "), true
	}
	return fmt.Sprintf("SELECT key, ord FROM search WHERE docid IN (SELECT rowid FROM search_words WHERE search_words MATCH $%d)", param),
		strings.Join(terms, " AND "), true
}

// oftenFrom is how many matches are so many that sorting them costs more than walking the list. Measured at 100,000 rows: a
// match costs 10 to 20 us to fetch and sort, a step of the walk about as much.
const oftenFrom = 1000

// matchesOften says whether the words stand in so many rows.
func matchesOften(ctx context.Context, tx Tx, words []string) (bool, error) {
	query, arg, ok := Match(tx.Dialect(), strings.Join(words, " "), 1)
	if !ok {
		return false, nil
	}
	if tx.Dialect().Name == "sqlite" {
		query = "SELECT rowid FROM search_words WHERE search_words MATCH $1" // the index alone, and no further than the limit
	}
	var n int64
	err := One(ctx, tx, []any{&n}, fmt.Sprintf("SELECT count(*) FROM (%s LIMIT %d) AS m", query, oftenFrom), arg)
	return n == oftenFrom, err
}

// often remembers for a while which words stand in many rows: counting them costs more than the page that is asked for. How a
// list is found rests on it, and never what is in it.
type often struct {
	mu   sync.Mutex
	kept map[string]counted
}

type counted struct {
	many  bool
	until time.Time
}

const (
	oftenKept  = 5 * time.Minute
	oftenWords = 1000 // how many are remembered
)

func (o *often) ask(words []string, count func() (bool, error)) (bool, error) {
	if len(words) == 0 {
		return false, nil
	}
	key := strings.Join(words, " ")
	o.mu.Lock()
	c, ok := o.kept[key]
	o.mu.Unlock()
	if ok && time.Now().Before(c.until) {
		return c.many, nil
	}
	many, err := count()
	if err != nil {
		return false, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.kept == nil || len(o.kept) >= oftenWords {
		o.kept = map[string]counted{}
	}
	o.kept[key] = counted{many, time.Now().Add(oftenKept)}
	return many, nil
}

// patterns are for LIKE on the words of a row, with a space before and after: one for each word that it must hold. Words
// hold letters and digits only, so none is a wildcard.
func patterns(text string) (out []string) {
	eachTerm(text, func(word string, prefix bool) {
		if prefix {
			out = append(out, "% "+word+"%")
		} else {
			out = append(out, "% "+word+" %")
		}
	})
	return out
}

// eachTerm cuts what is looked for into words; the last one of a field that ends in an asterisk stands for its beginnings.
func eachTerm(text string, fn func(word string, prefix bool)) {
	for _, field := range strings.Fields(text) {
		words := Words(field)
		for i, w := range words {
			fn(w, strings.HasSuffix(field, "*") && i == len(words)-1)
		}
	}
}

// term quotes a word. Words hold letters and digits only, so the quotes cannot be broken out of.
func (d Dialect) term(word string, prefix bool) string {
	switch {
	case d.Name == "postgres" && prefix:
		return "'" + word + "':*"
	case d.Name == "postgres":
		return "'" + word + "'"
	case prefix:
		return `"` + word + `" *`
	default:
		return `"` + word + `"`
	}
}

// searchDDL makes the index over a search table that is already there.
func searchDDL(d Dialect) []string {
	if d.Name == "postgres" {
		return []string{`CREATE INDEX search_words ON search USING gin (array_to_tsvector(string_to_array(body, ' '))) WITH (gin_pending_list_limit = 256)`}
	}
	return []string{
		// Not detail = 'none', which would be a little smaller: there SQLite 3.53 with secure-delete loses words of new rows that
		// are written in one statement with a changed row.
		`CREATE VIRTUAL TABLE search_words USING fts5(body, content = 'search', content_rowid = 'docid', tokenize = 'ascii', detail = 'column', columnsize = 0)`,
		// A word that is taken out leaves the index at once, not when segments happen to be merged: disposal must reach it.
		`INSERT INTO search_words (search_words, rank) VALUES ('secure-delete', 1)`,
		`INSERT INTO search_words (search_words) VALUES ('rebuild')`,
		`CREATE TRIGGER search_insert AFTER INSERT ON search BEGIN
  INSERT INTO search_words (rowid, body) VALUES (NEW.docid, NEW.body); END`,
		`CREATE TRIGGER search_delete AFTER DELETE ON search BEGIN
  INSERT INTO search_words (search_words, rowid, body) VALUES ('delete', OLD.docid, OLD.body); END`,
		`CREATE TRIGGER search_update AFTER UPDATE OF body ON search WHEN NEW.body IS NOT OLD.body BEGIN
  INSERT INTO search_words (search_words, rowid, body) VALUES ('delete', OLD.docid, OLD.body);
  INSERT INTO search_words (rowid, body) VALUES (NEW.docid, NEW.body); END`,
	}
}
