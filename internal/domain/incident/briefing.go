package incident

import "tocsin/internal/domain/policy"

// fieldStatus is what the record itself says of the response. MA 6.5.3.5
const fieldStatus = "record.status"

// statusTold notes that a fact changed what the record itself says of the response, which a report to management tells.
func (s *State) statusTold(r Recorded) {
	s.stated(r.Version, fieldStatus)
	s.Briefing.Touched = r.Version
}

// ChangedItems lists the items of the report to management that were stated after a fact, by id.
func (s State) ChangedItems(items []policy.Item, after int64) []string {
	changed := []string{}
	for _, it := range items {
		if it.Report != policy.ReportManagement {
			continue
		}
		for _, path := range it.Fields {
			if s.Assessment.StatedAt[path] > after {
				changed = append(changed, it.ID)
				break
			}
		}
	}
	return changed
}
