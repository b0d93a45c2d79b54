package review

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
)

// Reports keeps who gets the statistics by mail.
type Reports interface {
	ReportPlans(ctx context.Context) ([]notify.ReportPlan, error)
	// DueReports lists plans whose turn has come, the longest waiting first.
	DueReports(ctx context.Context, now time.Time, limit int) ([]notify.ReportPlan, error)
	// SaveReportPlan keeps a new plan, unless who makes it has as many as most already.
	SaveReportPlan(ctx context.Context, p notify.ReportPlan, most int64) (saved bool, err error)
	DropReportPlan(ctx context.Context, id string) error
	// SendReports puts the reports of a plan's turn into the queue and moves it on, once.
	SendReports(ctx context.Context, p notify.ReportPlan, next calendar.Turn, now time.Time, probes []notify.Probe) (sent bool, err error)
}

const (
	mostPlans  = 20 // that one person may make
	dueReports = 20 // plans looked at in one round
)

// PlanView is who gets the statistics by mail, and when.
type PlanView struct {
	ID    string     `json:"id"`
	For   string     `json:"for" doc:"The person, or the role with the entity where it is held."`
	Own   bool       `json:"own" doc:"It is the reader's own."`
	Every string     `json:"every" doc:"weekly, monthly, quarterly."`
	Day   int        `json:"day" doc:"Of the week (1 is Monday), of the month, or of the quarter's first month."`
	Hour  int        `json:"hour"`
	Zone  string     `json:"zone"`
	Next  time.Time  `json:"next"`
	From  string     `json:"from" doc:"First day of the period that is reported next."`
	To    string     `json:"to"`
	Last  *time.Time `json:"last" doc:"When it was sent last."`
	By    string     `json:"by" doc:"Who set it up."`
}

// PlansView is the plans that a reader may see, and for whom they may make more.
type PlansView struct {
	Plans []PlanView `json:"plans"`
	// Places are the entities for whose roles the reader may make plans.
	Places []act.EntityView `json:"-"`
}

// PlanRequest is a plan to be made. Without a role it is for who makes it.
type PlanRequest struct {
	Role, Entity string
	Cadence      calendar.Cadence
}

// mayPlan says whether an actor may make and drop a plan: their own, or one for a role at an entity whose ratings they decide, which
// are the coordinator's and the CISO's to have reported.
func mayPlan(by access.Actor, p notify.ReportPlan) bool {
	if p.Person != "" {
		return p.Person == by.Person
	}
	return access.Allow(by, access.Rate, access.Object{Entity: p.Entity})
}

// ReportPlans lists the plans that a reader may make and drop.
func (a *Room) ReportPlans(ctx context.Context, by access.Actor) (PlansView, error) {
	v := PlansView{Plans: []PlanView{}}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil || by.Person == "" {
		return v, err
	}
	plans, err := a.Reports.ReportPlans(ctx)
	if err != nil {
		return v, err
	}
	for _, p := range plans {
		if mayPlan(by, p) {
			v.Plans = append(v.Plans, a.planView(p, by, dir))
		}
	}
	for _, e := range dir.Entities() {
		if access.Allow(by, access.Rate, access.Object{Entity: e.ID}) {
			v.Places = append(v.Places, act.EntityView{ID: e.ID, Name: e.Name, Pack: dir.PackOf(e.ID)})
		}
	}
	return v, nil
}

func (a *Room) planView(p notify.ReportPlan, by access.Actor, dir *directory.Snapshot) PlanView {
	v := PlanView{ID: p.ID, Own: p.Person != "" && p.Person == by.Person, Every: p.Cadence.Every, Day: p.Cadence.Day, Hour: p.Cadence.Hour, Next: p.Next.At,
		From: p.Next.From.String(), To: p.Next.To.String(), Last: act.TimeOrNil(p.Last), By: act.ActorName(p.By, dir), For: act.ActorName("person:"+p.Person, dir)}
	if p.Person == "" {
		v.For = act.RoleName(p.Role) + ", " + act.EntityNamer(dir)(p.Entity)
	}
	if cal, ok := a.calendarOf(p, dir); ok {
		v.Zone = cal.Zone().String()
	}
	return v
}

// calendarOf is whose days and hours a plan goes by: those of the entity of its role, or of where its person has an office.
func (a *Room) calendarOf(p notify.ReportPlan, dir *directory.Snapshot) (*calendar.Calendar, bool) {
	pack := ""
	if p.Entity != "" {
		pack = dir.PackOf(p.Entity)
	} else if who, ok := dir.Person(p.Person); ok {
		for _, r := range who.Roles {
			if r.Entity != "" && pack == "" {
				pack = dir.PackOf(r.Entity)
			}
		}
	}
	if pack == "" && len(a.PackIDs) > 0 {
		pack = a.PackIDs[0] // an authority's officer has no entity
	}
	rules, ok := a.Packs(pack)
	if !ok || rules.Calendar() == nil {
		return nil, false
	}
	return rules.Calendar(), true
}

// AddReportPlan has the statistics sent to the actor, or to whoever holds a role, at intervals. MA 6.5.2.1
func (a *Room) AddReportPlan(ctx context.Context, by access.Actor, r PlanRequest) error {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return err
	}
	p := notify.ReportPlan{ID: a.NewID(), Person: by.Person, Cadence: r.Cadence, By: by.ID}
	if r.Role != "" {
		p.Person, p.Role, p.Entity = "", r.Role, r.Entity
		if !slices.Contains(directory.Roles, directory.Role(r.Role)) {
			return fault.Invalid("role", "there is no such role", "choose one of the list")
		}
	}
	if by.Person == "" || !mayPlan(by, p) {
		return fault.Forbidden("you may have the statistics sent to yourself; for a role, only its coordinator or CISO may")
	}
	if err := r.Cadence.Check(); err != nil {
		return fault.Invalid("day", err.Error(), "choose another")
	}
	cal, ok := a.calendarOf(p, dir)
	if !ok {
		return fault.Conflict("no policy with a calendar is in force")
	}
	p.Next = p.Cadence.Next(a.Now(), cal)
	saved, err := a.Reports.SaveReportPlan(ctx, p, mostPlans)
	if err == nil && !saved {
		return fault.Conflict("you have made %d of these; drop one first", mostPlans)
	}
	return err
}

// DropReportPlan ends a plan. One that is not there, or not this actor's to drop, looks the same.
func (a *Room) DropReportPlan(ctx context.Context, by access.Actor, id string) error {
	plans, err := a.Reports.ReportPlans(ctx)
	if err != nil {
		return err
	}
	for _, p := range plans {
		if p.ID == id && by.Person != "" && mayPlan(by, p) {
			return a.Reports.DropReportPlan(ctx, id)
		}
	}
	return act.ErrNotThere
}

// SendReports puts the reports whose turn has come into the queue, each once. It may be called at any rate, by several at a time.
func (a *Room) SendReports(ctx context.Context) error {
	plans, err := a.Reports.DueReports(ctx, a.Now(), dueReports)
	if err != nil || len(plans) == 0 {
		return err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return err
	}
	for _, p := range plans {
		cal, ok := a.calendarOf(p, dir)
		if !ok {
			continue
		}
		turn, next, due := p.Due(a.Now(), cal)
		if !due {
			continue
		}
		sent, err := a.Reports.SendReports(ctx, p, next, a.Now(), a.reportsOf(p, turn, dir))
		if err != nil {
			return err
		}
		if sent {
			a.Committed()
		}
	}
	return nil
}

// reportsOf is one message to each person whom a plan is for, who may see anything at all.
func (a *Room) reportsOf(p notify.ReportPlan, turn calendar.Turn, dir *directory.Snapshot) (out []notify.Probe) {
	people := []string{p.Person}
	if p.Person == "" {
		people = dir.HoldersAt(directory.Role(p.Role), p.Entity)
	}
	for _, id := range people {
		who, ok := dir.Person(id)
		actor, there := access.NewActor(dir, id)
		if !ok || !there || who.Email == "" || access.ScopeOf(actor).Empty() {
			continue
		}
		out = append(out, notify.Probe{ID: "probe-" + a.NewID(), Kind: notify.StatisticsReport, Authority: "report:" + p.ID, Channel: act.ChannelMail, To: who.Email, By: "person:" + id,
			Words: turn.From.String() + " " + turn.To.String(), Created: a.Now()})
	}
	return out
}

// ComposeReport writes a report for its recipient as of now: who has lost an office since it was owed gets the numbers of what is left
// to them, and who has left gets none.
func (a *Room) ComposeReport(ctx context.Context, p notify.Probe, dir *directory.Snapshot) ([]act.Outgoing, error) {
	id := strings.TrimPrefix(p.By, "person:")
	who, _ := dir.Person(id)
	actor, ok := access.NewActor(dir, id)
	from, to, _ := strings.Cut(p.Words, " ")
	cal, found := a.calendarOf(notify.ReportPlan{Person: id}, dir)
	if !ok || !found || access.ScopeOf(actor).Empty() {
		return []act.Outgoing{{Err: fault.Gone("this person sees nothing any more")}}, nil
	}
	cut, err := cutFor(StatisticsQuery{From: from, To: to}, dir, cal.Zone())
	if err != nil {
		return nil, err
	}
	counts, err := a.Desk.Statistics(ctx, access.ScopeOf(actor), cut, a.Now(), cal.Zone())
	if err != nil {
		return nil, err
	}
	terms, err := a.Categories(ctx, actor)
	if err != nil {
		return nil, err
	}
	n := notify.Notice{Kind: p.Kind, Demonstration: a.Demo, Zone: cal.Zone(), To: who.Name, Why: "the statistics are sent to you at intervals, as the page of the statistics says",
		Period: "from " + from + " to " + to, Figures: figuresOf(a.statisticsView(counts, dir, terms)), Confidential: a.confidentialTo(actor, dir),
		Links: notify.Links{Incident: a.BaseURL + "/statistics?from=" + from + "&to=" + to}}
	subject, text, html := notify.Render(n)
	_, host, _ := strings.Cut(a.From, "@")
	return []act.Outgoing{{Mail: &notify.Mail{MessageID: notify.MessageID(p.ID, who.Email, host), From: notify.NewAddress("Tocsin", a.From),
		To: notify.NewAddress(who.Name, who.Email), Subject: subject, Text: text, HTML: html, Headers: n.Headers(host), Date: p.Created}}}, nil
}

// confidentialTo says whether a policy that somebody works under keeps content out of mailboxes.
func (a *Room) confidentialTo(by access.Actor, dir *directory.Snapshot) bool {
	return slices.ContainsFunc(by.Roles, func(r directory.Assignment) bool {
		pack, ok := a.Packs(dir.PackOf(r.Entity))
		return r.Entity != "" && ok && pack.ConfidentialMail()
	})
}

func figuresOf(v StatisticsView) []notify.Figures {
	number := func(n int64) string { return fmt.Sprint(n) }
	out := []notify.Figures{{Title: "Incidents", Lines: []notify.Figure{{Label: "Received", Value: number(v.Total)}, {Label: "Of these open", Value: number(v.Open)},
		{Label: "Corrective actions open", Value: number(v.ActionsOpen)}, {Label: "Corrective actions overdue", Value: number(v.ActionsOverdue)}}}}
	times := notify.Figures{Title: "How long it took"}
	for _, m := range v.Measures {
		if m.Count > 0 {
			times.Lines = append(times.Lines, notify.Figure{Label: m.Title, Value: fmt.Sprintf("median %s, nine of ten within %s, over %d", roughly(m.Median), roughly(m.P90), m.Count)})
		}
	}
	duties := notify.Figures{Title: "Duties on time"}
	for _, d := range v.Duties {
		duties.Lines = append(duties.Lines, notify.Figure{Label: d.What, Value: fmt.Sprintf("%.1f %%, %d of %d", d.Percent, d.OnTime, d.OnTime+d.Late)})
	}
	out = append(out, times, duties)
	for _, g := range v.Groups {
		if g.ID == incident.ByQuarter {
			continue // the period is the report's
		}
		f := notify.Figures{Title: g.Title}
		for _, row := range g.Rows {
			f.Lines = append(f.Lines, notify.Figure{Label: row.Name, Value: number(row.Count)})
		}
		out = append(out, f)
	}
	return out
}
