package directory

import (
	"context"
	"fmt"
	"time"

	"tocsin/internal/domain/directory"
	"tocsin/internal/store/engine"
)

// EntitiesUsed answers which of these entities have incidents.
func (c *Store) EntitiesUsed(ctx context.Context, ids []string) (out []string, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = c.Read(ctx, func(tx engine.Tx) error {
		return engine.EachIn(ctx, tx, "SELECT DISTINCT entity FROM incident WHERE entity IN ", ids, func(r engine.Rows) error {
			var id string
			err := r.Scan(&id)
			out = append(out, id)
			return err
		})
	})
	return out, err
}

// DirectoryEdits lists the latest changes of the directory, newest first.
func (c *Store) DirectoryEdits(ctx context.Context, limit int) ([]directory.Edit, error) {
	entries, err := c.Load(ctx, DirectoryStream)
	if err != nil {
		return nil, err
	}
	var out []directory.Edit
	for i := len(entries) - 1; i >= 0 && len(out) < limit; i-- {
		e := entries[i]
		v, err := c.Registry.Decode(e)
		if err != nil {
			return nil, err
		}
		f, ok := v.(DirectoryImported)
		if !ok {
			return nil, fmt.Errorf("%s/%d: %s is no change of the directory", e.Stream, e.Version, e.Fact)
		}
		out = append(out, directory.Edit{Version: e.Version, At: time.UnixMicro(e.At).UTC(), Actor: e.Actor, Entities: f.Entities, People: f.People,
			Authorities: f.Authorities, Assets: f.Assets, Digest: f.Digest})
	}
	return out, nil
}
