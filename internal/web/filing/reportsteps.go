package filing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/web/page"
)

// step is one part of the report in the list at its head, with how far it has come.
type step struct{ ID, Title, Status, Tint string }

// sections are the parts of the report form in their order, each with the fields that stand in it.
var sections = []struct {
	id, title string
	fields    []string
}{
	{"what", "What happened", []string{"description", "categories", "discovered_at", "occurred_at", "actions_taken"}},
	{"crime", "Crime and devices", []string{"crime_suspected", "terrorism_suspected", "devices"}},
	{"personal", "Personal information", []string{"personal_information"}},
	{"impact", "Impact", []string{"impact", "outage_minutes", "media_coverage"}},
	{"people", "Whom to reach", []string{"reporter", "iso", "alternate_contact"}},
	{"management", "For the report to management", []string{"management"}},
}

// sectionOf answers the part in which a field of the contract stands.
func sectionOf(path string) string {
	head := path[:len(path)-len(strings.TrimLeft(path, "abcdefghijklmnopqrstuvwxyz_"))]
	for _, s := range sections {
		if slices.Contains(s.fields, head) {
			return s.id
		}
	}
	return ""
}

// Steps lists the parts of the form. What is missing comes from the pack and from what is typed; nothing holds a report back.
func (b ReportBody) Steps() []step {
	stated, missing, wrong := map[string]bool{}, map[string]int{}, map[string]int{}
	for name, values := range b.F.Values {
		if !strings.HasSuffix(name, ".zone") && strings.Join(values, "") != "" {
			stated[sectionOf(name)] = true
		}
	}
	for _, item := range b.stillMissing() {
		if len(item.Fields) > 0 {
			missing[sectionOf(item.Fields[0])]++
		}
	}
	for _, p := range b.F.Problems {
		for _, s := range sections {
			if slices.ContainsFunc(s.fields, func(f string) bool {
				return p.ID == page.FieldID(f) || strings.HasPrefix(p.ID, page.FieldID(f)+"-")
			}) {
				wrong[s.id]++
			}
		}
	}
	var list []step
	for _, s := range sections {
		if s.id == "management" && !b.Management {
			continue
		}
		one := step{ID: s.id, Title: s.title}
		one.Status, one.Tint = progress(stated[s.id], b.Preview != nil, missing[s.id], wrong[s.id])
		list = append(list, one)
	}
	return list
}

func (b ReportBody) stillMissing() []policy.Item {
	if b.Preview == nil {
		return nil
	}
	return b.Preview.Missing
}

// progress says how far one part has come. Where the report cannot be assessed nothing is called done.
func progress(stated, assessed bool, missing, wrong int) (status, tint string) {
	switch {
	case wrong > 0:
		return fmt.Sprintf("%d to mend", wrong), "bad"
	case !assessed && stated:
		return "Begun", "info"
	case !assessed:
		return "Not begun", "quiet"
	case stated && missing > 0:
		return fmt.Sprintf("Begun, %d missing", missing), "info"
	case missing > 0:
		return fmt.Sprintf("%d asked", missing), "quiet"
	case stated:
		return "Done", "good"
	}
	return "Nothing asked", "quiet"
}

// foresee works out what the form as it stands would lead to, for a page that was not asked to check it. Where that
// cannot be said, the page does without.
func foresee(s *page.Site, r *page.Request, b *ReportBody) {
	if b.Preview != nil || b.Form.Entity.ID == "" || len(b.F.Problems) > 0 {
		return
	}
	d := page.NewDecoder(b.F.Values, besides...)
	f := d.Filing()
	if len(d.Faults) > 0 {
		return
	}
	f.Entity, f.Kind, f.Incident = b.Form.Entity.ID, b.Kind, incidentNumber(b.Incident)
	if p, err := s.App.Preview(r.Context(), r.By(), f); err == nil {
		b.Preview = &p
	}
}

// Known lists what was filed on the incident so far and belongs into one part of the form, the latest word on each thing.
func (b ReportBody) Known(p page.Page, section string) []page.Said {
	if b.Incident == nil {
		return nil
	}
	f, part := latest(b.Incident.Filings), &incident.Filing{}
	switch section {
	case "what":
		part.Description, part.Categories, part.ActionsTaken = f.Description, f.Categories, f.ActionsTaken
		part.OccurredAt, part.DiscoveredAt = f.OccurredAt, f.DiscoveredAt
	case "crime":
		part.CrimeSuspected, part.TerrorismSuspected, part.Devices = f.CrimeSuspected, f.TerrorismSuspected, f.Devices
	case "personal":
		part.PersonalInformation = f.PersonalInformation
	case "impact":
		part.Impact, part.OutageMinutes, part.MediaCoverage = f.Impact, f.OutageMinutes, f.MediaCoverage
	case "people":
		part.Reporter, part.ISO, part.AlternateContact = f.Reporter, f.ISO, f.AlternateContact
	case "management":
		part.Management = f.Management
	}
	return p.Said(b.Incident.PackID, part)
}

// latest lays filings over each other: the last one that states a thing has the last word on it.
func latest(filings []app.FilingView) incident.Filing {
	var all incident.Filing
	for _, v := range filings {
		f := v.Content
		if f == nil {
			continue
		}
		all.Description, all.ActionsTaken = cmp.Or(f.Description, all.Description), cmp.Or(f.ActionsTaken, all.ActionsTaken)
		all.OccurredAt, all.DiscoveredAt = cmp.Or(f.OccurredAt, all.OccurredAt), cmp.Or(f.DiscoveredAt, all.DiscoveredAt)
		all.CrimeSuspected, all.TerrorismSuspected = cmp.Or(f.CrimeSuspected, all.CrimeSuspected), cmp.Or(f.TerrorismSuspected,
			all.TerrorismSuspected)
		all.PersonalInformation, all.Impact = cmp.Or(f.PersonalInformation, all.PersonalInformation), cmp.Or(f.Impact, all.Impact)
		all.OutageMinutes, all.MediaCoverage = cmp.Or(f.OutageMinutes, all.OutageMinutes), cmp.Or(f.MediaCoverage, all.MediaCoverage)
		all.Reporter, all.ISO = cmp.Or(f.Reporter, all.Reporter), cmp.Or(f.ISO, all.ISO)
		all.AlternateContact, all.Management = cmp.Or(f.AlternateContact, all.AlternateContact), cmp.Or(f.Management, all.Management)
		if len(f.Categories) > 0 {
			all.Categories = f.Categories
		}
		if len(f.Devices) > 0 {
			all.Devices = f.Devices
		}
	}
	return all
}
