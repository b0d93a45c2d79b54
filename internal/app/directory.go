package app

import (
	"context"
	"fmt"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// ImportDirectory replaces the whole directory after checking it. Errors are fault lists naming each entry.
func (a *App) ImportDirectory(ctx context.Context, by access.Actor, in directory.Import) error {
	return a.EditDirectory(ctx, by, func(now *directory.Import) error {
		*now = in
		return nil
	})
}

// maxEdits bounds how often an edit is made again because somebody else edited the directory at the same time.
const maxEdits = 5

// EditDirectory lets edit change the directory as it stands, checks the whole and writes it. An edit that another was
// faster than is made again on what stands then, so edit must not keep what it saw. Who may edit what is the caller's to
// decide. Errors of the check are fault lists naming each entry.
func (a *App) EditDirectory(ctx context.Context, by access.Actor, edit func(*directory.Import) error) error {
	for try := 1; ; try++ {
		in, version, err := a.Book.ReadDirectory(ctx)
		if err != nil {
			return fmt.Errorf("read the directory: %w", err)
		}
		here := present(in)
		if err := edit(&in); err != nil {
			return err
		}
		if _, err := directory.NewSnapshot(in); err != nil {
			return err
		}
		if err := a.endKeys(ctx, leaving(here, in)); err != nil {
			return err
		}
		err = a.Book.ReplaceDirectory(ctx, in, version, by.ID, a.Now())
		if fault.KindOf(err) == fault.KindConflict && try < maxEdits {
			continue
		}
		if err == nil {
			a.dir.current.Store(nil)
		}
		return err
	}
}
