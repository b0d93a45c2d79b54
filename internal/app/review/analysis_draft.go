package review

import (
	"fmt"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// drafting says what the record holds on each section of an analysis, for people to begin from. It concludes nothing.
type drafting struct {
	a       *Room
	st      incident.State
	s       act.Setting
	texts   map[string][]byte
	filings []act.FilingView
}

// lines collects sentences and list items.
type lines []string

func (l *lines) say(format string, args ...any) { *l = append(*l, fmt.Sprintf(format, args...)) }

func (d drafting) section(id string) string {
	var l lines
	switch id {
	case incident.SectionImpact:
		d.impact(&l)
	case incident.SectionInventory:
		d.inventory(&l)
	case incident.SectionAccess:
		d.access(&l)
		d.tasks(&l, policy.AimRecovery)
	case incident.SectionRisk:
		d.risk(&l)
	case incident.SectionCauses:
		d.causes(&l)
	case incident.SectionMotives:
		d.motives(&l)
	case incident.SectionMitigation:
		d.tasks(&l, policy.AimContainment, policy.AimEradication)
	case incident.SectionWorked:
		d.kept(&l, false)
	case incident.SectionFailed:
		d.kept(&l, true)
		d.undelivered(&l)
	case incident.SectionControls:
		d.controls(&l)
	}
	return strings.Join(l, "\n")
}

func (d drafting) impact(l *lines) {
	r := d.st.Rating
	l.say("Rated %s.", r.Level)
	for _, why := range r.Reasons {
		l.say("- %s (%s)", why.Text, why.Clause)
	}
	k := d.st.Known
	if k.LiabilityUSD != nil {
		l.say("Liability: %s.", act.Dollars(*k.LiabilityUSD))
	}
	if k.OutageMinutes != nil {
		l.say("Outage: %s.", time.Duration(*k.OutageMinutes)*time.Minute)
	}
	for _, part := range [][2]string{{"Information", k.InformationClass}, {"Function", k.FunctionalImpact}, {"Recoverability", k.Recoverability}, {"Personal information", k.PersonalInformation}} {
		if part[1] != "" {
			l.say("%s: %s.", part[0], strings.ReplaceAll(part[1], "_", " "))
		}
	}
	var total int64
	for _, n := range k.Residents {
		total += n
	}
	if total > 0 {
		l.say("Residents affected: %d.", total)
	}
}

// title is what a task is: the pack's words, or a person's.
func (d drafting) title(t incident.Task) string {
	if t.Text != "" {
		return string(d.texts[t.Text])
	}
	return t.Title
}

// tasks says what was done towards some aims, and what was not.
func (d drafting) tasks(l *lines, aims ...policy.Aim) {
	for _, aim := range aims {
		for _, t := range d.st.Response.Tasks {
			if t.Aim != string(aim) {
				continue
			}
			title, note := d.title(t), string(d.texts[t.Note])
			state := map[string]string{incident.TaskOpen: "not done", incident.TaskIsDone: "done", incident.TaskLeftOut: "left out"}[t.Status]
			if note != "" {
				note = ": " + note
			}
			l.say("- %s (%s)%s", title, state, note)
		}
	}
}

// risk lists the entity's critical systems, for their risk to be looked at anew. MA 6.8.3
func (d drafting) risk(l *lines) {
	for _, a := range d.s.Dir.CriticalAssets(d.st.Entity) {
		l.say("- %s, rated %s", a.Name, a.Rating)
	}
}

func (d drafting) causes(l *lines) {
	for _, id := range d.st.Known.Categories {
		for _, t := range d.s.Pack.Categories() {
			if t.ID == id {
				l.say("Reported as: %s.", t.Label)
			}
		}
	}
	d.tasks(l, policy.AimAnalysis)
}

func (d drafting) motives(l *lines) {
	yes := map[bool]string{true: "yes", false: "no"}
	if c := d.st.Known.CrimeSuspected; c != nil {
		l.say("Crime suspected: %s.", yes[*c])
	}
	if c := d.st.Known.TerrorismSuspected; c != nil {
		l.say("Terrorism suspected: %s.", yes[*c])
	}
	for _, t := range d.st.Tracks {
		l.say("- %s: %s.", d.a.AuthorityName(t.Authority, d.s), t.Status)
	}
	for _, q := range d.st.Questions {
		if q.Answered {
			l.say("- %s asked: %s Answer: %s", d.a.AuthorityName(q.Authority, d.s), d.texts[q.Text], d.texts[q.AnswerText])
		}
	}
}

// kept lists the duties that were fulfilled on time, or those that were not, and what was left out.
func (d drafting) kept(l *lines, late bool) {
	for _, duty := range d.st.Duties {
		switch {
		case duty.How == policy.DischargeReplaced:
		case duty.Discharged && duty.LateBy > 0 && late:
			l.say("- %s: %s late", duty.What, roughly(duty.LateBy))
		case duty.Discharged && duty.LateBy == 0 && duty.Due > 0 && !late:
			l.say("- %s: on time", duty.What)
		case duty.Overdue(d.s.Now) && late:
			l.say("- %s: still owed, %s past its time", duty.What, roughly(d.s.Now.Sub(time.UnixMicro(duty.Due))))
		}
	}
	for _, t := range d.st.Response.Tasks {
		if late && t.Status == incident.TaskLeftOut {
			l.say("- %s: left out. %s", d.title(t), d.texts[t.Note])
		}
	}
}

func (d drafting) undelivered(l *lines) {
	n := 0
	for _, m := range d.st.Messages {
		if m.Refused {
			n++
		}
	}
	if n > 0 {
		l.say("- Messages that could not be delivered at first: %d", n)
	}
}

func (d drafting) controls(l *lines) {
	for _, id := range d.st.Response.Playbooks {
		for _, b := range d.s.Pack.Playbooks() {
			if b.ID == id {
				l.say("- Procedure followed: %s", b.Title)
			}
		}
	}
	for _, p := range d.st.Review.Proposals {
		l.say("- %s, %s: %s", p.ID, p.Status, d.texts[p.Text])
	}
}

// roughly shows a time as people say it.
func roughly(t time.Duration) string {
	switch {
	case t >= 48*time.Hour:
		return fmt.Sprintf("%d days", t/(24*time.Hour))
	case t >= 2*time.Hour:
		return fmt.Sprintf("%d hours", t/time.Hour)
	}
	if t < time.Minute {
		return "less than a minute"
	}
	return fmt.Sprintf("%d minutes", t/time.Minute)
}
