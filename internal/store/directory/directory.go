package directory

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
)

// DirectoryFact is the summary fact of a directory import. Its body carries "digest", hexadecimal: DirectoryDigest of
// the items that the import left behind.
const DirectoryFact = "directory.imported.v1"

// DirectoryItem is one imported thing of the directory, as canonical JSON.
type DirectoryItem struct {
	Kind, ID, Doc string
}

// DirectoryDigest is the SHA-256 over the items in the order of kind and id, each as one canonical JSON line
// {"doc":…,"id":…,"kind":…}, where doc is the document as a string.
func DirectoryDigest(items []DirectoryItem) ledger.Digest {
	sorted := slices.Clone(items)
	slices.SortFunc(sorted, func(a, b DirectoryItem) int {
		if c := strings.Compare(a.Kind, b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	h := sha256.New()
	for _, item := range sorted {
		h.Write(item.Line())
	}
	return ledger.Digest(h.Sum(nil))
}

// Line is the canonical form of an item, which the digest of the directory is over.
func (d DirectoryItem) Line() []byte {
	return ledger.AppendObject(nil, "doc", d.Doc, "id", d.ID, "kind", d.Kind)
}

// ReplaceDirectory returns the statements that make items the whole directory; put them in Change.Plain beside the
// summary fact, so that table and digest change together.
func ReplaceDirectory(items []DirectoryItem) []engine.Statement {
	out := []engine.Statement{{SQL: "DELETE FROM directory_item"}}
	for _, d := range items {
		out = append(out, engine.Do("INSERT INTO directory_item (kind, id, doc) VALUES ($1, $2, $3)", d.Kind, d.ID, d.Doc))
	}
	return out
}

// Directory returns all items of a kind, by id; of all kinds where kind is empty.
func (s *Store) Directory(ctx context.Context, kind string) ([]DirectoryItem, error) {
	var out []DirectoryItem
	err := s.Read(ctx, func(tx engine.Tx) error {
		return EachDirectoryItem(ctx, tx, func(d DirectoryItem) {
			if kind == "" || d.Kind == kind {
				out = append(out, d)
			}
		})
	})
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	return out, nil
}

// EachDirectoryItem calls fn with each item of the directory, in order.
func EachDirectoryItem(ctx context.Context, tx engine.Tx, fn func(DirectoryItem)) error {
	return engine.Each(ctx, tx, func(rows engine.Rows) error {
		var d DirectoryItem
		err := rows.Scan(&d.Kind, &d.ID, &d.Doc)
		fn(d)
		return err
	}, "SELECT kind, id, doc FROM directory_item ORDER BY kind, id")
}
