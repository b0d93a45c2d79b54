package engine

import (
	"strings"
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
