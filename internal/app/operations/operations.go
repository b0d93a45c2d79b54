package operations

import (
	"context"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/app/delivery"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/operation"
)

// Operations is everything that the operator's page shows.
type Operations struct {
	Now       time.Time
	Lanes     []operation.Lane
	Failing   []FailingTo
	More      bool // there may be more messages that fail than were looked through
	Refusals  []operation.Refusal
	Canary    CanaryView
	Clocks    operation.Clocks
	Tree      operation.Tree
	Leases    []operation.Lease
	Store     operation.Store
	Witnesses []operation.Sent
	Machine   Machine
	Alarms    []notify.Probe
	Policy    []string // versions of packs that were enacted and that this program cannot read
}

// FailingTo is what does not reach one recipient.
type FailingTo struct {
	To       string
	Messages int
	Attempts int // of the message that was tried most
	Since    time.Time
	Next     time.Time // the next attempt
	Reply    string    // the latest that the other side said
	Incident string    // number of one of them, where the reader may see it
}

// CanaryView is how the canary stands.
type CanaryView struct {
	act.Canary
	Last    *notify.Probe // the newest
	Arrived *notify.Probe // the newest that came out
	Late    time.Duration // for how long none has come out, where that is too long
}

// mayOperate: the operator's pages are for who operates a root; they say nothing of any report.
func (a *Room) mayOperate(ctx context.Context, by access.Actor) error {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return err
	}
	for _, e := range dir.Entities() {
		if e.Parent == "" && access.Allow(by, access.Operate, access.Object{Entity: e.ID}) {
			return nil
		}
	}
	return fault.NotFound("There is no such page, or it is not for you.")
}

// failingLooked bounds how many failing messages are looked through.
const failingLooked = 200

// Operations answers how the installation stands. It is fault.NotFound for who may not operate it.
func (a *Room) Operations(ctx context.Context, by access.Actor) (v Operations, err error) {
	if err := a.mayOperate(ctx, by); err != nil {
		return v, err
	}
	v.Now, v.Policy = a.Now(), a.PolicyTrouble()
	if a.Machine != nil {
		v.Machine = a.Machine()
	}
	if err := a.delivery(ctx, by, &v); err != nil {
		return v, err
	}
	if v.Canary, err = a.canary(ctx, v.Now); err != nil {
		return v, err
	}
	if v.Clocks, err = a.Gauges.ClockState(ctx, v.Now); err != nil {
		return v, err
	}
	if v.Tree, err = a.Gauges.TreeState(ctx); err != nil {
		return v, err
	}
	if v.Leases, err = a.Gauges.Leases(ctx, v.Now); err != nil {
		return v, err
	}
	if v.Store, err = a.Gauges.StoreState(ctx); err != nil {
		return v, err
	}
	for _, name := range a.Witnesses {
		w, err := a.Gauges.Witness(ctx, name)
		if err != nil {
			return v, err
		}
		v.Witnesses = append(v.Witnesses, w)
	}
	v.Alarms, err = a.Probes.Probes(ctx, notify.Alarm, "", 5)
	return v, err
}

func (a *Room) canary(ctx context.Context, now time.Time) (v CanaryView, err error) {
	v.Canary = a.Canary
	if v.To == "" {
		return v, nil
	}
	list, err := a.Probes.Probes(ctx, notify.Canary, "", delivery.CanariesShown)
	for i := range list {
		if i == 0 {
			v.Last = &list[i]
		}
		if list[i].Arrived() && v.Arrived == nil {
			v.Arrived = &list[i]
		}
	}
	v.Late = delivery.CanaryLate(list, v.Canary, now)
	return v, err
}

// delivery reads the queue and says for each recipient that does not take messages what it said.
func (a *Room) delivery(ctx context.Context, by access.Actor, v *Operations) (err error) {
	if v.Lanes, err = a.Queues.Lanes(ctx); err != nil {
		return err
	}
	if v.Refusals, err = a.Queues.Refusals(ctx, v.Now.Add(-7*24*time.Hour), 10); err != nil {
		return err
	}
	failing, err := a.Queues.Failing(ctx, failingLooked)
	if err != nil {
		return err
	}
	v.More = len(failing) == failingLooked
	for _, q := range failing {
		to, stream, err := a.recipientOf(ctx, by, q)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(v.Failing, func(f FailingTo) bool { return f.To == to })
		if i < 0 {
			i = len(v.Failing)
			v.Failing = append(v.Failing, FailingTo{To: to, Since: q.Owed, Next: q.Next})
			if st, err := a.Readable(ctx, by, stream); stream != "" && err == nil {
				v.Failing[i].Incident = st.Number
			}
		}
		f := &v.Failing[i]
		f.Messages++
		if f.Attempts = max(f.Attempts, q.Attempts); to != elsewhere { // a reply may name the mailbox
			f.Reply = notify.CleanReply(q.Reply)
		}
		if q.Next.Before(f.Next) {
			f.Next = q.Next
		}
	}
	return nil
}

// elsewhere stands for recipients of incidents outside the part of the tree that the reader operates.
const elsewhere = "Recipients outside what you operate"

// recipientOf names whom a message is for, with the number of its incident.
func (a *Room) recipientOf(ctx context.Context, by access.Actor, q notify.Queued) (to, number string, err error) {
	if delivery.IsProbe(q.Stream) {
		p, _, err := a.Probes.Probe(ctx, strings.TrimPrefix(q.Stream, delivery.ProbePrefix))
		return p.To, "", err
	}
	if l, ok := a.Delivery.LettersOf(q.Stream); ok {
		to, err = a.letterTo(ctx, by, l, q.Message)
		return to, "", err
	}
	st, err := a.Load(ctx, q.Stream)
	if err != nil {
		return "", "", err
	}
	if !access.Allow(by, access.Operate, access.Object{Entity: st.Entity}) {
		return elsewhere, "", nil
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return "", "", err
	}
	m, _ := delivery.MessageIn(st, q.Message)
	return a.MessageTo(m.OwedMessage, act.Setting{Dir: dir}), st.Number, nil
}

// letterTo names whom a letter is for.
func (a *Room) letterTo(ctx context.Context, by access.Actor, l delivery.EntityMail, message string) (string, error) {
	if !access.Allow(by, access.Operate, access.Object{Entity: l.Entity}) {
		return elsewhere, nil
	}
	owed, _, err := l.Load(ctx)
	if err != nil {
		return "", err
	}
	dir, err := a.CurrentDirectory(ctx)
	return a.MessageTo(incident.OwedMessage{Person: owed[message].Person}, act.Setting{Dir: dir}), err
}
