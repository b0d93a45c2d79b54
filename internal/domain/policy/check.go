package policy

import (
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/directory"
)

// checker resolves what a document names and turns it into a Pack that can be asked.
type checker struct {
	*report
	doc        *document
	pack       *Pack
	sources    map[string]sourceDoc
	categories []string
	piTypes    []string
	compiled   map[string]*condition
	places     []Pos // of the ids of pack.rules
}

// check fills p from p.doc and reports whatever does not resolve.
func check(r *report, p *Pack) {
	c := &checker{report: r, doc: &p.doc, pack: p, sources: map[string]sourceDoc{}, compiled: map[string]*condition{}}
	p.ID, p.Version, p.Title, p.Jurisdiction = c.doc.ID.S, c.doc.Version.S, c.doc.Title.S, c.doc.Jurisdiction.S
	for _, s := range c.doc.Sources {
		if _, twice := c.sources[s.ID.S]; twice {
			c.add(s.ID.Pos, "give each its own id", "the source %q is there twice", s.ID.S)
		}
		c.sources[s.ID.S] = s
	}
	c.vocabulary()
	c.calendars()
	c.authorities()
	p.coordinator = c.recipient(c.doc.Coordinator, true)
	p.confidential = c.doc.Confidential != nil && *c.doc.Confidential
	p.sessions = access.SessionLimits{Life: c.elapsed(c.doc.SessionLife), Idle: c.elapsed(c.doc.SessionIdle)}
	p.unrated = c.rule("reason", *c.doc.Unrated)
	p.decision = c.rule("reason", *c.doc.Decision)
	p.notReportable = c.rule("reason", *c.doc.NotReportable)
	p.occasions = c.occasions()
	p.designations = c.designations()
	p.retention = c.retention()
	p.corrective = c.corrective()
	p.documents = c.documents()
	c.behaviour()
	c.catalogue()
	c.unique()
	p.texts = textsOf(p.rules)
}

// elapsed is a period in hours or minutes; 0 where the pack has none.
func (c *checker) elapsed(p period) time.Duration {
	d, ok := p.elapsed()
	if p.Unit != noPeriod && (!ok || d == 0) {
		c.add(p.Pos, "write minutes or hours, such as \"8 hours\"", "a session is bounded by elapsed time")
	}
	return d
}

// vocabulary reads categories and elements of personal information; conditions may name no others.
func (c *checker) vocabulary() {
	for _, t := range c.doc.Categories {
		c.pack.categories = append(c.pack.categories, c.term("category", t, true))
		c.categories = append(c.categories, t.ID.S)
	}
	for _, t := range c.doc.PersonalInformation {
		c.pack.piTypes = append(c.pack.piTypes, c.term("personal information", t.termDoc, t.Triggers == nil || *t.Triggers))
		c.piTypes = append(c.piTypes, t.ID.S)
	}
	if len(c.categories) == 0 {
		c.add(c.doc.ID.Pos, "add the key categories", "the pack has no category")
	}
}

func (c *checker) term(kind string, t termDoc, triggers bool) Term {
	r := c.rule(kind, t.ruleDoc)
	return Term{ID: r.id, Label: r.title, Help: t.Help.S, Clause: r.clause, Unverified: r.unverified, Triggers: triggers}
}

// rule resolves what every rule carries and notes it for the list of rules.
func (c *checker) rule(kind string, d ruleDoc) rule {
	s, ok := c.sources[d.Source.S]
	if !ok && d.Source.S != "" {
		c.add(d.Source.Pos, oneOf(d.Source.S, c.sourceIDs()), "there is no source %q", d.Source.S)
	}
	status, mark, from := d.Status, d.Mark, d.From
	if status.S == "" {
		status = s.Status
	}
	if mark.S == "" {
		mark = s.Mark
	}
	if from.Date.IsZero() {
		from = s.From
	}
	if !d.To.Date.IsZero() && d.To.Date.Before(from.Date) {
		c.add(d.To.Pos, "mend one of the two dates", "the rule ends before it begins")
	}
	c.places = append(c.places, d.ID.Pos)
	c.pack.rules = append(c.pack.rules, Rule{
		ID: d.ID.S, Kind: kind, Title: d.Title.S, Citation: d.Cite.S, Source: s.Title.S, SourceURL: s.URL.S,
		Retrieved: s.Retrieved.String(), EffectiveFrom: from.String(), EffectiveTo: d.To.String(),
		Status: status.S, Mark: mark.S, Unverified: mark.S == "unverified", Note: d.Note.S,
	})
	return rule{id: d.ID.S, title: d.Title.S, clause: d.Cite.S, unverified: mark.S == "unverified",
		inForce: status.S == "in_force", from: from.Date, to: d.To.Date}
}

func (c *checker) sourceIDs() []string {
	ids := make([]string, 0, len(c.doc.Sources))
	for _, s := range c.doc.Sources {
		ids = append(ids, s.ID.S)
	}
	return ids
}

// calendars makes the named calendars.
func (c *checker) calendars() {
	c.pack.calendars = map[string]*calendar.Calendar{}
	for _, d := range c.doc.Calendars {
		c.rule("calendar", d.ruleDoc)
		zone, err := time.LoadLocation(d.Zone.S)
		if err != nil || d.Zone.S == "Local" {
			c.add(d.Zone.Pos, "use an IANA name such as America/New_York", "there is no time zone %q", d.Zone.S)
			continue
		}
		spec := calendar.Spec{ID: d.ID.S, Title: d.Title.S, Zone: zone, Open: d.Open.Minute, Close: d.Close.Minute}
		for _, w := range d.Workdays {
			spec.Workdays = append(spec.Workdays, w.D)
		}
		for _, h := range d.Holidays {
			spec.Holidays = append(spec.Holidays, c.holiday(h))
		}
		made, err := calendar.New(spec)
		if err != nil {
			c.add(d.Pos, "mend the calendar", "%v", err)
			continue
		}
		c.pack.calendars[d.ID.S] = made
	}
	c.pack.calendar = c.calendar(c.doc.Calendar)
}

func (c *checker) holiday(d holidayDoc) calendar.Holiday {
	c.rule("holiday", d.ruleDoc)
	shapes := 0
	for _, has := range []bool{d.Day != 0, d.Nth != 0, d.After.S != ""} {
		if has {
			shapes++
		}
	}
	if shapes != 1 {
		c.add(d.Pos, "give month and day, or month, nth and weekday, or after and days", "the holiday %s needs exactly one way to find its date", d.ID.S)
	}
	h := calendar.Holiday{ID: d.ID.S, Names: []calendar.Name{{Text: d.Title.S}}, Month: time.Month(d.Month), Day: d.Day,
		Nth: d.Nth, Weekday: d.Weekday.D, After: d.After.S, Offset: d.Days, Saturday: calendar.Shift(d.Saturday.S),
		Sunday: calendar.Shift(d.Sunday.S), FromYear: d.FromYear, ToYear: d.ToYear}
	for _, n := range d.Names {
		h.Names = append(h.Names, calendar.Name{Text: n.Title.S, From: n.From.Date})
	}
	return h
}

// calendar resolves the name of a calendar; without one it is the pack's.
func (c *checker) calendar(t text) *calendar.Calendar {
	if t.S == "" {
		t = c.doc.Calendar
	}
	cal, ok := c.pack.calendars[t.S]
	if !ok {
		c.add(t.Pos, oneOf(t.S, c.calendarIDs()), "there is no calendar %q", t.S)
	}
	return cal
}

func (c *checker) calendarIDs() []string {
	ids := make([]string, 0, len(c.doc.Calendars))
	for _, d := range c.doc.Calendars {
		ids = append(ids, d.ID.S)
	}
	return ids
}

// recipient resolves an authority of the pack or a role of the directory.
func (c *checker) recipient(d recipient, required bool) Recipient {
	switch {
	case d == recipient{}:
		return Recipient{}
	case (d.Authority.S == "") == (d.Role.S == ""):
		if required || d.Authority.S != "" {
			c.add(d.Pos, "name an authority or a role", "a recipient is either an authority or a role")
		}
		return Recipient{}
	case d.Authority.S != "":
		if !slices.ContainsFunc(c.doc.Authorities, func(a authorityDoc) bool { return a.ID.S == d.Authority.S }) {
			c.add(d.Authority.Pos, oneOf(d.Authority.S, c.authorityIDs()), "there is no authority %q", d.Authority.S)
		}
		if d.At.S != "" {
			c.add(d.At.Pos, "leave it out", "an authority is looked for nowhere")
		}
		return Recipient{Authority: d.Authority.S}
	}
	if !slices.Contains(directory.Roles, directory.Role(d.Role.S)) {
		c.add(d.Role.Pos, oneOf(d.Role.S, roleNames()), "there is no role %q", d.Role.S)
	}
	at := d.At.S
	if at == "" {
		at = "entity"
	}
	return Recipient{Role: d.Role.S, At: at}
}

func (c *checker) authorityIDs() []string {
	ids := make([]string, 0, len(c.doc.Authorities))
	for _, a := range c.doc.Authorities {
		ids = append(ids, a.ID.S)
	}
	return ids
}

func roleNames() []string {
	names := make([]string, len(directory.Roles))
	for i, r := range directory.Roles {
		names[i] = string(r)
	}
	return names
}

// authorities resolves who can be told and in what time each answers.
func (c *checker) authorities() {
	c.pack.acknowledge = map[string]Acknowledge{}
	c.pack.confirms = map[string]bool{}
	for _, d := range c.doc.Authorities {
		r := c.rule("authority", d.ruleDoc)
		confirms := d.Confirms != nil && *d.Confirms
		c.pack.authorities = append(c.pack.authorities, AuthorityInfo{ID: r.id, Name: r.title, For: d.For.S, Clause: r.clause, Confirms: confirms})
		c.pack.confirms[r.id] = confirms
		a := Acknowledge{Chase: c.duration(d.Acknowledge.Chase), Due: c.duration(d.Acknowledge.Due),
			Escalate: c.duration(d.Acknowledge.Escalate), To: c.recipient(d.Acknowledge.To, true), Clause: d.Acknowledge.Cite.S}
		if a.Chase > a.Due || a.Due > a.Escalate {
			c.add(d.Acknowledge.Pos, "chase first, then tell a person, then alarm the operator", "the answering times of %s are out of order", r.id)
		}
		c.pack.acknowledge[r.id] = a
	}
}

func (c *checker) duration(p period) time.Duration {
	d, ok := p.elapsed()
	if !ok && p.Unit != noPeriod {
		c.add(p.Pos, "write it in minutes or hours", "%s has no fixed length", p)
	}
	return d
}

// unique refuses an id that stands for two things. What is asked of an incident shares one space of ids, because duties,
// reasons and messages name their rule by it.
func (c *checker) unique() {
	shared := map[string]string{}
	seen := map[string]bool{}
	for i, r := range c.pack.rules {
		kind := r.Kind
		switch kind {
		case "rating", "reportable", "tell", "duty", "advice", "reason", "statement", "contact":
			kind = "rule"
		case "holiday":
			continue // unique within its calendar, which calendar.New checks
		}
		key := kind + "\x00" + r.ID
		if seen[key] {
			c.add(c.places[i], "give each its own id", "the id %q stands for two rules, of the kinds %s and %s", r.ID, shared[key], r.Kind)
		}
		seen[key], shared[key] = true, r.Kind
	}
}

// fieldPaths are the paths of the filing contract that an item can ask for, with what the directory and the record add.
var fieldPaths = strings.Fields(`
	entity.name entity.address
	reporter.name reporter.email reporter.phones reporter.address
	iso.name iso.email iso.phones iso.address
	alternate_contact.name alternate_contact.email alternate_contact.phones alternate_contact.address
	description occurred_at discovered_at actions_taken
	categories crime_suspected terrorism_suspected outage_minutes media_coverage
	devices.make_model devices.serial devices.asset_id devices.ip devices.hostname devices.os devices.location devices.encrypted
	personal_information.involved personal_information.types personal_information.residents
	impact.human_safety impact.asset_rating impact.liability_usd impact.information_class impact.functional impact.information impact.recoverability
	management.location management.affected_systems management.user_groups management.recovery_expectation
	management.stakeholders_to_notify management.measures management.evidence_collected management.pending_actions
	management.discovered_by.name management.discovered_by.email management.discovered_by.phones management.discovered_by.address
	management.reported_to_management_at
	record.received_at record.status`)
