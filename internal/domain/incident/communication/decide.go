package communication

import (
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
)

// DraftUpdate writes a status update for an audience of the pack.
type DraftUpdate struct {
	Audience string
	Texts    map[string]string
}

// ReviseUpdate gives a draft another text.
type ReviseUpdate struct {
	Update string
	Texts  map[string]string
}

// ApproveUpdate approves a draft under every office that the actor holds of those that must.
type ApproveUpdate struct{ Update string }

// ReturnUpdate sends a draft back to its writer with a reason.
type ReturnUpdate struct {
	Update string
	Texts  map[string]string
}

// SendUpdate sends an update by mail, or says by which other way it was passed on.
type SendUpdate struct{ Update, Via string }

// DropUpdate gives a draft up.
type DropUpdate struct{ Update string }

// LogCommunication keeps that somebody told somebody something.
type LogCommunication struct {
	Channel  string
	Incoming bool
	At       time.Time
	Texts    map[string]string
}

// Kinds of message about status updates.
const (
	KindStatusUpdate   = "status_update"
	KindUpdateApproval = "update_approval" // somebody must approve it
	KindUpdateReturned = "update_returned"
)

// ChannelOfMail is the way of an update that this system sends.
const ChannelOfMail = "mail"

func (c DraftUpdate) decide(s State, at part.Case) ([]part.Outcome, error) {
	a, ok := audience(c.Audience, at)
	if !ok {
		return nil, fault.Invalid("audience", "the policy in force has no such audience", "choose one that the page offers")
	}
	f := UpdateDrafted{Update: part.Ordinal("u", len(s.Updates)+1), Audience: a.ID, Approvals: part.Listed(a.Approvals)}
	o := part.Record(&f, c.Texts)
	o.Tell = askApproval(f.Update, f.Approvals, at)
	return part.One(o)
}

func audience(id string, at part.Case) (policy.Audience, bool) {
	all := at.Pack.Informing().Audiences
	i := slices.IndexFunc(all, func(a policy.Audience) bool { return a.ID == id })
	if i < 0 {
		return policy.Audience{}, false
	}
	return all[i], true
}

// askApproval tells those who must approve an update that it waits for them; its writer knows.
func askApproval(id string, approvals []policy.Recipient, at part.Case) (out []part.Notice) {
	for _, r := range approvals {
		people := slices.DeleteFunc(slices.Clone(at.Holders(r)), func(p string) bool { return p == at.Actor.Person })
		if len(people) > 0 {
			out = append(out, part.Notice{People: people, OwedMessage: part.OwedMessage{Kind: KindUpdateApproval, Lane: part.LaneConfirm, Brings: id,
				Why: "You approve what is told to this audience."}})
		}
	}
	return out
}

// draft returns an update that can still be changed.
func (s State) draft(id string) (Update, error) {
	u, ok := s.Update(id)
	switch {
	case !ok:
		return u, fault.NotFound("no such update")
	case u.Status != UpdateDraft:
		return u, fault.Conflict("this update is %s already; write another", u.Status)
	}
	return u, nil
}

func (c ReviseUpdate) decide(s State, at part.Case) ([]part.Outcome, error) {
	u, err := s.draft(c.Update)
	if err != nil {
		return nil, err
	}
	o := part.Record(&UpdateRevised{Update: c.Update}, c.Texts)
	o.Tell = askApproval(c.Update, u.Approvals, at) // of the new text nobody has approved anything yet
	return part.One(o)
}

// decide records the actor's approval. MA 6.3.2.2, 6.3.2.4
func (c ApproveUpdate) decide(s State, at part.Case) ([]part.Outcome, error) {
	u, err := s.draft(c.Update)
	if err != nil {
		return nil, err
	}
	if !approves(u, at) {
		return nil, fault.Forbidden("this update is approved by others")
	}
	var o part.Outcome
	for _, r := range u.Open() {
		if holds(r, at) {
			o.Facts = append(o.Facts, record.Draft{Fact: &UpdateApproved{Update: c.Update, For: r}})
		}
	}
	return part.One(o)
}

// approves says whether the actor is one of those who approve an update.
func approves(u Update, at part.Case) bool {
	return slices.ContainsFunc(u.Approvals, func(r policy.Recipient) bool { return holds(r, at) })
}

// holds says whether the actor is one of those whom a recipient stands for.
func holds(r policy.Recipient, at part.Case) bool {
	return at.Actor.Person != "" && slices.Contains(at.Holders(r), at.Actor.Person)
}

func (c ReturnUpdate) decide(s State, at part.Case) ([]part.Outcome, error) {
	u, err := s.draft(c.Update)
	switch {
	case err != nil:
		return nil, err
	case !approves(u, at):
		return nil, fault.Forbidden("this update is approved by others")
	case u.Returned != "":
		return nil, nil
	}
	o := part.Record(&UpdateReturned{Update: c.Update}, c.Texts)
	if writer, ok := part.PersonOf(u.Writer); ok && u.Writer != at.Actor.ID {
		o.Tell = []part.Notice{{People: []string{writer}, OwedMessage: part.OwedMessage{Kind: KindUpdateReturned, Lane: part.LaneConfirm,
			Brings: c.Update, Why: "You wrote this update."}}}
	}
	return part.One(o)
}

// decide lets an update leave once everybody who must has approved it. Where nobody of the audience gets mail from here, somebody
// passes it on and says how.
func (c SendUpdate) decide(s State, at part.Case) ([]part.Outcome, error) {
	u, ok := s.Update(c.Update)
	if ok && u.Status == UpdateLeft {
		return nil, nil
	}
	u, err := s.draft(c.Update)
	if err != nil {
		return nil, err
	}
	switch open := u.Open(); {
	case u.Returned != "":
		return nil, fault.Conflict("it was sent back to its writer; revise it first")
	case len(open) > 0:
		return nil, fault.Conflict("it still needs the approval of %s", roles(open))
	case u.Alone():
		return nil, fault.Conflict("nobody but its writer has approved it; somebody else must as well")
	}
	mails, via := toAudience(u, at), c.Via
	switch {
	case len(mails) > 0 && c.Via != "" && c.Via != ChannelOfMail:
		return nil, fault.Invalid("via", "this audience gets mail from here", "leave the way out")
	case len(mails) == 0 && (c.Via == "" || !slices.Contains(Channels, c.Via)):
		return nil, fault.Invalid("via", "nobody of this audience gets mail from here", "pass it on yourself, then say by which way")
	case len(mails) > 0:
		via = ChannelOfMail
	}
	o := part.Record(&UpdateSent{Update: c.Update, Via: via}, nil)
	o.Tell = mails
	return part.One(o)
}

func roles(list []policy.Recipient) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = strings.ReplaceAll(r.Role+r.Authority, "_", " ")
	}
	return strings.Join(words, " and ")
}

// toAudience addresses an update: to the audience's authorities that have the incident, and to the holders of its roles.
func toAudience(u Update, at part.Case) (out []part.Notice) {
	a, _ := audience(u.Audience, at)
	m := part.OwedMessage{Kind: KindStatusUpdate, Lane: part.LaneConfirm, Clause: a.Clause, Why: "You are kept informed of this incident: " +
		a.Title + ".",
		Brings: u.ID}
	var people []string
	for _, r := range a.To {
		if r.Authority == "" {
			people = part.Union(people, at.Holders(r))
		} else if slices.Contains(at.Told, r.Authority) {
			out = append(out, part.Notice{To: policy.Recipient{Authority: r.Authority}, OwedMessage: m})
		}
	}
	if len(people) > 0 {
		out = append(out, part.Notice{People: people, OwedMessage: m})
	}
	return out
}

func (c DropUpdate) decide(s State, _ part.Case) ([]part.Outcome, error) {
	u, ok := s.Update(c.Update)
	if ok && u.Status == UpdateEnded {
		return nil, nil
	}
	if _, err := s.draft(c.Update); err != nil {
		return nil, err
	}
	return part.One(part.Record(&UpdateDropped{Update: c.Update}, nil))
}

func (c LogCommunication) decide(s State, at part.Case) ([]part.Outcome, error) {
	switch {
	case !slices.Contains(Channels, c.Channel):
		return nil, fault.Invalid("channel", "there is no such way", "choose one of the list")
	case c.At.IsZero():
		return nil, fault.Invalid("at", "when it took place is missing", "give a date and a time of day, with the zone")
	case c.At.After(at.Now.Add(part.Skew)):
		return nil, fault.Invalid("at", "it lies in the future", "log it once it has taken place")
	}
	return part.One(part.Record(&CommunicationLogged{Communication: part.Ordinal("k", len(s.Communications)+1), Channel: c.Channel,
		Incoming: c.Incoming, At: c.At.UnixMicro()}, c.Texts))
}
