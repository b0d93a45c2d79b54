package terminal

import (
	"context"
	"slices"
	"strings"

	"tocsin/internal/client"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// interview asks for a filing, most important things first, so that whoever must stop early has said them. After every
// part the draft is kept.
type interview struct {
	*asker
	form client.Form
	f    *incident.Filing
}

// part is one part of the interview.
type part struct {
	title string
	ask   func(*interview)
	when  func(*incident.Filing) bool
}

var parts = []part{
	{"What happened", (*interview).happened, nil},
	{"Crime, and who else must know", (*interview).crime, nil},
	{"Devices", (*interview).devices, func(f *incident.Filing) bool {
		return f.CrimeSuspected != nil && *f.CrimeSuspected || len(f.Devices) > 0 || slices.Contains(f.Categories, "equipment")
	}},
	{"Personal information", (*interview).personal, nil},
	{"Impact", (*interview).impact, nil},
	{"People to reach", (*interview).people, nil},
}

// happened asks for the description, the categories and the times. CA step 2
func (i *interview) happened() {
	f := i.f
	f.Description = i.text("What happened?", "In plain words, what you know so far. You need not know everything to report.", f.Description)
	f.Categories = i.choose("Which categories? (numbers, separated by commas)",
		"What kind of incident it is. Several may fit. Skip while it is not clear.", i.form.Categories, f.Categories, true)
	f.DiscoveredAt = i.when("When was it discovered?", "When someone at your organisation first noticed it.", f.DiscoveredAt)
	f.OccurredAt = i.when("When did it occur?", "When it happened, if that is known.", f.OccurredAt)
	f.ActionsTaken = i.text("What has been done so far?", "At discovery and since, before this report.", f.ActionsTaken)
}

func (i *interview) crime() {
	f := i.f
	f.CrimeSuspected = i.yesNo("Is a crime or theft suspected?",
		"Computer-related crime, or theft of equipment. A suspicion is enough.", f.CrimeSuspected)
	f.TerrorismSuspected = i.yesNo("Is terrorism suspected?", "A suspicion is enough.", f.TerrorismSuspected)
	f.MediaCoverage = i.yesNo("Is there, or will there be, media coverage?", "Press, television or widely read posts.", f.MediaCoverage)
}

// devices asks the six items for crime or theft. CA step 2
func (i *interview) devices() {
	var out []incident.Device
	for n := 0; i.err == nil; n++ {
		d, known := incident.Device{}, n < len(i.f.Devices)
		if known {
			d = i.f.Devices[n]
		}
		name := i.line("Device: make and model (Enter: no more)", "For example: Dell Latitude 5440. One device after the other.", d.MakeModel)
		if name == "" && !known {
			break
		}
		d.MakeModel = name
		d.Serial = i.line("  Serial number", "From the label or the inventory.", d.Serial)
		d.AssetID = i.line("  State asset number", "The number on the state's asset tag.", d.AssetID)
		d.IP = list(i.line("  IP addresses", "Separated by commas.", strings.Join(d.IP, ", ")))
		d.Hostname = i.line("  Assigned name", "Its name in the network.", d.Hostname)
		d.OS = i.line("  Operating system", "With its version, if known.", d.OS)
		d.Location = i.line("  Location", "Where it is, or was last.", d.Location)
		d.Encrypted = i.yesNo("  Was it encrypted?", "Full-disk encryption, switched on.", d.Encrypted)
		out = append(out, d)
	}
	if i.err == nil {
		i.f.Devices = out
	}
}

// personal asks whether personal information is involved; the question is never left out. CA step 3
func (i *interview) personal() {
	p := i.f.PersonalInformation
	if p == nil {
		p = &incident.PersonalInformation{}
	}
	got := i.choose("Is personal information involved?",
		"Names with numbers, health or account data, or anything of the kind. Unknown is a good answer.",
		words("yes", "no", "unknown"), some(p.Involved), false)
	p.Involved = one(got)
	if p.Involved != "no" && p.Involved != "" {
		p.Types = i.choose("Which kinds?", "All that may be affected.", i.form.PITypes, p.Types, true)
		p.Residents = i.residents(p.Residents)
	}
	i.f.PersonalInformation = nil
	if p.Involved != "" || len(p.Types) > 0 || len(p.Residents) > 0 {
		i.f.PersonalInformation = p
	}
}

func (i *interview) residents(current map[string]int64) map[string]int64 {
	out := map[string]int64{}
	for state, n := range current {
		out[state] = n
	}
	for i.err == nil {
		state := strings.ToUpper(i.line("Residents of which state are affected? (CA, MA …; Enter: no more)",
			"Two letters; the number is asked next.", ""))
		if state == "" {
			break
		}
		if n := i.number("  How many residents of "+printable(state), "The best number you have; it can be corrected by a supplement.",
			ptrOf(out, state)); n != nil {
			out[state] = *n
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// impact asks what the rating needs. MA 6.5.1
func (i *interview) impact() {
	m := i.f.Impact
	if m == nil {
		m = &incident.Impact{}
	}
	before := *m
	m.HumanSafety = i.yesNo("Is anyone's safety at risk?", "Life, health or physical safety.", m.HumanSafety)
	m.AssetRating = one(i.choose("Risk rating of the affected asset", "The highest rating among the affected assets.",
		words("critical", "high", "medium", "low"), some(m.AssetRating), false))
	m.LiabilityUSD = i.number("Financial or legal liability in US dollars", "An estimate in whole dollars.", m.LiabilityUSD)
	m.InformationClass = one(i.choose("Class of the affected information", "The highest class among it.",
		words("restricted", "confidential", "internal", "public"), some(m.InformationClass), false))
	i.f.OutageMinutes = i.number("Minutes of outage of an important or public service",
		"How long it has been, or was, down. 0 if there was none.", i.f.OutageMinutes)
	empty := m.HumanSafety == nil && m.AssetRating == "" && m.LiabilityUSD == nil && m.InformationClass == "" &&
		before.Functional == "" && len(before.Information) == 0 && before.Recoverability == ""
	if i.f.Impact = m; empty {
		i.f.Impact = nil
	}
}

// people asks for the three persons that authorities may need to reach. CA step 2
func (i *interview) people() {
	f := i.f
	if f.Reporter == nil {
		f.Reporter = i.form.Reporter
	}
	if f.ISO == nil {
		f.ISO = i.form.ISO
	}
	f.Reporter = i.contact("You", f.Reporter)
	f.ISO = i.contact("The Information Security Officer", f.ISO)
	f.AlternateContact = i.contact("Another contact", f.AlternateContact)
}

func (i *interview) contact(who string, current *incident.Contact) *incident.Contact {
	c := incident.Contact{}
	if current != nil {
		c = *current
	}
	c.Name = i.line(who+": name", "Whom the authorities should ask.", c.Name)
	if c.Name != "" {
		c.Email = i.line("  E-mail", "An address that is read.", c.Email)
		c.Phones = list(i.line("  Telephone numbers", "Separated by commas; the one to call first, first.", strings.Join(c.Phones, ", ")))
		c.Address = i.line("  Postal address", "Of the office.", c.Address)
	}
	if c.Name == "" && c.Email == "" && len(c.Phones) == 0 && c.Address == "" {
		return nil
	}
	return &c
}

// entity asks for which entity the report is.
func (r *run) entity(ctx context.Context, a *asker, current string) string {
	ctx, stop := context.WithTimeout(ctx, briefly)
	defer stop()
	var known []client.Entity
	err := error(nil)
	if !r.away {
		known, err = r.client.Entities(ctx)
	}
	if err != nil || r.away {
		r.away = true
		return a.line("For which entity is this report? (its id)", "The id of your organisation in Tocsin, for example ca-demo-dmv.", current)
	}
	var terms []policy.Term
	for _, e := range known {
		if e.MayFile {
			terms = append(terms, policy.Term{ID: e.ID, Label: e.Name})
		}
	}
	if len(terms) == 1 && current == "" {
		a.say("For: %s (%s)", printable(terms[0].Label), printable(terms[0].ID))
		return terms[0].ID
	}
	if len(terms) > 30 {
		return a.line("For which entity is this report? (its id)", "The id of your organisation in Tocsin.", current)
	}
	return one(a.choose("For which entity is this report?", "The organisation where it happened.", terms, some(current), false))
}

// telephone asks for a report that was made by telephone. CA step 4
func (i *asker) telephone(t *incident.Telephone) {
	t.Caller = i.line("Who called?", "The name of the person who made the call.", t.Caller)
	t.Called = i.line("Whom?", "The authority or desk that took the call.", t.Called)
	t.CalledAt = i.when("When?", "When the call was made.", t.CalledAt)
	t.AfterHours = i.yesNo("Was it the after-hours desk?", "Skip it to have it worked out from the calendar.", t.AfterHours)
	t.Reference = i.line("Which reference number did they give?", "The number the desk gave you, if any.", t.Reference)
	t.Incident = i.line("Incident number, if there is one already", "Enter for a new incident.", t.Incident)
	t.DiscoveredAt = i.when("When was the incident discovered?", "The true time of discovery, not that of the call.", t.DiscoveredAt)
	t.Description = i.text("What was said?", "What happened, as reported on the telephone.", t.Description)
}

func list(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func one(picked []string) string {
	if len(picked) == 0 {
		return ""
	}
	return picked[0]
}

func some(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func ptrOf(m map[string]int64, k string) *int64 {
	if n, ok := m[k]; ok {
		return &n
	}
	return nil
}
