package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
)

// said is one thing that a filing states, in the words of the form.
type said struct{ Label, Text string }

// statements collects what is stated and leaves out what is not.
type statements struct {
	pack string
	term func(pack, id string) string
	list []said
}

func (s *statements) add(label, text string) {
	if text != "" {
		s.list = append(s.list, said{label, text})
	}
}

func (s *statements) yesNo(label string, v *bool) {
	if v != nil {
		s.add(label, yesNo(v))
	}
}

func (s *statements) number(label string, v *int64, unit string) {
	if v != nil {
		s.add(label, app.Thousands(*v)+unit)
	}
}

// time shows a stated time with the offset that the filer gave: it is part of what was filed.
func (s *statements) time(label, v string) {
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		at := clock{zone: t.Location()}.At(t)
		v = at.Date + ", " + at.Time + " " + at.Offset
	}
	s.add(label, v)
}

func (s *statements) contact(label string, c *incident.Contact) {
	if c == nil {
		return
	}
	var lines []string
	for _, v := range []string{c.Name, c.Email, strings.Join(c.Phones, ", "), c.Address} {
		if v != "" {
			lines = append(lines, v)
		}
	}
	s.add(label, strings.Join(lines, "\n"))
}

// Said lists what a filing states, in the order of the form and the words of its pack.
func (f frame) Said(pack string, filing *incident.Filing) []said {
	s := &statements{pack: pack, term: f.Term}
	s.filing(filing)
	return s.list
}

// Term names an entry of a pack's vocabulary. Without the vocabulary the id itself has to do.
func (f frame) Term(pack, id string) string {
	if f.label != nil {
		if words := f.label(pack, id); words != "" {
			return words
		}
	}
	return sentence(id)
}

func (s *statements) filing(f *incident.Filing) {
	s.add("In plain words", f.Description)
	s.add("Kind", s.terms(f.Categories))
	s.time("Discovered", f.DiscoveredAt)
	s.time("Occurred", f.OccurredAt)
	s.add("Done so far", f.ActionsTaken)
	s.yesNo("Crime or theft suspected", f.CrimeSuspected)
	s.yesNo("Terrorism suspected", f.TerrorismSuspected)
	for i, d := range f.Devices {
		s.add("Device "+strconv.Itoa(i+1), deviceWords(d))
	}
	s.personal(f.PersonalInformation)
	s.impact(f.Impact)
	s.number("Outage", f.OutageMinutes, " minutes")
	s.yesNo("Press reports it", f.MediaCoverage)
	s.contact("Reported by", f.Reporter)
	s.contact("Information Security Officer", f.ISO)
	s.contact("Another person to reach", f.AlternateContact)
	s.management(f.Management)
}

func (s *statements) personal(p *incident.PersonalInformation) {
	if p == nil {
		return
	}
	s.add("Personal information involved", sentence(p.Involved))
	s.add("Kinds of information", s.terms(p.Types))
	var states []string
	for state := range p.Residents {
		states = append(states, state)
	}
	slices.Sort(states)
	var parts []string
	for _, state := range states {
		parts = append(parts, state+" "+app.Thousands(p.Residents[state]))
	}
	s.add("People affected by state", strings.Join(parts, ", "))
}

func (s *statements) impact(m *incident.Impact) {
	if m == nil {
		return
	}
	s.yesNo("Safety at risk", m.HumanSafety)
	s.add("Rating of the asset", sentence(m.AssetRating))
	s.add("Most sensitive information", sentence(m.InformationClass))
	if m.LiabilityUSD != nil {
		s.add("Liability", app.Dollars(*m.LiabilityUSD))
	}
	s.add("Functional impact", sentence(m.Functional))
	s.add("Information impact", wordList(m.Information))
	s.add("Effort to recover", sentence(m.Recoverability))
}

func (s *statements) management(m *incident.Management) {
	if m == nil {
		return
	}
	s.add("Location", m.Location)
	s.add("Systems affected", strings.Join(m.AffectedSystems, "\n"))
	s.add("Groups of users affected", strings.Join(m.UserGroups, "\n"))
	s.add("Recovery expected", m.RecoveryExpectation)
	s.add("Whom else to notify", strings.Join(m.StakeholdersToNotify, "\n"))
	s.add("Measures", m.Measures)
	s.add("Evidence collected", m.EvidenceCollected)
	s.add("Actions still to be taken", m.PendingActions)
	s.contact("Discovered by", m.DiscoveredBy)
	s.time("Reported to management", m.ReportedToManagementAt)
}

func deviceWords(d incident.Device) string {
	var lines []string
	add := func(label, v string) {
		if v != "" {
			lines = append(lines, label+": "+v)
		}
	}
	add("Make and model", d.MakeModel)
	add("Serial number", d.Serial)
	add("State asset number", d.AssetID)
	add("IP addresses", strings.Join(d.IP, ", "))
	add("Assigned name", d.Hostname)
	add("Operating system", d.OS)
	add("Location", d.Location)
	if d.Encrypted != nil {
		add("Encrypted", yesNo(d.Encrypted))
	}
	return strings.Join(lines, "\n")
}

func (s *statements) terms(ids []string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = s.term(s.pack, id)
	}
	return strings.Join(words, "; ")
}

func wordList(ids []string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = sentence(id)
	}
	return strings.Join(words, ", ")
}

// FieldWords names a field of the contract in words.
func (b incidentBody) FieldWords(field string) string {
	if label := labelOf(field); label != "" {
		return label
	}
	return strings.ReplaceAll(sentenceLower(field), ".", ", ")
}

// PostReport asks the coordinator whether a post-incident report is required.
func (b incidentBody) PostReport() control {
	c := b.Control("post-incident-report", "", "required", "Is a post-incident report required?", "")
	c.Options = []option{{Value: "yes", Label: "Yes, required", Chosen: c.Value == "yes"}, {Value: "no", Label: "No", Chosen: c.Value == "no"}}
	return c
}
