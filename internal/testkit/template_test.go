package testkit_test

import (
	"context"
	"errors"
	"testing"

	"tocsin/internal/app"
	"tocsin/internal/store"
	"tocsin/internal/testkit"
)

// TestCases: each start has the same cases and a record of its own, and what is filed later gets another number.
func TestCases(t *testing.T) {
	a, c := testkit.StartWithCases(t)
	b, same := testkit.StartWithCases(t)
	if c != same || c.Filed == "" {
		t.Fatalf("%+v and %+v", c, same)
	}
	more := a.Filed("ca-dmv-iso", "ca-demo-dmv", "One more")
	if _, err := b.Incident(context.Background(), b.As("ca-dmv-iso"), more); err == nil {
		t.Error("two starts share a record")
	}
	list, err := b.Incidents(context.Background(), b.As("ca-coordinator"), app.ListQuery{Limit: 50})
	if err != nil || len(list.Incidents) != 5 {
		t.Errorf("%d incidents, %v", len(list.Incidents), err)
	}
	a.Sequence()
	a.Sound()
}

// TestDown: a database that fails does so for all that is read and written, until it is there again.
func TestDown(t *testing.T) {
	h, c := testkit.StartWithCases(t)
	by, officer, gone := h.As("ca-dmv-iso"), h.As("ca-ois-duty"), errors.New("gone")
	h.Down(gone)
	if _, err := h.Incident(context.Background(), by, c.Filed); !errors.Is(err, gone) {
		t.Errorf("read: %v", err)
	}
	h.Refuse(func(access string) error {
		if access == store.ToWrite {
			return gone
		}
		return nil
	})
	if err := h.Acknowledge(context.Background(), officer, c.Filed, "ca-ois"); !errors.Is(err, gone) {
		t.Errorf("written: %v", err)
	}
	h.Refuse(nil)
	if _, err := h.Incident(context.Background(), by, c.Filed); err != nil {
		t.Error(err)
	}
}
