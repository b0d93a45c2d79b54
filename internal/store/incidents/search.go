package incidents

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"tocsin/internal/store/engine"
)

// Match returns a query for the rows of the search table that hold all words, as "SELECT key, ord …" with one parameter,
// numbered param, and its value. Join it: JOIN (<query>) AS m ON m.key = incident.id. A word that ends in an asterisk
// matches its beginnings. ok is false where there is no word to look for: then nothing should be found.
func Match(d engine.Dialect, text string, param int) (query string, arg string, ok bool) {
	var terms []string
	EachTerm(text, func(word string, prefix bool) { terms = append(terms, term(d, word, prefix)) })
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

// OftenFrom is how many matches are so many that sorting them costs more than walking the list. Measured at 100,000 rows: a
// match costs 10 to 20 us to fetch and sort, a step of the walk about as much.
const OftenFrom = 1000

// MatchesOften says whether the words stand in so many rows.
func MatchesOften(ctx context.Context, tx engine.Tx, words []string) (bool, error) {
	query, arg, ok := Match(tx.Dialect(), strings.Join(words, " "), 1)
	if !ok {
		return false, nil
	}
	if tx.Dialect().Name == "sqlite" {
		query = "SELECT rowid FROM search_words WHERE search_words MATCH $1" // the index alone, and no further than the limit
	}
	var n int64
	err := engine.One(ctx, tx, []any{&n}, fmt.Sprintf("SELECT count(*) FROM (%s LIMIT %d) AS m", query, OftenFrom), arg)
	return n == OftenFrom, err
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
	EachTerm(text, func(word string, prefix bool) {
		if prefix {
			out = append(out, "% "+word+"%")
		} else {
			out = append(out, "% "+word+" %")
		}
	})
	return out
}

// EachTerm cuts what is looked for into words; the last one of a field that ends in an asterisk stands for its beginnings.
func EachTerm(text string, fn func(word string, prefix bool)) {
	for _, field := range strings.Fields(text) {
		words := engine.Words(field)
		for i, w := range words {
			fn(w, strings.HasSuffix(field, "*") && i == len(words)-1)
		}
	}
}

// term quotes a word. Words hold letters and digits only, so the quotes cannot be broken out of.
func term(d engine.Dialect, word string, prefix bool) string {
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
