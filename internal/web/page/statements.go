package page

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
)

// Said is one thing that a filing states, in the words of the form.
type Said struct{ Label, Text string }

// statements collects what is stated and leaves out what is not.
type statements struct {
	pack string
	term func(pack, id string) string
	list []Said
}

func (s *statements) add(label, text string) {
	if text != "" {
		s.list = append(s.list, Said{label, text})
	}
}

func (s *statements) yesNo(label string, v *bool) {
	if v != nil {
		s.add(label, YesNo(v))
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
		at := Clock{Zone: t.Location()}.At(t)
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
func (f Frame) Said(pack string, filing *incident.Filing) []Said {
	s := &statements{pack: pack, term: f.Term}
	s.filing(filing)
	return s.list
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
	s.add("Personal information involved", Sentence(p.Involved))
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
	s.add("Rating of the asset", Sentence(m.AssetRating))
	s.add("Most sensitive information", Sentence(m.InformationClass))
	if m.LiabilityUSD != nil {
		s.add("Liability", app.Dollars(*m.LiabilityUSD))
	}
	s.add("Functional impact", Sentence(m.Functional))
	s.add("Information impact", wordList(m.Information))
	s.add("Effort to recover", Sentence(m.Recoverability))
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
		add("Encrypted", YesNo(d.Encrypted))
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
		words[i] = Sentence(id)
	}
	return strings.Join(words, ", ")
}
