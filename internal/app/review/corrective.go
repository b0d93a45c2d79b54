package review

import (
	"context"
	"net/url"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// LessonsView is what follows from an incident: corrective actions, and proposals to change what was worked by. MA 6.6.2.5, MA 6.8.4
type LessonsView struct {
	Incident   string           `json:"incident"`
	EntityName string           `json:"entity_name"`
	Status     string           `json:"status"`
	Actions    []ActionView     `json:"actions"`
	Proposals  []ProposalView   `json:"proposals"`
	People     []act.PersonView `json:"-"` // who can own an action
	Targets    []TargetView     `json:"targets" doc:"What a proposal can be about."`
	MayWork    bool             `json:"-"`
	MayAssign  bool             `json:"-"`
	MayVerify  bool             `json:"-"`
}

// ActionView is one corrective action.
type ActionView struct {
	ID        string     `json:"id"`
	What      string     `json:"what"`
	Lesson    string     `json:"lesson,omitempty"`
	Owner     string     `json:"owner"`
	OwnerName string     `json:"owner_name"`
	Due       time.Time  `json:"due"`
	Status    string     `json:"status" doc:"open, completed, verified, dropped."`
	Overdue   bool       `json:"overdue"`
	AddedAt   time.Time  `json:"added_at"`
	AddedBy   string     `json:"added_by"`
	Evidence  string     `json:"evidence,omitempty"`
	Link      string     `json:"link,omitempty"`
	DoneAt    *time.Time `json:"done_at"`
	DoneBy    string     `json:"done_by,omitempty"`
	EndedAt   *time.Time `json:"ended_at" doc:"When it was verified or dropped."`
	EndedBy   string     `json:"ended_by,omitempty"`
	Note      string     `json:"note,omitempty"`
	Moves     []MoveView `json:"moves" doc:"Who had it until when before."`
	Mine      bool       `json:"-"`
	MayEnd    bool       `json:"-"` // this reader may say that it was carried out
}

// MoveView is one change of an action's owner or time.
type MoveView struct {
	Owner  string    `json:"owner"`
	Due    time.Time `json:"due"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}

// ProposalView is one proposal.
type ProposalView struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind" doc:"playbook, plan, policy, control."`
	Target    string     `json:"target,omitempty"`
	Title     string     `json:"title,omitempty"`
	What      string     `json:"what"`
	Status    string     `json:"status" doc:"proposed, accepted, rejected, done."`
	By        string     `json:"by"`
	At        time.Time  `json:"at"`
	DecidedBy string     `json:"decided_by,omitempty"`
	DecidedAt *time.Time `json:"decided_at"`
	Reason    string     `json:"reason,omitempty"`
	Version   string     `json:"version,omitempty" doc:"Version of the pack that has the change."`
	Link      string     `json:"link,omitempty"`
	DoneBy    string     `json:"done_by,omitempty"`
	DoneAt    *time.Time `json:"done_at"`
}

// TargetView is something of the pack that a proposal can be about.
type TargetView struct {
	Kind  string `json:"kind"`
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Lessons answers what follows from an incident.
func (a *Room) Lessons(ctx context.Context, by access.Actor, number string) (LessonsView, error) {
	h, err := a.OpenHistory(ctx, by, number, "lessons")
	if err != nil {
		return LessonsView{}, err
	}
	s, err := a.SettingFor(ctx, h.St.Entity)
	if err != nil {
		return LessonsView{}, err
	}
	texts, err := a.Record.Texts(ctx, act.TextDigests(h.Facts))
	if err != nil {
		return LessonsView{}, err
	}
	st, o := h.St, act.ObjectOf(h.St)
	v := LessonsView{Incident: st.Number, EntityName: act.EntityNamer(s.Dir)(st.Entity), Status: st.Status, Actions: []ActionView{}, Proposals: []ProposalView{}, Targets: targets(s.Pack),
		MayWork: access.Allow(by, access.Work, o), MayAssign: access.Allow(by, access.Discharge, o), MayVerify: access.Allow(by, access.Rate, o)}
	for _, x := range st.Review.Actions {
		v.Actions = append(v.Actions, actionView(x, s, texts, by, v.MayAssign))
	}
	for _, p := range st.Review.Proposals {
		v.Proposals = append(v.Proposals, proposalView(p, s, texts, v.Targets))
	}
	if v.MayAssign {
		v.People = owners(o, s.Dir)
	}
	return v, nil
}

// owners are the people who can own an action: those with an office at the entity or above who may see the incident.
func owners(o access.Object, dir *directory.Snapshot) (out []act.PersonView) {
	for _, p := range dir.People() {
		actor, ok := access.NewActor(dir, p.ID)
		if ok && len(actor.Reach[o.Entity]) > 0 && access.Allow(actor, access.Read, o) {
			out = append(out, act.PersonView{ID: p.ID, Name: p.Name, Title: p.Title})
		}
	}
	return out
}

func targets(p *policy.Pack) []TargetView {
	out := []TargetView{}
	for _, b := range p.Playbooks() {
		out = append(out, TargetView{incident.ProposePlaybook, b.ID, b.Title})
	}
	for _, r := range p.Rules() {
		if _, ok := p.RuleByID(r.ID); ok {
			out = append(out, TargetView{incident.ProposePolicy, r.ID, r.Title})
		}
	}
	for _, c := range p.ControlSections() {
		out = append(out, TargetView{incident.ProposeControl, c.Title, c.Title})
	}
	return out
}

func actionView(x incident.Action, s act.Setting, texts map[string][]byte, by access.Actor, assigns bool) ActionView {
	v := ActionView{ID: x.ID, What: string(texts[x.Text]), Lesson: string(texts[x.Lesson]), Owner: x.Owner, OwnerName: act.ActorName("person:"+x.Owner, s.Dir), Due: x.Due, Status: x.Status,
		Overdue: x.Overdue(s.Now), AddedAt: x.AddedAt, AddedBy: act.ActorName(x.AddedBy, s.Dir), Evidence: string(texts[x.Evidence]), Link: string(texts[x.Link]), DoneAt: act.TimeOrNil(x.DoneAt),
		EndedAt: act.TimeOrNil(x.EndedAt), Note: string(texts[x.Note]), Moves: []MoveView{}, Mine: by.Person != "" && x.Owner == by.Person}
	v.MayEnd = v.Mine || assigns
	if v.DoneAt != nil {
		v.DoneBy = act.ActorName(x.DoneBy, s.Dir)
	}
	if v.EndedAt != nil {
		v.EndedBy = act.ActorName(x.EndedBy, s.Dir)
	}
	for _, m := range x.Moves {
		v.Moves = append(v.Moves, MoveView{Owner: act.ActorName("person:"+m.Owner, s.Dir), Due: m.Due, By: act.ActorName(m.By, s.Dir), At: m.At, Reason: string(texts[m.Why])})
	}
	return v
}

func proposalView(p incident.Proposal, s act.Setting, texts map[string][]byte, all []TargetView) ProposalView {
	v := ProposalView{ID: p.ID, Kind: p.Kind, Target: p.Target, Title: p.Target, What: string(texts[p.Text]), Status: p.Status, By: act.ActorName(p.By, s.Dir), At: p.At,
		DecidedAt: act.TimeOrNil(p.DecidedAt), Reason: string(texts[p.Why]), Version: p.Version, Link: string(texts[p.Link]), DoneAt: act.TimeOrNil(p.DoneAt)}
	for _, t := range all {
		if t.Kind == p.Kind && t.ID == p.Target {
			v.Title = t.Title
		}
	}
	if v.DecidedAt != nil {
		v.DecidedBy = act.ActorName(p.DecidedBy, s.Dir)
	}
	if v.DoneAt != nil {
		v.DoneBy = act.ActorName(p.DoneBy, s.Dir)
	}
	return v
}

// proses are texts of an act, those that are empty left out.
func proses(pairs ...string) map[string]string {
	out := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = pairs[i+1]
		}
	}
	return out
}

// AssignAction gives a corrective action to a person, by a day. MA 6.6.1.2
func (a *Room) AssignAction(ctx context.Context, by access.Actor, number, what, lesson, owner string, due time.Time) error {
	if err := incident.CheckProse("what", what, "say what is to be done"); err != nil {
		return err
	}
	if err := act.CheckOptionalText("lesson", lesson); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Discharge, act.OnlyLeads), proses(incident.TextAction, what, incident.TextLesson, lesson), func(refs map[string]string) incident.Command {
		return incident.AssignAction{Owner: owner, Due: due, Texts: refs}
	})
}

// ChangeAction gives an action to somebody else or another time, with the reason.
func (a *Room) ChangeAction(ctx context.Context, by access.Actor, number, action, owner string, due time.Time, reason string) error {
	if err := incident.CheckProse("reason", reason, "say why it is put off or given to another"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Discharge, act.OnlyLeads), proses(incident.TextReason, reason), func(refs map[string]string) incident.Command {
		return incident.ChangeAction{Action: action, Owner: owner, Due: due, Texts: refs}
	})
}

// CompleteAction says that an action was carried out, with the evidence; its owner may, and whoever assigns actions.
func (a *Room) CompleteAction(ctx context.Context, by access.Actor, number, action, evidence, link string) error {
	if err := incident.CheckProse("evidence", evidence, "say how one sees that it was done"); err != nil {
		return err
	}
	if err := checkLink(link); err != nil {
		return err
	}
	allowed := func(st incident.State, _ act.Setting) error {
		o := act.ObjectOf(st)
		x, ok := st.Action(action)
		if !ok {
			return fault.NotFound("there is no corrective action %s", action)
		}
		o.Owner = []string{x.Owner}
		if !access.Allow(by, access.Discharge, o) {
			return fault.Forbidden("only who owns the action, or the response team's leads, may do this")
		}
		return nil
	}
	return a.Act(ctx, by, number, allowed, proses(incident.TextEvidence, evidence, incident.TextLink, link), func(refs map[string]string) incident.Command {
		return incident.CompleteAction{Action: action, Texts: refs}
	})
}

// checkLink holds a link that may be left out to an address that a reader can follow.
func checkLink(link string) error {
	if link == "" {
		return nil
	}
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(link) > 2000 {
		return fault.Invalid("link", "this is no address of a page", "begin it with https://")
	}
	return nil
}

// VerifyAction says that the evidence of an action holds. MA 6.3.1.1.3
func (a *Room) VerifyAction(ctx context.Context, by access.Actor, number, action, note string) error {
	if err := act.CheckOptionalText("note", note); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Rate, onlySigns), proses(incident.TextNote, note), func(refs map[string]string) incident.Command {
		return incident.VerifyAction{Action: action, Texts: refs}
	})
}

// ReturnAction says that the evidence does not hold, and until when the action is to be done.
func (a *Room) ReturnAction(ctx context.Context, by access.Actor, number, action, reason string, due time.Time) error {
	if err := incident.CheckProse("reason", reason, "say what is missing"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Rate, onlySigns), proses(incident.TextReason, reason), func(refs map[string]string) incident.Command {
		return incident.ReturnAction{Action: action, Due: due, Texts: refs}
	})
}

// DropAction says that an action will not be carried out, and why.
func (a *Room) DropAction(ctx context.Context, by access.Actor, number, action, reason string) error {
	if err := incident.CheckProse("reason", reason, "say why it will not be done"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Rate, onlySigns), proses(incident.TextReason, reason), func(refs map[string]string) incident.Command {
		return incident.DropAction{Action: action, Texts: refs}
	})
}

// ProposeChange proposes to change a playbook, the plan, a policy or a control. MA 6.8.4
func (a *Room) ProposeChange(ctx context.Context, by access.Actor, number, kind, target, what string) error {
	if err := incident.CheckProse("what", what, "say what would change, and why"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), proses(incident.TextProposal, what), func(refs map[string]string) incident.Command {
		return incident.ProposeChange{Kind: kind, Target: target, Texts: refs}
	})
}

// DecideProposal accepts or rejects a proposal, with the reason.
func (a *Room) DecideProposal(ctx context.Context, by access.Actor, number, proposal string, accepted bool, reason string) error {
	if err := incident.CheckProse("reason", reason, "a decision needs a reason"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Rate, onlySigns), proses(incident.TextReason, reason), func(refs map[string]string) incident.Command {
		return incident.DecideProposal{Proposal: proposal, Accepted: accepted, Texts: refs}
	})
}

// FinishProposal says that the change is made: in which version of the pack, or where.
func (a *Room) FinishProposal(ctx context.Context, by access.Actor, number, proposal, version, link string) error {
	if err := checkLink(link); err != nil {
		return err
	}
	if len(version) > 64 {
		return fault.Invalid("version", "a version is a short text", "give it as the pack has it")
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Rate, onlySigns), proses(incident.TextLink, link), func(refs map[string]string) incident.Command {
		return incident.FinishProposal{Proposal: proposal, Version: version, Texts: refs}
	})
}
