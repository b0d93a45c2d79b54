package packs_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"tocsin/internal/domain/policy"
	"tocsin/packs"
)

// TestContactTable: a table that was worked out beforehand names the same contacts as the pack itself, at random instants
// and at every edge of its spans, over both changes of the clocks and the turn of the year. CA step 4.
func TestContactTable(t *testing.T) {
	from := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 13, 0)
	for _, id := range []string{"us-ca", "us-ma"} {
		pack, err := packs.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		table := pack.ContactTable(from, to)
		instants := []time.Time{from, to.Add(-time.Second)}
		for range 3000 {
			instants = append(instants, from.Add(rand.N(to.Sub(from))))
		}
		for _, c := range table {
			for _, s := range c.Spans {
				for _, edge := range s {
					for _, off := range []time.Duration{-time.Second, 0, time.Second} {
						if at := time.Unix(edge*60, 0).Add(off); !at.Before(from) && at.Before(to) {
							instants = append(instants, at)
						}
					}
				}
			}
		}
		for _, at := range instants {
			want := map[policy.Contact]bool{}
			for _, c := range pack.Contacts(at) {
				want[c] = true
			}
			for _, c := range table {
				if holds(c, at) != want[c.Contact] {
					t.Fatalf("%s at %s: %s is %v in the table, %v in the pack", id, at.UTC(), c.Name, holds(c, at), want[c.Contact])
				}
			}
		}
		if len(pack.AllContacts()) != len(table) || len(table) == 0 {
			t.Errorf("%s: %d contacts in the table, %d in the pack", id, len(table), len(pack.AllContacts()))
		}
	}
}

func holds(c policy.ContactHours, at time.Time) bool {
	for _, s := range c.Spans {
		if m := at.Unix(); m >= s[0]*60 && m < s[1]*60 {
			return true
		}
	}
	return false
}
