package filing

import (
	"encoding/json"
	"slices"
)

// Content is what a filing says in prose and of people: kept as texts, out of the ledger, so that it can be disposed of
// lawfully. Narrative and people are apart, because they are disposed of at different times.
type Content struct {
	Narrative []byte
	People    []byte
}

// narrative and people are the stored forms. Field names never change meaning.
type narrative struct {
	Description  string      `json:"description,omitempty"`
	ActionsTaken string      `json:"actions_taken,omitempty"`
	Devices      []Device    `json:"devices,omitempty"`
	Management   *Management `json:"management,omitempty"`
}

type people struct {
	Reporter         *Contact `json:"reporter,omitempty"`
	ISO              *Contact `json:"iso,omitempty"`
	AlternateContact *Contact `json:"alternate_contact,omitempty"`
	DiscoveredBy     *Contact `json:"discovered_by,omitempty"`
}

// ContentOf takes the prose and the people out of a filing.
func ContentOf(f Filing) (Content, error) {
	n := narrative{Description: f.Description, ActionsTaken: f.ActionsTaken, Devices: f.Devices}
	p := people{Reporter: f.Reporter, ISO: f.ISO, AlternateContact: f.AlternateContact}
	if f.Management != nil {
		m := *f.Management
		p.DiscoveredBy, m.DiscoveredBy = m.DiscoveredBy, nil
		n.Management = &m
	}
	nb, err := json.Marshal(n)
	if err != nil {
		return Content{}, err
	}
	pb, err := json.Marshal(p)
	return Content{Narrative: nb, People: pb}, err
}

// Restore puts back into a filing what its texts hold. A disposed text (nil) leaves its fields empty.
func (f *Filing) Restore(c Content) error {
	var n narrative
	var p people
	if len(c.Narrative) > 0 {
		if err := json.Unmarshal(c.Narrative, &n); err != nil {
			return err
		}
	}
	if len(c.People) > 0 {
		if err := json.Unmarshal(c.People, &p); err != nil {
			return err
		}
	}
	f.Description, f.ActionsTaken, f.Devices, f.Management = n.Description, n.ActionsTaken, n.Devices, n.Management
	f.Reporter, f.ISO, f.AlternateContact = p.Reporter, p.ISO, p.AlternateContact
	if p.DiscoveredBy != nil {
		if f.Management == nil {
			f.Management = &Management{}
		}
		f.Management.DiscoveredBy = p.DiscoveredBy
	}
	return nil
}

// StatedIn lists the paths of the filing's fields that carry a value, sorted: what required items are checked against.
func StatedIn(f Filing) []string {
	var s []string
	add := func(path string, is bool) {
		if is {
			s = append(s, path)
		}
	}
	for name, c := range map[string]*Contact{"reporter": f.Reporter, "iso": f.ISO, "alternate_contact": f.AlternateContact} {
		s = append(s, statedContact(name, c)...)
	}
	add("description", f.Description != "")
	add("occurred_at", f.OccurredAt != "")
	add("discovered_at", f.DiscoveredAt != "")
	add("actions_taken", f.ActionsTaken != "")
	add("categories", len(f.Categories) > 0)
	add("crime_suspected", f.CrimeSuspected != nil)
	add("terrorism_suspected", f.TerrorismSuspected != nil)
	add("outage_minutes", f.OutageMinutes != nil)
	add("media_coverage", f.MediaCoverage != nil)
	s = append(s, statedDevices(f.Devices)...)
	if p := f.PersonalInformation; p != nil {
		add("personal_information.involved", p.Involved != "")
		add("personal_information.types", len(p.Types) > 0)
		add("personal_information.residents", len(p.Residents) > 0)
	}
	if im := f.Impact; im != nil {
		add("impact.human_safety", im.HumanSafety != nil)
		add("impact.asset_rating", im.AssetRating != "")
		add("impact.liability_usd", im.LiabilityUSD != nil)
		add("impact.information_class", im.InformationClass != "")
		add("impact.functional", im.Functional != "")
		add("impact.information", len(im.Information) > 0)
		add("impact.recoverability", im.Recoverability != "")
	}
	s = append(s, statedManagement(f.Management)...)
	slices.Sort(s)
	return s
}

func statedContact(name string, c *Contact) (s []string) {
	if c == nil {
		return nil
	}
	for path, is := range map[string]bool{".name": c.Name != "", ".email": c.Email != "", ".phones": len(c.Phones) > 0,
		".address": c.Address != ""} {
		if is {
			s = append(s, name+path)
		}
	}
	return s
}

// statedDevices counts a device item as stated when every listed device states it: "serial numbers of the affected
// devices" are not given by one of three. CA step 2
func statedDevices(devices []Device) (s []string) {
	if len(devices) == 0 {
		return nil
	}
	all := map[string]bool{"make_model": true, "serial": true, "asset_id": true, "ip": true, "hostname": true, "os": true, "location": true,
		"encrypted": true}
	for _, d := range devices {
		for path, is := range map[string]bool{"make_model": d.MakeModel != "", "serial": d.Serial != "", "asset_id": d.AssetID != "",
			"ip": len(d.IP) > 0, "hostname": d.Hostname != "", "os": d.OS != "", "location": d.Location != "", "encrypted": d.Encrypted != nil} {
			all[path] = all[path] && is
		}
	}
	for path, is := range all {
		if is {
			s = append(s, "devices."+path)
		}
	}
	return append(s, "devices")
}

func statedManagement(m *Management) (s []string) {
	if m == nil {
		return nil
	}
	for path, is := range map[string]bool{"location": m.Location != "", "affected_systems": len(m.AffectedSystems) > 0,
		"user_groups": len(m.UserGroups) > 0, "recovery_expectation": m.RecoveryExpectation != "",
		"stakeholders_to_notify": len(m.StakeholdersToNotify) > 0, "measures": m.Measures != "", "evidence_collected": m.EvidenceCollected != "",
		"pending_actions": m.PendingActions != "", "reported_to_management_at": m.ReportedToManagementAt != ""} {
		if is {
			s = append(s, "management."+path)
		}
	}
	return append(s, statedContact("management.discovered_by", m.DiscoveredBy)...)
}

// SearchText joins what full-text search looks through.
func (f Filing) SearchText() string {
	var b []byte
	put := func(words ...string) {
		for _, w := range words {
			if w != "" {
				b = append(append(b, w...), '\n')
			}
		}
	}
	put(f.Description, f.ActionsTaken)
	for _, c := range []*Contact{f.Reporter, f.ISO, f.AlternateContact} {
		if c != nil {
			put(c.Name, c.Email, c.Address)
			put(c.Phones...)
		}
	}
	for _, d := range f.Devices {
		put(d.MakeModel, d.Serial, d.AssetID, d.Hostname, d.OS, d.Location)
		put(d.IP...)
	}
	if m := f.Management; m != nil {
		put(m.Location, m.RecoveryExpectation, m.Measures, m.EvidenceCollected, m.PendingActions)
		put(m.AffectedSystems...)
		put(m.UserGroups...)
		put(m.StakeholdersToNotify...)
	}
	return string(b)
}

// Stated says whether anything is stated of the impact.
func (im Impact) Stated() bool {
	return im.HumanSafety != nil || im.AssetRating != "" || im.LiabilityUSD != nil || im.InformationClass != "" ||
		im.Functional != "" || len(im.Information) > 0 || im.Recoverability != ""
}
