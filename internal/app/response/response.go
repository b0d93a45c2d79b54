package response

import (
	"context"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/app/incidents"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// ResponseView is how an incident is responded to, and what this reader can do about it. MA 6.1.1.4, MA 6.6
type ResponseView struct {
	Incident   string              `json:"incident"`
	StartedAt  *time.Time          `json:"started_at"`
	StartedBy  string              `json:"started_by,omitempty"`
	Begun      string              `json:"begun,omitempty"` // what was begun, as the starter wrote it
	Lead       string              `json:"lead,omitempty"`
	LeadName   string              `json:"lead_name,omitempty"`
	LeadSince  *time.Time          `json:"lead_since"`
	Play       string              `json:"state_of_play,omitempty"` // what the lead was given at the last handover
	Tasks      []TaskView          `json:"tasks"`
	Playbooks  []PlaybookView      `json:"playbooks"` // those for what was reported first; Following says which are in use
	Imports    []ImportView        `json:"imports" doc:"Procedures from outside the policy that are followed."`
	Start      incidents.StartView `json:"start"`
	LeadGone   bool                `json:"lead_gone" doc:"Who leads has left: the coordinator takes it over."`
	LeadFrom   string              `json:"lead_came_from,omitempty" doc:"Who led before and is away or has left, where the lead came back by itself."`
	Offer      *OfferView          `json:"handover,omitempty" doc:"A handover that awaits its receiver's answer."`
	Engaged    []EngagedView       `json:"engaged" doc:"Members of the extended team who were called in."`
	CallOut    []CallOutView       `json:"call_out" doc:"Who of the extended team can still be called in, in the order of calls; for those who may call them."`
	Continuity []policy.Criterion  `json:"continuity" doc:"The policy's criteria to activate business continuity. MA 6.6.2.6"`
	Decisions  []ContinuityView    `json:"continuity_decisions"`
	MayDecide  bool                `json:"-"`
	Closed     bool                `json:"-"`
	People     []act.PersonView    `json:"-"` // who can lead or take a task
	MayWork    bool                `json:"-"`
	MayLead    bool                `json:"-"` // start the response, hand it over
}

// PlaybookView is a response procedure, and whether its steps are on the list. MA 6.3.1.3.1
type PlaybookView struct {
	policy.Playbook
	Suits     bool `json:"suits"` // it is for what was reported, or for every incident
	Following bool `json:"following"`
}

// TaskView is one piece of work.
type TaskView struct {
	ID        string     `json:"id"`
	Playbook  string     `json:"playbook,omitempty"`
	Title     string     `json:"title"`
	Guide     string     `json:"guide,omitempty"`
	Aim       string     `json:"aim"`
	Role      string     `json:"role"`
	RoleName  string     `json:"role_name"`
	Within    string     `json:"within,omitempty"`
	After     []string   `json:"after"`
	Waits     []string   `json:"waits"` // open tasks that come before
	Optional  bool       `json:"optional"`
	Clause    string     `json:"clause,omitempty"`
	Status    string     `json:"status"` // open, done, skipped
	Person    string     `json:"person,omitempty"`
	PersonNow string     `json:"person_name,omitempty"`
	EndedAt   *time.Time `json:"ended_at"`
	EndedBy   string     `json:"ended_by,omitempty"`
	Note      string     `json:"note,omitempty"`
	Mine      bool       `json:"-"`
}

// Response answers how an incident is responded to.
func (a *Room) Response(ctx context.Context, by access.Actor, number string) (ResponseView, error) {
	_, st, err := a.Open(ctx, by, number)
	if err != nil {
		return ResponseView{}, err
	}
	s, err := a.SettingFor(ctx, st.Entity)
	if err != nil {
		return ResponseView{}, err
	}
	texts, err := a.Record.Texts(ctx, responseTexts(st.Response))
	if err != nil {
		return ResponseView{}, err
	}
	x, o := st.Response, act.ObjectOf(st)
	v := ResponseView{Incident: st.Number, StartedAt: act.TimeOrNil(x.StartedAt), LeadSince: act.TimeOrNil(x.LeadSince), Lead: x.Lead,
		Begun: string(texts[x.Begun]), Play: string(texts[x.Play]), Tasks: []TaskView{}, Playbooks: []PlaybookView{},
		MayWork: access.Allow(by, access.Work, o), MayLead: access.Allow(by, access.Discharge, o)}
	if v.StartedAt != nil {
		v.StartedBy = act.ActorName(x.StartedBy, s.Dir)
	}
	if p, ok := s.Dir.Person(x.Lead); ok {
		v.LeadName = p.Name
	}
	for _, t := range x.Tasks {
		v.Tasks = append(v.Tasks, taskView(t, st, s, texts, by))
	}
	v.importViews(x, texts, s)
	v.Playbooks = playbookViews(st, s)
	v.People = act.Responders(o, s.Dir)
	v.Start, v.Closed = incidents.StartViewOf(st, s.Now), st.Status == incident.StatusClosed
	teamViews(&v, by, st, s, texts)
	v.MayDecide = access.Allow(by, access.Rate, o) && !v.Closed
	v.Continuity, v.Decisions = s.Pack.Continuity(incident.InputsOf(st, a.Env(s, by), st.Rating.Level)), continuityViews(st, s, texts)
	v.MayWork, v.MayLead = v.MayWork && !v.Closed, v.MayLead && !v.Closed
	return v, a.callOut(ctx, &v, st, s)
}

func responseTexts(x incident.Response) []string {
	out := []string{}
	add := func(digest string) {
		if digest != "" {
			out = append(out, digest)
		}
	}
	add(x.Begun)
	add(x.Play)
	if x.Offer != nil {
		add(x.Offer.Play)
	}
	for _, e := range x.Engaged {
		add(e.Why)
	}
	for _, c := range x.Continuity {
		add(c.Why)
	}
	for _, i := range x.Imports {
		add(i.Text)
	}
	for _, t := range x.Tasks {
		add(t.Text)
		add(t.Note)
	}
	return out
}

func taskView(t incident.Task, st incident.State, s act.Setting, texts map[string][]byte, by access.Actor) TaskView {
	v := TaskView{ID: t.ID, Playbook: t.Playbook, Title: t.Title, Guide: t.Guide, Aim: t.Aim, Role: t.Role, RoleName: act.RoleName(t.Role), Within: t.Within,
		After: act.NonNil(t.After), Waits: act.NonNil(st.Waits(t)), Optional: t.Optional || t.Playbook == "", Clause: t.Clause, Status: t.Status, Person: t.Person,
		EndedAt: act.TimeOrNil(t.EndedAt), Note: string(texts[t.Note]), Mine: t.Person != "" && t.Person == by.Person}
	if t.Text != "" {
		v.Title = string(texts[t.Text])
	}
	if v.EndedAt != nil {
		v.EndedBy = act.ActorName(t.EndedBy, s.Dir)
	}
	if p, ok := s.Dir.Person(t.Person); ok {
		v.PersonNow = p.Name
	}
	return v
}

// playbookViews lists the pack's procedures: those that suit first.
func playbookViews(st incident.State, s act.Setting) []PlaybookView {
	out := []PlaybookView{}
	following := map[string]bool{}
	for _, id := range st.Response.Playbooks {
		following[id] = true
	}
	suits := map[string]bool{}
	for _, b := range s.Pack.PlaybooksFor(st.Known.Categories) {
		suits[b.ID] = true
		out = append(out, PlaybookView{Playbook: b, Suits: true, Following: following[b.ID]})
	}
	for _, b := range s.Pack.Playbooks() {
		if !suits[b.ID] {
			out = append(out, PlaybookView{Playbook: b, Following: following[b.ID]})
		}
	}
	return out
}

// StartResponse begins the response: names who leads it and what was begun, and follows playbooks. It discharges what is
// owed from the rating on. MA 6.5.1, MA 6.3.1.2
func (a *Room) StartResponse(ctx context.Context, by access.Actor, number, lead, begun string, playbooks []string) error {
	if err := incident.CheckProse("begun", begun, "say what was begun"); err != nil {
		return err
	}
	if lead == "" {
		lead = by.Person
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Discharge, act.OnlyLeads), map[string]string{incident.TextBegun: begun}, func(refs map[string]string) incident.Command {
		return incident.StartResponse{Lead: lead, Playbooks: playbooks, Texts: refs}
	})
}

// HandOver offers the lead to somebody else with a written state of play; they accept or decline. Whoever takes it over themself has it at
// once. MA 6.3.1.2.1
func (a *Room) HandOver(ctx context.Context, by access.Actor, number, lead, play string) error {
	if err := incident.CheckProse("state_of_play", play, "whoever takes over needs the state of play: what is known, what runs, what is next"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Discharge, act.OnlyLeads), map[string]string{incident.TextPlay: play}, func(refs map[string]string) incident.Command {
		return incident.HandOver{Lead: lead, Texts: refs}
	})
}

// FollowPlaybook puts the steps of a procedure on the list.
func (a *Room) FollowPlaybook(ctx context.Context, by access.Actor, number, playbook string) error {
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), nil, func(map[string]string) incident.Command {
		return incident.FollowPlaybook{Playbook: playbook}
	})
}

// AddTask puts work on the list that no procedure has.
func (a *Room) AddTask(ctx context.Context, by access.Actor, number, what, aim, role string) error {
	if err := incident.CheckProse("what", what, "say what is to be done"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), map[string]string{incident.TextTask: what}, func(refs map[string]string) incident.Command {
		return incident.NoteTask{Aim: aim, Role: role, Texts: refs}
	})
}

// TakeTask says who does a task; an empty person puts it back.
func (a *Room) TakeTask(ctx context.Context, by access.Actor, number, task, person string) error {
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), nil, func(map[string]string) incident.Command {
		return incident.TakeTask{Task: task, Person: person}
	})
}

// FinishTask says that a task was done, with a note where there is something to say.
func (a *Room) FinishTask(ctx context.Context, by access.Actor, number, task, note string) error {
	if err := act.CheckOptionalText("note", note); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), act.OptionalText(incident.TextNote, note), func(refs map[string]string) incident.Command {
		return incident.EndTask{Task: task, Texts: refs}
	})
}

// SkipTask leaves a task out; one that is required needs the reason.
func (a *Room) SkipTask(ctx context.Context, by access.Actor, number, task, reason string) error {
	if err := act.CheckOptionalText("reason", reason); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), act.OptionalText(incident.TextReason, reason), func(refs map[string]string) incident.Command {
		return incident.EndTask{Task: task, Skip: true, Texts: refs}
	})
}

// ReopenTask puts a task that was done or left out back on the list.
func (a *Room) ReopenTask(ctx context.Context, by access.Actor, number, task, reason string) error {
	if err := incident.CheckProse("reason", reason, "say why it is open again"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), map[string]string{incident.TextReason: reason}, func(refs map[string]string) incident.Command {
		return incident.ReopenTask{Task: task, Texts: refs}
	})
}
