package communication

import (
	"context"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// UpdateView is one status update, with what became of it. MA 6.6.1.4
type UpdateView struct {
	ID         string         `json:"id"`
	Audience   string         `json:"audience"`
	Title      string         `json:"audience_title"`
	Text       string         `json:"text"`
	Writer     string         `json:"writer"`
	WrittenAt  time.Time      `json:"written_at"`
	Status     string         `json:"status" enum:"draft,sent,dropped"`
	Approvals  []ApprovalView `json:"approvals"`
	Returned   string         `json:"returned,omitempty"` // why it came back to its writer
	ReturnedBy string         `json:"returned_by,omitempty"`
	EndedAt    *time.Time     `json:"ended_at"` // sent or dropped
	EndedBy    string         `json:"ended_by,omitempty"`
	Via        string         `json:"via,omitempty"`
	Sent       []SentView     `json:"sent"`
	Ready      bool           `json:"ready"`   // everybody who must has approved it
	ByMail     bool           `json:"by_mail"` // this system sends it; else somebody passes it on
	MayApprove bool           `json:"-"`
}

// ApprovalView is one approval that an update needs.
type ApprovalView struct {
	Role string     `json:"role"`
	By   string     `json:"by,omitempty"` // empty while it is open
	At   *time.Time `json:"at"`
}

// AudienceView is who can be kept informed, and what a new update begins with.
type AudienceView struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Clause    string   `json:"clause"`
	Template  string   `json:"template"`
	To        []string `json:"to"`        // roles and authorities; empty where somebody passes it on
	Approvals []string `json:"approvals"` // roles
}

// UpdatesView is the status updates of an incident, newest first.
type UpdatesView struct {
	Incident  string         `json:"incident"`
	Marking   string         `json:"marking" enum:"none,confidential,restricted"`
	Updates   []UpdateView   `json:"updates"`
	Audiences []AudienceView `json:"audiences"`
	PackID    string         `json:"-"`
	MayWork   bool           `json:"-"`
}

// Updates answers the status updates that this reader may see: those who respond see all, other readers inside what was sent, an
// authority what was sent to it. MA 6.5.4
func (a *Room) Updates(ctx context.Context, by access.Actor, number string) (UpdatesView, error) {
	h, err := a.OpenHistory(ctx, by, number, "status updates")
	if err != nil {
		return UpdatesView{}, err
	}
	s, err := a.SettingFor(ctx, h.St.Entity)
	if err != nil {
		return UpdatesView{}, err
	}
	texts, err := a.Record.Texts(ctx, updateTexts(h.St))
	if err != nil {
		return UpdatesView{}, err
	}
	o := act.ObjectOf(h.St)
	v := UpdatesView{Incident: h.St.Number, Marking: h.St.Marking(), Updates: []UpdateView{}, Audiences: []AudienceView{}, PackID: s.Pack.ID, MayWork: access.Allow(by, access.Work, o)}
	audiences := s.Pack.Audiences()
	for _, u := range slices.Backward(h.St.Updates) {
		if v.MayWork || updateFor(h.St, u, by) {
			v.Updates = append(v.Updates, a.updateView(h.St, u, audiences, texts, s, by))
		}
	}
	if v.MayWork {
		v.Audiences = a.audienceViews(h.St, audiences, s)
	}
	return v, nil
}

// updateFor says whether a reader who does not respond may see an update: it was sent, and they read the incident by their place, or
// it was sent to their authority.
func updateFor(st incident.State, u incident.Update, by access.Actor) bool {
	if u.Status != incident.UpdateLeft {
		return false
	}
	for _, m := range st.Messages {
		if m.Kind == incident.KindStatusUpdate && m.Brings == u.ID && slices.Contains(by.Authorities, m.Authority) {
			return true
		}
	}
	by.Authorities = nil
	return access.Allow(by, access.Read, act.ObjectOf(st))
}

func updateTexts(st incident.State) []string {
	out := []string{}
	for _, u := range st.Updates {
		out = append(out, u.Text, u.Returned)
	}
	return slices.DeleteFunc(out, func(d string) bool { return d == "" })
}

func (a *Room) updateView(st incident.State, u incident.Update, audiences []policy.Audience, texts map[string][]byte, s act.Setting, by access.Actor) UpdateView {
	v := UpdateView{ID: u.ID, Audience: u.Audience, Title: u.Audience, Text: string(texts[u.Text]), Writer: act.ActorName(u.Writer, s.Dir), WrittenAt: u.WrittenAt, Status: u.Status,
		Returned: string(texts[u.Returned]), EndedAt: act.TimeOrNil(u.EndedAt), Via: u.Via, Approvals: []ApprovalView{}, Sent: a.sentViews(st, u.ID, s),
		Ready: u.Status == incident.UpdateDraft && u.Returned == "" && len(u.Open()) == 0 && !u.Alone()}
	for _, x := range audiences {
		if x.ID == u.Audience {
			v.Title, v.ByMail = x.Title, slices.ContainsFunc(x.To, func(r policy.Recipient) bool {
				return r.Authority == "" || slices.Contains(st.Authorities(), r.Authority)
			})
		}
	}
	if v.EndedAt != nil {
		v.EndedBy = act.ActorName(u.EndedBy, s.Dir)
	}
	if u.ReturnedBy != "" {
		v.ReturnedBy = act.ActorName(u.ReturnedBy, s.Dir)
	}
	for _, r := range u.Approvals {
		one := ApprovalView{Role: a.RecipientName(r, st.Entity, s)}
		for _, x := range u.Approved {
			if x.For == r {
				one.By, one.At = act.ActorName(x.By, s.Dir), act.TimeOrNil(x.At)
			}
		}
		if u.Status == incident.UpdateDraft && by.Person != "" && slices.Contains(incident.Holders(s.Dir, r, st.Entity), by.Person) {
			v.MayApprove = true
		}
		v.Approvals = append(v.Approvals, one)
	}
	return v
}

func (a *Room) audienceViews(st incident.State, audiences []policy.Audience, s act.Setting) []AudienceView {
	e, _ := s.Dir.Entity(st.Entity)
	phase := st.Lifecycle.Phase
	if phase == "" {
		phase = "not begun"
	}
	fill := strings.NewReplacer("NUMBER", st.Number, "ENTITY", e.Name, "RATING", string(st.Rating.Level), "PHASE", strings.ReplaceAll(phase, "_", " "))
	names := func(list []policy.Recipient) []string {
		out := []string{}
		for _, r := range list {
			out = append(out, a.RecipientName(r, st.Entity, s))
		}
		return out
	}
	out := make([]AudienceView, len(audiences))
	for i, x := range audiences {
		out[i] = AudienceView{ID: x.ID, Title: x.Title, Clause: x.Clause, Template: fill.Replace(x.Template), To: names(x.To), Approvals: names(x.Approvals)}
	}
	return out
}

// DraftUpdate writes a status update for an audience. Those who must approve it are told.
func (a *Room) DraftUpdate(ctx context.Context, by access.Actor, number, audience, text string) error {
	if err := incident.CheckProse("text", text, "an update says something"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), map[string]string{incident.TextUpdate: text}, func(refs map[string]string) incident.Command {
		return incident.DraftUpdate{Audience: audience, Texts: refs}
	})
}

// ReviseUpdate gives a draft another text; approvals of the earlier one hold no more.
func (a *Room) ReviseUpdate(ctx context.Context, by access.Actor, number, update, text string) error {
	if err := incident.CheckProse("text", text, "an update says something"); err != nil {
		return err
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), map[string]string{incident.TextUpdate: text}, func(refs map[string]string) incident.Command {
		return incident.ReviseUpdate{Update: update, Texts: refs}
	})
}

// UpdateAct is what can be done with a drafted update.
type UpdateAct struct {
	Update string
	Act    string // approve, return, send, drop
	Reason string // for return
	Via    string // for send, where nobody of the audience gets mail from here
}

// ActOnUpdate approves, returns, sends or drops a status update. MA 6.3.2.2, MA 6.3.2.4, MA 6.3.1.2.2
func (a *Room) ActOnUpdate(ctx context.Context, by access.Actor, number string, x UpdateAct) error {
	prose := map[string]string{}
	switch x.Act {
	case "approve", "send", "drop":
	case "return":
		if err := incident.CheckProse("reason", x.Reason, "say what must change"); err != nil {
			return err
		}
		prose[incident.TextReason] = x.Reason
	default:
		return fault.Invalid("act", "there is no such act", "approve, return, send or drop it")
	}
	return a.Act(ctx, by, number, act.RequireAction(by, access.Work, act.OnlyTeam), prose, func(refs map[string]string) incident.Command {
		switch x.Act {
		case "approve":
			return incident.ApproveUpdate{Update: x.Update}
		case "return":
			return incident.ReturnUpdate{Update: x.Update, Texts: refs}
		case "send":
			return incident.SendUpdate{Update: x.Update, Via: x.Via}
		}
		return incident.DropUpdate{Update: x.Update}
	})
}
