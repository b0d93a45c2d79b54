package incident

import (
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
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

func (c DraftUpdate) decide(d *decision) error {
	a, ok := d.audience(c.Audience)
	if !ok {
		return fault.Invalid("audience", "the policy in force has no such audience", "choose one that the page offers")
	}
	u := UpdateDrafted{Update: part.Ordinal("u", len(d.s.Updates)+1), Audience: a.ID, Approvals: part.Listed(a.Approvals)}
	d.emit(&u, c.Texts)
	d.askApproval(u.Update)
	return nil
}

func (d *decision) audience(id string) (policy.Audience, bool) {
	all := d.env.Pack.Informing().Audiences
	i := slices.IndexFunc(all, func(a policy.Audience) bool { return a.ID == id })
	if i < 0 {
		return policy.Audience{}, false
	}
	return all[i], true
}

// askApproval tells those who must approve an update that it waits for them; its writer knows.
func (d *decision) askApproval(id string) {
	u, _ := d.s.Update(id)
	var messages []OwedMessage
	for _, r := range u.Open() {
		people := slices.DeleteFunc(slices.Clone(Holders(d.env.Dir, r, d.s.Entity)), func(p string) bool { return p == d.env.Actor.Person })
		if len(people) > 0 {
			messages = append(messages, d.toPeople(people, OwedMessage{Kind: KindUpdateApproval, Lane: LaneConfirm, Brings: id, Why: "You approve what is told to this audience."})...)
		}
	}
	d.send(once(messages))
}

// draftOf answers an update that can still be changed.
func (d *decision) draftOf(id string) (Update, error) {
	u, ok := d.s.Update(id)
	switch {
	case !ok:
		return u, fault.NotFound("no such update")
	case u.Status != UpdateDraft:
		return u, fault.Conflict("this update is %s already; write another", u.Status)
	}
	return u, nil
}

func (c ReviseUpdate) decide(d *decision) error {
	if _, err := d.draftOf(c.Update); err != nil {
		return err
	}
	d.emit(&UpdateRevised{Update: c.Update}, c.Texts)
	d.askApproval(c.Update)
	return nil
}

// decide records the actor's approval. MA 6.3.2.2, 6.3.2.4
func (c ApproveUpdate) decide(d *decision) error {
	u, err := d.draftOf(c.Update)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(u.Approvals, d.holds) {
		return fault.Forbidden("this update is approved by others")
	}
	for _, r := range u.Open() {
		if d.holds(r) {
			d.emit(&UpdateApproved{Update: c.Update, For: r}, nil)
		}
	}
	return nil
}

// holds says whether the actor is one of those whom a recipient stands for.
func (d *decision) holds(r policy.Recipient) bool {
	return d.env.Actor.Person != "" && slices.Contains(Holders(d.env.Dir, r, d.s.Entity), d.env.Actor.Person)
}

func (c ReturnUpdate) decide(d *decision) error {
	u, err := d.draftOf(c.Update)
	switch {
	case err != nil:
		return err
	case !slices.ContainsFunc(u.Approvals, d.holds):
		return fault.Forbidden("this update is approved by others")
	case u.Returned != "":
		return nil
	}
	d.emit(&UpdateReturned{Update: c.Update}, c.Texts)
	if writer, ok := strings.CutPrefix(u.Writer, "person:"); ok && u.Writer != d.env.Actor.ID {
		d.send(d.toPeople([]string{writer}, OwedMessage{Kind: KindUpdateReturned, Lane: LaneConfirm, Brings: c.Update, Why: "You wrote this update."}))
	}
	return nil
}

// decide lets an update leave once everybody who must has approved it. Where nobody of the audience gets mail from here, somebody
// passes it on and says how.
func (c SendUpdate) decide(d *decision) error {
	u, ok := d.s.Update(c.Update)
	if ok && u.Status == UpdateLeft {
		return nil
	}
	u, err := d.draftOf(c.Update)
	if err != nil {
		return err
	}
	switch open := u.Open(); {
	case u.Returned != "":
		return fault.Conflict("it was sent back to its writer; revise it first")
	case len(open) > 0:
		return fault.Conflict("it still needs the approval of %s", roles(open))
	case u.Alone():
		return fault.Conflict("nobody but its writer has approved it; somebody else must as well")
	}
	messages := d.toAudience(u)
	switch {
	case len(messages) > 0 && c.Via != "" && c.Via != ChannelOfMail:
		return fault.Invalid("via", "this audience gets mail from here", "leave the way out")
	case len(messages) == 0 && (c.Via == "" || !slices.Contains(Channels, c.Via)):
		return fault.Invalid("via", "nobody of this audience gets mail from here", "pass it on yourself, then say by which way")
	}
	via := c.Via
	if len(messages) > 0 {
		via = ChannelOfMail
	}
	d.emit(&UpdateSent{Update: c.Update, Via: via}, nil)
	d.send(messages)
	return nil
}

func roles(list []policy.Recipient) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = strings.ReplaceAll(r.Role+r.Authority, "_", " ")
	}
	return strings.Join(words, " and ")
}

// toAudience addresses an update: to the holders of the audience's roles, and to its authorities that have the incident.
func (d *decision) toAudience(u Update) []OwedMessage {
	a, _ := d.audience(u.Audience)
	m := OwedMessage{Kind: KindStatusUpdate, Lane: LaneConfirm, Clause: a.Clause, Why: "You are kept informed of this incident: " + a.Title + ".", Brings: u.ID}
	var people []string
	var messages []OwedMessage
	for _, r := range a.To {
		if r.Authority == "" {
			people = part.Union(people, Holders(d.env.Dir, r, d.s.Entity))
		} else if d.s.track(r.Authority) != nil {
			messages = append(messages, d.toAuthority(r.Authority, m)...)
		}
	}
	if len(people) > 0 {
		messages = append(messages, d.toPeople(people, m)...)
	}
	return once(messages)
}

func (c DropUpdate) decide(d *decision) error {
	u, ok := d.s.Update(c.Update)
	if ok && u.Status == UpdateEnded {
		return nil
	}
	if _, err := d.draftOf(c.Update); err != nil {
		return err
	}
	d.emit(&UpdateDropped{Update: c.Update}, nil)
	return nil
}

func (c LogCommunication) decide(d *decision) error {
	switch {
	case !slices.Contains(Channels, c.Channel):
		return fault.Invalid("channel", "there is no such way", "choose one of the list")
	case c.At.IsZero():
		return fault.Invalid("at", "when it took place is missing", "give a date and a time of day, with the zone")
	case c.At.After(d.env.Now.Add(part.Skew)):
		return fault.Invalid("at", "it lies in the future", "log it once it has taken place")
	}
	d.emit(&CommunicationLogged{Communication: part.Ordinal("k", len(d.s.Communications)+1), Channel: c.Channel, Incoming: c.Incoming, At: c.At.UnixMicro()}, c.Texts)
	return nil
}
