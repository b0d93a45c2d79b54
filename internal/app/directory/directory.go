package directory

import (
	"context"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
)

// ImportDirectory replaces the whole directory after checking it. Errors are fault lists naming each entry.
func (a *Room) ImportDirectory(ctx context.Context, by access.Actor, in directory.Import) error {
	return a.EditDirectory(ctx, by, func(now *directory.Import) error {
		*now = in
		return nil
	})
}
