package communication

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// SaidView is what somebody stated of an item: the response team, or a filing.
type SaidView struct {
	Value  string     `json:"value,omitempty"`
	Moment *time.Time `json:"moment"` // of an item that is a moment
	At     time.Time  `json:"at"`
	By     string     `json:"by"`
	Source string     `json:"source,omitempty"` // "Filing 2"; empty for the response team
}

// AwaitedView says from whom an item is awaited.
type AwaitedView struct {
	From  string     `json:"from"`
	Until *time.Time `json:"until"`
	Since time.Time  `json:"since"`
	Late  bool       `json:"late"`
}

// AssessedView is one item of the assessment with everything that was stated of it, newest first. MA 6.6.4
type AssessedView struct {
	ID         string       `json:"item"`
	Title      string       `json:"title"`
	Instant    bool         `json:"instant"`
	Person     bool         `json:"person"`
	Statements []SaidView   `json:"statements"`
	Awaited    *AwaitedView `json:"awaited,omitempty"`
	Yours      bool         `json:"asked_of_you" doc:"It is awaited from this reader, who may state it."`
}

// Now is the last statement, or nil.
func (v AssessedView) Now() *SaidView {
	if len(v.Statements) == 0 {
		return nil
	}
	return &v.Statements[0]
}

// ItemStatement is what a person states of an item. Value is for text, At for a moment; Contact says how a person is reached.
type ItemStatement struct {
	Item, Value, Contact string
	At                   string // RFC 3339
}

// State records what is known of an item. MA 6.6.4.2, MA 6.6.4.3, MA 6.6.4.4, MA 6.6.4.5, MA 6.3.1.3.3
func (a *Room) State(ctx context.Context, by access.Actor, number string, x ItemStatement) error {
	item, ok := incident.ItemByID(x.Item)
	if !ok {
		return fault.Invalid("item", "there is no such item", "choose one that the page lists")
	}
	c := incident.Assess{Item: x.Item, Mail: strings.Contains(x.Contact, "@")}
	prose := map[string]string{}
	if item.Instant {
		m, err := momentOf("at", x.At)
		if err != nil {
			return err
		}
		c.Moment = m
	} else {
		if err := incident.CheckProse("value", x.Value, "nothing is stated"); err != nil {
			return err
		}
		prose[incident.TextValue] = x.Value
	}
	if item.Person && x.Contact != "" {
		if err := incident.CheckProse("contact", x.Contact, ""); err != nil {
			return err
		}
		prose[incident.TextContact] = x.Contact
	}
	return a.Act(ctx, by, number, forAsked(by, x.Item), prose, func(refs map[string]string) incident.Command {
		c.Texts = refs
		return c
	})
}

// forAsked is for the response team, and for whoever was asked for the item. MA 6.5.2.3
func forAsked(by access.Actor, item string) func(incident.State, act.Setting) error {
	return func(st incident.State, s act.Setting) error {
		if access.Allow(by, access.Work, act.ObjectOf(st)) || isAsked(st, item, by, s) {
			return nil
		}
		return fault.Forbidden("%s, or whoever was asked for it", act.OnlyTeam)
	}
}

// isAsked says whether an item is awaited from somebody, by name or by role.
func isAsked(st incident.State, item string, by access.Actor, s act.Setting) bool {
	w, ok := st.AwaitedFrom(item)
	switch {
	case !ok || by.Person == "":
		return false
	case w.Person != "":
		return w.Person == by.Person
	}
	return slices.Contains(incident.Holders(s.Dir, policy.Recipient{Role: w.Role, At: "entity"}, st.Entity), by.Person)
}

// momentOf reads a moment with the offset that it was given in.
func momentOf(field, written string) (*incident.Moment, error) {
	t, err := time.Parse(time.RFC3339Nano, written)
	if err != nil {
		return nil, fault.Invalid(field, "a moment is a date and a time of day, with the zone", "write it like 2026-11-21T14:30:00-05:00")
	}
	_, offset := t.Zone()
	return &incident.Moment{At: t.UnixMicro(), Offset: int64(offset / 60)}, nil
}

// AwaitItem asks somebody for an item: a person by id or e-mail address, or whoever holds a role. MA 6.5.2.3
func (a *Room) AwaitItem(ctx context.Context, by access.Actor, number, item, person, role, until string) error {
	c := incident.Await{Item: item, Role: role}
	if person != "" {
		people, err := a.Incidents.People(ctx, "person", []string{person})
		if err != nil {
			return err
		}
		c.Person = people[0]
	}
	if until != "" {
		m, err := momentOf("until", until)
		if err != nil {
			return err
		}
		c.Until = time.UnixMicro(m.At).UTC()
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), nil, func(map[string]string) incident.Command { return c })
}

// Mark categorises the incident's reports as confidential, or no longer so, with a reason. MA 6.5.4
func (a *Room) Mark(ctx context.Context, by access.Actor, number, marking, reason string) error {
	if err := incident.CheckProse("reason", reason, "categorising a report needs a reason"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Restrict, "only the CISO, or the coordinator as the CISO's designee, categorises reports"),
		map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
			return incident.Mark{Marking: marking, Texts: refs}
		})
}

// said gathers everything that was stated, by field of a filing or id of an item, oldest first.
type said struct {
	s     act.Setting
	texts map[string][]byte
	by    map[string][]SaidView
}

func gather(facts []incident.Recorded, texts map[string][]byte, s act.Setting) (said, error) {
	x := said{s: s, texts: texts, by: map[string][]SaidView{}}
	for _, r := range facts {
		switch f := r.Fact.(type) {
		case *incident.Reported:
			filed, err := incident.AsFiled(f, incident.Content{Narrative: texts[r.Texts[incident.TextNarrative]], People: texts[r.Texts[incident.TextPeople]]})
			if err != nil {
				return x, err
			}
			x.filed(r, f, filed)
		case *incident.Assessed:
			v := SaidView{At: r.At, By: act.ActorName(r.Actor, s.Dir), Value: string(texts[r.Texts[incident.TextValue]])}
			if contact := string(texts[r.Texts[incident.TextContact]]); contact != "" {
				v.Value += ", " + contact
			}
			if f.At != nil {
				at := f.At.Time()
				v.Moment = &at
			}
			x.by[f.Item] = append(x.by[f.Item], v)
		}
	}
	return x, nil
}

// filed takes what a filing states, under the paths of its fields and under the items that they answer.
func (x said) filed(r incident.Recorded, f *incident.Reported, filed incident.Filing) {
	add := func(key, value string, moment *time.Time) {
		if value == "" && moment == nil {
			return
		}
		x.by[key] = append(x.by[key], SaidView{Value: value, Moment: moment, At: r.At, By: act.ActorName(r.Actor, x.s.Dir), Source: "Filing " + strconv.FormatInt(f.Filing, 10)})
	}
	if f.Discovered != nil {
		at := f.Discovered.Time()
		add("discovered_at", "", &at)
	}
	add("description", filed.Description, nil)
	add("categories", strings.Join(act.LabelsOf(x.s.Pack.Categories(), f.Categories), "; "), nil)
	m := filed.Management
	if m == nil {
		return
	}
	add("location", m.Location, nil)
	add("affected_systems", strings.Join(m.AffectedSystems, "\n"), nil)
	add("user_groups", strings.Join(m.UserGroups, "\n"), nil)
	add("recovery_expectation", m.RecoveryExpectation, nil)
	add("stakeholders", strings.Join(m.StakeholdersToNotify, "\n"), nil)
	add("measures", m.Measures, nil)
	add("evidence", m.EvidenceCollected, nil)
	add("pending_actions", m.PendingActions, nil)
	if c := m.DiscoveredBy; c != nil {
		parts := append([]string{c.Name, c.Email}, c.Phones...)
		add("discovered_by", strings.Join(nonEmpty(parts), ", "), nil)
	}
	if t, err := time.Parse(time.RFC3339Nano, m.ReportedToManagementAt); err == nil {
		add("reported_to_management_at", "", &t)
	}
}

func nonEmpty(words []string) (out []string) {
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

// newestFirst answers the statements of a key, the last one first.
func (x said) newestFirst(key string) []SaidView {
	out := []SaidView{}
	for i := len(x.by[key]) - 1; i >= 0; i-- {
		out = append(out, x.by[key][i])
	}
	return out
}

// assessedViews shows every item with its history.
func (a *Room) assessedViews(st incident.State, x said, by access.Actor) []AssessedView {
	out := make([]AssessedView, len(incident.Items))
	for i, it := range incident.Items {
		out[i] = AssessedView{ID: it.ID, Title: it.Title, Instant: it.Instant, Person: it.Person, Statements: x.newestFirst(it.ID), Awaited: a.awaitedView(st, it.ID, x.s), Yours: isAsked(st, it.ID, by, x.s)}
	}
	return out
}

func (a *Room) awaitedView(st incident.State, item string, s act.Setting) *AwaitedView {
	w, ok := st.AwaitedFrom(item)
	if !ok {
		return nil
	}
	v := &AwaitedView{From: act.ActorName("person:"+w.Person, s.Dir), Until: act.TimeOrNil(w.Until), Since: w.Since, Late: !w.Until.IsZero() && s.Now.After(w.Until)}
	if w.Role != "" {
		v.From = a.RecipientName(policy.Recipient{Role: w.Role, At: "entity"}, st.Entity, s)
	}
	return v
}
