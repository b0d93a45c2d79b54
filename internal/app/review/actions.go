package review

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// Remedies answers questions over the corrective actions of all incidents, filtered by what the reader may see. MA 6.6.1.2
type Remedies interface {
	CorrectiveActions(ctx context.Context, scope access.Scope, f incident.ActionFilter) ([]incident.ActionRow, error)
	CountActions(ctx context.Context, scope access.Scope, f incident.ActionFilter) (int64, error)
}

// States that the list of corrective actions can be asked for.
const (
	ActionsOpen      = "open"      // not carried out
	ActionsOverdue   = "overdue"   // of these past their time
	ActionsCompleted = "completed" // carried out; the evidence waits to be looked at
	ActionsEnded     = "ended"     // verified or dropped
	ActionsAll       = "all"
)

// ActionsQuery narrows the list of corrective actions.
type ActionsQuery struct {
	State  string // one of the words above; empty for open
	Owner  string // id of a person, or a part of a name; empty for all
	Mine   bool
	Under  string // an entity with everything below it
	Cursor string
	Limit  int // 1 to 200; 0 for 50
}

// ActionsView is a page of the corrective actions of all incidents that the reader may see.
type ActionsView struct {
	Actions   []ListedAction `json:"actions"`
	Open      Tallied        `json:"open" doc:"Under the filters but the state: not carried out."`
	Overdue   Tallied        `json:"overdue" doc:"Of these past their time."`
	Completed Tallied        `json:"completed" doc:"Carried out; the evidence waits to be looked at."`
	Next      string         `json:"next,omitempty" doc:"Cursor of the page behind; absent on the last."`
}

// Tallied is a count that stops at a thousand.
type Tallied struct {
	Count int64 `json:"count"`
	More  bool  `json:"more" doc:"There are more than were counted."`
}

// ListedAction is one corrective action in the list over all incidents.
type ListedAction struct {
	Incident   string     `json:"incident"`
	Marking    string     `json:"marking" enum:"none,confidential,restricted"`
	Entity     string     `json:"entity"`
	EntityName string     `json:"entity_name"`
	ID         string     `json:"id"`
	What       string     `json:"what" doc:"Empty once its text was lawfully disposed."`
	Lesson     string     `json:"lesson,omitempty"`
	Owner      string     `json:"owner"`
	OwnerName  string     `json:"owner_name"`
	Due        time.Time  `json:"due"`
	Status     string     `json:"status" doc:"open, completed, verified, dropped."`
	Overdue    bool       `json:"overdue"`
	Evidence   string     `json:"evidence,omitempty"`
	Link       string     `json:"link,omitempty"`
	DoneAt     *time.Time `json:"done_at"`
	EndedAt    *time.Time `json:"ended_at" doc:"When it was verified or dropped."`
}

// tallied is how far actions are counted.
const tallied = 1000

// Actions lists the corrective actions of all incidents that the reader may see, those that are due first in front. MA 6.6.1.2
func (a *Room) Actions(ctx context.Context, by access.Actor, q ActionsQuery) (ActionsView, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return ActionsView{}, err
	}
	now := a.Now()
	f, err := actionFilter(q, by, dir, now)
	if err != nil {
		return ActionsView{}, err
	}
	scope := access.ScopeOf(by)
	limit := f.Limit
	f.Limit++ // one more than asked tells whether there is another page
	rows, err := a.Remedies.CorrectiveActions(ctx, scope, f)
	if err != nil {
		return ActionsView{}, err
	}
	v := ActionsView{Actions: []ListedAction{}}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		v.Next = base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d:%s:%s", last.Due, last.ID, last.Stream))
	}
	if v.Actions, err = a.listedActions(ctx, rows, dir, now); err != nil {
		return ActionsView{}, err
	}
	return v, a.tallyActions(ctx, scope, f, now, &v)
}

// listedActions puts in the words of the rows of a page.
func (a *Room) listedActions(ctx context.Context, rows []incident.ActionRow, dir *directory.Snapshot, now time.Time) ([]ListedAction, error) {
	var digests []string
	for _, r := range rows {
		for _, d := range []string{r.What, r.Lesson, r.Evidence, r.Link} {
			if d != "" {
				digests = append(digests, d)
			}
		}
	}
	texts, err := a.Record.Texts(ctx, digests)
	if err != nil {
		return nil, err
	}
	name := act.EntityNamer(dir)
	out := make([]ListedAction, 0, len(rows))
	for _, r := range rows {
		v := ListedAction{Incident: r.Number, Marking: r.Marking(), Entity: r.Entity, EntityName: name(r.Entity), ID: r.ID, What: string(texts[r.What]), Lesson: string(texts[r.Lesson]),
			Owner: r.Owner, OwnerName: act.ActorName("person:"+r.Owner, dir), Due: time.UnixMicro(r.Due).UTC(), Status: r.Status, Evidence: string(texts[r.Evidence]), Link: string(texts[r.Link]),
			DoneAt: act.Instant(r.Done), EndedAt: act.Instant(r.Ended)}
		v.Overdue = r.Status == incident.ActionIsOpen && incident.Overdue(r.Due, now)
		out = append(out, v)
	}
	return out, nil
}

// tallyActions counts what there is under the filters, whatever state is shown.
func (a *Room) tallyActions(ctx context.Context, scope access.Scope, f incident.ActionFilter, now time.Time, v *ActionsView) error {
	for _, c := range []struct {
		state string
		into  *Tallied
	}{{ActionsOpen, &v.Open}, {ActionsOverdue, &v.Overdue}, {ActionsCompleted, &v.Completed}} {
		one := incident.ActionFilter{Owners: f.Owners, Under: f.Under, Limit: tallied + 1}
		inState(&one, c.state, now)
		n, err := a.Remedies.CountActions(ctx, scope, one)
		if err != nil {
			return err
		}
		*c.into = Tallied{Count: min(n, tallied), More: n > tallied}
	}
	return nil
}

// inState narrows a filter to a state of the list; false where there is no such state.
func inState(f *incident.ActionFilter, state string, now time.Time) bool {
	switch state {
	case ActionsOpen, "":
		f.States = []string{incident.ActionIsOpen}
	case ActionsOverdue:
		f.States, f.DueTo = []string{incident.ActionIsOpen}, now.UnixMicro()+1
	case ActionsCompleted:
		f.States = []string{incident.ActionIsDone}
	case ActionsEnded:
		f.States, f.Latest = []string{incident.ActionIsVerified, incident.ActionIsDropped}, true
	case ActionsAll:
		f.States, f.Latest = []string{incident.ActionIsOpen, incident.ActionIsDone, incident.ActionIsVerified, incident.ActionIsDropped}, true
	default:
		return false
	}
	return true
}

// maxOwners bounds how many people a part of a name may mean.
const maxOwners = 20

func actionFilter(q ActionsQuery, by access.Actor, dir *directory.Snapshot, now time.Time) (f incident.ActionFilter, err error) {
	var faults fault.List
	f.Limit = cmp.Or(q.Limit, 50)
	if f.Limit < 1 || f.Limit > 200 {
		faults = append(faults, fault.Invalid("limit", "a page has 1 to 200 actions", "leave it out for 50"))
	}
	if !inState(&f, q.State, now) {
		faults = append(faults, fault.Invalid("state", "this state is not known", "use open, overdue, completed, ended or all"))
	}
	if q.Under != "" {
		f.Under = append([]string{}, dir.Below(q.Under)...) // none where the entity is not there
	}
	switch owner := strings.TrimSpace(q.Owner); {
	case q.Mine:
		f.Owners = []string{by.Person}
	case len(owner) > 200:
		faults = append(faults, fault.Invalid("owner", "this is no name", "give a part of the owner's name"))
	case owner != "":
		if f.Owners = ownersCalled(owner, dir); len(f.Owners) > maxOwners {
			faults = append(faults, fault.Invalid("owner", fmt.Sprintf("more than %d people are called so", maxOwners), "give more of the name"))
		}
	}
	if q.Cursor != "" {
		if f.After, err = actionCursor(q.Cursor); err != nil {
			faults = append(faults, fault.Invalid("cursor", "this cursor is not ours", "start from the first page"))
		}
	}
	return f, faults.Err()
}

// ownersCalled are the people that an id, or a part of a name, means.
func ownersCalled(owner string, dir *directory.Snapshot) []string {
	out := []string{}
	for _, p := range dir.People() {
		if p.ID == owner {
			return []string{p.ID}
		}
		if strings.Contains(strings.ToLower(p.Name), strings.ToLower(owner)) {
			out = append(out, p.ID)
		}
	}
	slices.Sort(out)
	return out
}

func actionCursor(s string) (*incident.ActionPosition, error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, err
	}
	due, rest, _ := strings.Cut(string(raw), ":")
	id, stream, ok := strings.Cut(rest, ":")
	us, err := strconv.ParseInt(due, 10, 64)
	if err != nil || !ok || len(stream) > 100 || len(id) > 20 {
		return nil, fmt.Errorf("malformed cursor")
	}
	return &incident.ActionPosition{Due: us, ID: id, Stream: stream}, nil
}
