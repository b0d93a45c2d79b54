package filing

import (
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/policy"
)

// OfflineTable is what a browser keeps for when the program cannot be reached: whom to call when, and the words of the form.
// It names nobody but offices, and says nothing of any incident.
type OfflineTable struct {
	From  int64         `json:"from"`  // minutes since 1970 UTC
	Until int64         `json:"until"` // from here on it has run out
	Packs []OfflinePack `json:"packs"`
}

// OfflinePack is one pack's part of the table. The digest says which rules it was worked out from.
type OfflinePack struct {
	ID         string                `json:"id"`
	Title      string                `json:"title"`
	Version    string                `json:"version"`
	Digest     string                `json:"digest"`
	Contacts   []policy.ContactHours `json:"contacts"`
	Categories []policy.Term         `json:"categories"`
	PITypes    []policy.Term         `json:"pi_types"`
}

// offlineMonths is how far the table of contacts reaches: past one whole year of holidays.
const offlineMonths = 13

// OfflineTable works out the contacts of the coming months, from the start of today's date in UTC. It needs no database. CA step 4
func (a *Room) OfflineTable() OfflineTable {
	from := a.Now().UTC().Truncate(24 * time.Hour)
	until := from.AddDate(0, offlineMonths, 0)
	t := OfflineTable{From: from.Unix() / 60, Until: until.Unix() / 60, Packs: []OfflinePack{}}
	for _, id := range a.PackIDs {
		p, ok := a.PackNow(id)
		if !ok {
			continue
		}
		t.Packs = append(t.Packs, OfflinePack{ID: p.ID, Title: p.Title, Version: p.Version, Digest: p.Digest,
			Contacts: p.ContactTable(from, until), Categories: act.NonNil(p.Categories()), PITypes: act.NonNil(p.PITypes())})
	}
	return t
}
