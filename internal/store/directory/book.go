package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/ledger"
	"tocsin/internal/store/engine"
)

// DirectoryStream holds one summary fact for each import of the directory.
const DirectoryStream = "directory"

// DirectoryImported is the summary of one import: how much of what, and the digest of the whole directory as it stands
// from then on. Names and addresses stay out of the ledger.
type DirectoryImported struct {
	Entities    int64  `json:"entities"`
	People      int64  `json:"people"`
	Authorities int64  `json:"authorities"`
	Assets      int64  `json:"assets"`
	Digest      string `json:"digest"`
}

// DirectoryVersion answers how many imports there were.
func (c *Store) DirectoryVersion(ctx context.Context) (v int64, err error) {
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.One(ctx, tx, []any{&v}, "SELECT COALESCE(MAX(version), 0) FROM entry WHERE stream = $1", DirectoryStream)
	})
	return v, err
}

// ReadDirectory answers the directory and the version of the import that made it; version 0 for an empty one.
func (c *Store) ReadDirectory(ctx context.Context) (in directory.Import, version int64, err error) {
	err = c.View(ctx, func(tx engine.Tx) error {
		in = directory.Import{}
		if err := engine.One(ctx, tx, []any{&version}, "SELECT COALESCE(MAX(version), 0) FROM entry WHERE stream = $1", DirectoryStream); err != nil {
			return err
		}
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			var kind, doc string
			if err := r.Scan(&kind, &doc); err != nil {
				return err
			}
			return addItem(&in, kind, []byte(doc))
		}, "SELECT kind, doc FROM directory_item ORDER BY kind, id")
	})
	return in, version, err
}

func addItem(in *directory.Import, kind string, doc []byte) error {
	switch kind {
	case "entity":
		return appendItem(&in.Entities, doc)
	case "person":
		return appendItem(&in.People, doc)
	case "authority":
		return appendItem(&in.Authorities, doc)
	case "asset":
		return appendItem(&in.Assets, doc)
	}
	return fmt.Errorf("directory item of unknown kind %q", kind)
}

func appendItem[T any](list *[]T, doc []byte) error {
	var v T
	if err := json.Unmarshal(doc, &v); err != nil {
		return fmt.Errorf("directory item: %w", err)
	}
	*list = append(*list, v)
	return nil
}

// ReplaceDirectory writes a whole directory and one summary fact in one transaction, where the directory still has the
// version that the caller read.
func (c *Store) ReplaceDirectory(ctx context.Context, in directory.Import, version int64, by string, at time.Time) error {
	items, err := itemsOf(in)
	if err != nil {
		return err
	}
	entries, err := c.Load(ctx, DirectoryStream)
	if err != nil {
		return err
	}
	if int64(len(entries)) != version {
		return errDirectoryMoved
	}
	fact := DirectoryImported{Entities: int64(len(in.Entities)), People: int64(len(in.People)), Authorities: int64(len(in.Authorities)),
		Assets: int64(len(in.Assets)), Digest: DirectoryDigest(items).String()}
	name, body, err := c.Registry.Encode(fact)
	if err != nil {
		return err
	}
	chain := ledger.ChainOf(DirectoryStream, entries)
	e, err := chain.Append(ledger.Entry{ID: uuid.Must(uuid.NewV7()).String(), Fact: name, At: at.UnixMicro(), Actor: by, Body: body})
	if err != nil {
		return err
	}
	err = c.Commit(ctx, engine.Change{Stream: DirectoryStream, Expect: int64(len(entries)), Entries: []ledger.Entry{e}, Plain: ReplaceDirectory(items)})
	if fault.KindOf(err) == fault.KindConflict {
		return errDirectoryMoved
	}
	return err
}

var errDirectoryMoved = fault.Conflict("the directory was changed by somebody else just now; look at it and try again")

func itemsOf(in directory.Import) ([]DirectoryItem, error) {
	var items []DirectoryItem
	add := func(kind, id string, v any) error {
		doc, err := json.Marshal(v)
		items = append(items, DirectoryItem{Kind: kind, ID: id, Doc: string(doc)})
		return err
	}
	for _, v := range in.Entities {
		if err := add("entity", v.ID, v); err != nil {
			return nil, err
		}
	}
	for _, v := range in.People {
		if err := add("person", v.ID, v); err != nil {
			return nil, err
		}
	}
	for _, v := range in.Authorities {
		if err := add("authority", v.ID, v); err != nil {
			return nil, err
		}
	}
	for _, v := range in.Assets {
		if err := add("asset", v.ID, v); err != nil {
			return nil, err
		}
	}
	return items, nil
}
