package app_test

import (
	"fmt"
	"sync"
	"testing"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/testkit"
)

// Edits that meet are made one after the other, and none is lost; what the check refuses changes nothing.
func TestEditDirectory(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		by := access.System("test")
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				err := h.EditDirectory(ctx, by, func(in *directory.Import) error {
					in.People = append(in.People, directory.Person{ID: fmt.Sprint("new-", i), Name: "Somebody New"})
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		in, before, err := h.Record.ReadDirectory(ctx)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, p := range in.People {
			if p.Name == "Somebody New" {
				found++
			}
		}
		if found != 4 {
			t.Errorf("%d of 4 edits are there", found)
		}
		err = h.EditDirectory(ctx, by, func(in *directory.Import) error {
			in.People = append(in.People, directory.Person{ID: "new-0", Name: "Twice"})
			return nil
		})
		if fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("an id that stands twice: %v", err)
		}
		if _, after, _ := h.Record.ReadDirectory(ctx); after != before {
			t.Errorf("a refused edit moved the directory from %d to %d", before, after)
		}
	})
}
