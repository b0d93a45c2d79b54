package directory

import (
	"cmp"
	"slices"
)

// CriticalAssets lists the assets of an entity that are rated critical or high, by rating and name.
func (s *Snapshot) CriticalAssets(entity string) (out []Asset) {
	for _, a := range s.assets {
		if a.Entity == entity && (a.Rating == "critical" || a.Rating == "high") {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Asset) int {
		return cmp.Or(cmp.Compare(a.Rating, b.Rating), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return out
}
