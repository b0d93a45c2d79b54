package team

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	appact "tocsin/internal/app/act"
	appwords "tocsin/internal/app/act/words"
	"tocsin/internal/app/incidents/lists"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// Workload answers what each person has to do, and where incidents stand, from indexes.
type Workload interface {
	// WorkFor lists what waits for a person by name, or for the roles that by names, soonest first; what has no time comes last.
	WorkFor(ctx context.Context, scope access.Scope, person string, by []incident.Owed, kind string, limit int) ([]incident.Work, error)
	// Assigned lists everybody with whom work sits by name; StreamsOf the incidents of which something sits with one person.
	Assigned(ctx context.Context) ([]string, error)
	StreamsOf(ctx context.Context, person string, limit int) ([]string, error)
	// Cards lists a column of the board, and counts it up to a bound.
	Cards(ctx context.Context, scope access.Scope, phase string, level policy.Level, limit int) ([]incident.Card, int64, error)
}

// WorkItem is one thing that waits for the reader or for a role of theirs.
type WorkItem struct {
	Kind       string     `json:"kind" enum:"task,duty,question,handover,lead"`
	Incident   string     `json:"incident"`
	Entity     string     `json:"entity"`
	EntityName string     `json:"entity_name"`
	Marking    string     `json:"marking" enum:"none,confidential,restricted" doc:"How whatever is shown or passed on about the incident is marked."`
	What       string     `json:"what"`
	Mine       bool       `json:"mine" doc:"By name; else for anyone of the role."`
	Role       string     `json:"role,omitempty"`
	RoleName   string     `json:"role_name,omitempty"`
	Due        *time.Time `json:"due"`
	Overdue    bool       `json:"overdue"`
	Since      time.Time  `json:"since"`
	Waits      bool       `json:"waits" doc:"Something comes before it."`
	Clause     string     `json:"clause,omitempty"`
	Href       string     `json:"href" doc:"Address of the page on which it is done."`
}

// WorkView is what waits for the reader over all incidents that they may see.
type WorkView struct {
	Items []WorkItem `json:"items" doc:"By due time; what has none comes last."`
	More  bool       `json:"more" doc:"There is more than is listed."`
}

// WorkQuery chooses what of it is listed.
type WorkQuery struct {
	Kind  string // one of incident.WorkKinds; empty for all
	Mine  bool   // only what waits for the reader by name
	Limit int    // 0 for workAtOnce
}

// workAtOnce is how much of it a page lists, and maxWork how much one may ask for.
const (
	workAtOnce = 100
	maxWork    = 1000
)

// MyWork lists tasks, duties, questions, handovers and leads that wait for the actor, by name or for a role of theirs. It reads a
// bounded number of index rows, however many incidents there are.
func (a *Room) MyWork(ctx context.Context, by access.Actor, q WorkQuery) (WorkView, error) {
	v := WorkView{Items: []WorkItem{}}
	if q.Kind != "" && !slices.Contains(incident.WorkKinds, q.Kind) {
		return v, fault.Invalid("kind", "there is no such kind of work", "choose one of the list")
	}
	if q.Limit <= 0 || q.Limit > maxWork {
		q.Limit = workAtOnce
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return v, err
	}
	scope := access.ScopeOf(by)
	owed := lists.Within(scope, incident.OwedBy(dir, by.Person))
	if q.Mine {
		owed = slices.DeleteFunc(owed, func(o incident.Owed) bool { return o.Role != "person:"+by.Person })
	}
	s := appact.Setting{Dir: dir, Now: a.Now()}
	if err := a.duties(ctx, &v, by, owed, q, s); err != nil {
		return v, err
	}
	if q.Kind != incident.WorkDuty && q.Kind != incident.WorkQuestion && by.Person != "" && !scope.Empty() {
		if err := a.assigned(ctx, &v, by, owed, q, s); err != nil {
			return v, err
		}
	}
	slices.SortStableFunc(v.Items, bySoonest)
	if len(v.Items) > q.Limit {
		v.Items, v.More = v.Items[:q.Limit], true
	}
	return v, nil
}

func bySoonest(a, b WorkItem) int {
	switch {
	case a.Due == nil && b.Due == nil:
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Incident, b.Incident))
	case a.Due == nil:
		return 1
	case b.Due == nil:
		return -1
	}
	return cmp.Or(a.Due.Compare(*b.Due), cmp.Compare(a.Incident, b.Incident))
}

// duties puts in what is owed. A question of an authority is owed like any duty.
func (a *Room) duties(ctx context.Context, v *WorkView, by access.Actor, owed []incident.Owed, q WorkQuery, s appact.Setting) error {
	if q.Kind != "" && q.Kind != incident.WorkDuty && q.Kind != incident.WorkQuestion {
		return nil
	}
	limit := q.Limit + 1
	if q.Kind != "" {
		limit = maxWork // one kind is a part of what is owed
	}
	open, err := a.Desk.DutiesOf(ctx, owed, limit)
	if err != nil {
		return err
	}
	for n, one := range a.Lists.OwedViews(open, s, by) {
		i := WorkItem{Kind: incident.WorkDuty, Incident: open[n].Number, Entity: open[n].Entity, EntityName: one.EntityName, Marking: one.Marking, What: one.What, Clause: one.Clause, Due: one.Due,
			Since: one.Since, Mine: open[n].By().Person != "", Href: whereDone(open[n].Number, one.Act)}
		if one.Act == lists.ActAnswer || one.Act == "" && one.Discharge == policy.DischargeAnswered {
			i.Kind = incident.WorkQuestion
		}
		if q.Kind != "" && q.Kind != i.Kind {
			continue
		}
		if r := open[n].By(); r.Role != "" {
			i.Role, i.RoleName = r.Role, appact.RoleName(r.Role)
		}
		i.Overdue = i.Due != nil && incident.Overdue(i.Due.UnixMicro(), s.Now)
		v.Items = append(v.Items, i)
	}
	return nil
}

// whereDone is the address of the page on which a duty is fulfilled.
func whereDone(number, act string) string {
	at := "/incidents/" + number
	switch act {
	case lists.ActRespond:
		return at + "/response"
	case lists.ActReport:
		return at + "/management"
	case lists.ActAnalyse:
		return at + "/analysis"
	case lists.ActActions:
		return at + "/lessons"
	case lists.ActItem:
		return at + "/management"
	case lists.ActValidate:
		return at + "/lifecycle"
	case lists.ActAnswer:
		return at + "#questions"
	}
	return at + "#owed"
}

// assigned puts in tasks, handovers and leads.
func (a *Room) assigned(ctx context.Context, v *WorkView, by access.Actor, owed []incident.Owed, q WorkQuery, s appact.Setting) error {
	if q.Mine {
		owed = nil
	}
	work, err := a.Workload.WorkFor(ctx, access.ScopeOf(by), by.Person, owed, q.Kind, q.Limit+1)
	if err != nil {
		return err
	}
	var digests []string
	for _, w := range work {
		if w.Words != "" {
			digests = append(digests, w.Words)
		}
	}
	texts, err := a.Record.Texts(ctx, digests)
	if err != nil {
		return err
	}
	for _, w := range work {
		v.Items = append(v.Items, workItem(w, s, by, texts))
	}
	return nil
}

func workItem(w incident.Work, s appact.Setting, by access.Actor, texts map[string][]byte) WorkItem {
	i := WorkItem{Kind: w.Kind, Incident: w.Number, Entity: w.Entity, EntityName: nameOfEntity(s.Dir, w.Entity), Marking: w.Marking(), What: w.What, Mine: w.Person == by.Person,
		Since: time.UnixMicro(w.Since).UTC(), Waits: w.State == incident.WorkWaits, Href: "/incidents/" + w.Number + "/response"}
	switch w.Kind {
	case incident.WorkTask:
		i.Role, i.RoleName, i.Href = w.Role, appact.RoleName(w.Role), i.Href+"#f-task-"+w.ID
		if w.Words != "" {
			i.What = string(texts[w.Words])
		}
	case incident.WorkHandover:
		i.What = "Answer whether you take over the lead"
	case incident.WorkLead:
		i.What = "You lead the response"
	}
	if w.Due > 0 {
		at := time.UnixMicro(w.Due).UTC()
		i.Due, i.Overdue = &at, at.Before(s.Now) && w.Kind != incident.WorkHandover
	}
	return i
}

func nameOfEntity(dir *directory.Snapshot, id string) string {
	if e, ok := dir.Entity(id); ok {
		return e.Name
	}
	return id
}

// BoardView is the team's board: the incidents that are not closed by phase, the highest rating first.
type BoardView struct {
	Columns  []BoardColumn       `json:"columns"`
	Entities []appact.EntityView `json:"-"` // by which it can be narrowed
}

// BoardColumn is one phase.
type BoardColumn struct {
	Phase string     `json:"phase" enum:"waiting,detection,containment,post_incident"`
	Name  string     `json:"name"`
	Count int64      `json:"count" doc:"Counted up to 1000."`
	Cards []CardView `json:"cards"`
}

// CardView is one incident on the board.
type CardView struct {
	Number      string       `json:"number"`
	Entity      string       `json:"entity"`
	EntityName  string       `json:"entity_name"`
	Level       policy.Level `json:"level"`
	Provisional bool         `json:"provisional"`
	Lead        string       `json:"lead,omitempty"`
	LeadName    string       `json:"lead_name,omitempty"`
	LeadAway    bool         `json:"lead_away" doc:"Who leads is away or has left, and the work has not come back yet."`
	Summary     string       `json:"summary"`
	Due         *time.Time   `json:"due" doc:"The soonest that is owed."`
	Overdue     bool         `json:"overdue"`
	ReceivedAt  time.Time    `json:"received_at"`
	Tasks       int64        `json:"tasks"`
	Settled     int64        `json:"tasks_settled"`
	Restricted  bool         `json:"restricted"`
	Marking     string       `json:"marking" enum:"none,confidential,restricted" doc:"How whatever is shown or passed on about it is marked."`
}

// BoardQuery chooses what the board shows.
type BoardQuery struct {
	Entity string // with everything below it; empty for all
	Level  string
	Phase  string // one column only, and more of it
}

// How many cards a column shows, and how many where it is the only one.
const (
	cardsAtOnce = 20
	cardsOfOne  = 200
)

// PhaseWaitingName is the name of the column of what nobody responds to yet.
const PhaseWaitingName = "Response not begun"

// Board answers the team's board, over what the actor may see in their part of the tree and the restricted incidents that have them as
// a member. What was sent to an authority is in its inbox, not on the board. MA 6.5.2.1
func (a *Room) Board(ctx context.Context, by access.Actor, q BoardQuery) (BoardView, error) {
	v := BoardView{Columns: []BoardColumn{}}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return v, err
	}
	scope := access.ScopeOf(by)
	scope.Authorities = nil
	if v.Entities, err = a.Entities(ctx, by); err != nil {
		return v, err
	}
	if q.Entity != "" {
		under := dir.Below(q.Entity)
		scope.Entities = slices.DeleteFunc(slices.Clone(scope.Entities), func(e string) bool { return !slices.Contains(under, e) })
		scope.Person = "" // what is restricted is found on the whole board
	}
	if q.Level != "" && !slices.Contains([]policy.Level{policy.High, policy.Medium, policy.Low, policy.Unrated}, policy.Level(q.Level)) {
		return v, fault.Invalid("level", "there is no such rating", "choose one of the list")
	}
	if q.Phase != "" && !slices.Contains(incident.BoardPhases, q.Phase) {
		return v, fault.Invalid("phase", "there is no such phase", "choose one of the list")
	}
	all, err := a.Teams.Roster(ctx, a.Now().UnixMicro())
	if err != nil {
		return v, err
	}
	away := func(person string) bool {
		p, ok := dir.Person(person)
		_, absent := all.Absent(person)
		return person != "" && (!ok || p.Gone || absent)
	}
	for _, phase := range incident.BoardPhases {
		limit := cardsAtOnce
		if q.Phase == phase {
			limit = cardsOfOne
		}
		if q.Phase != "" && q.Phase != phase {
			continue
		}
		cards, count, err := a.Workload.Cards(ctx, scope, phase, policy.Level(q.Level), limit)
		if err != nil {
			return v, err
		}
		column := BoardColumn{Phase: phase, Name: appwords.PhaseName(phase), Count: count, Cards: []CardView{}}
		if phase == incident.PhaseWaiting {
			column.Name = PhaseWaitingName
		}
		for _, c := range cards {
			column.Cards = append(column.Cards, cardView(c, dir, a.Now(), away))
		}
		v.Columns = append(v.Columns, column)
	}
	return v, nil
}

func cardView(c incident.Card, dir *directory.Snapshot, now time.Time, away func(string) bool) CardView {
	v := CardView{Number: c.Number, Entity: c.Entity, EntityName: nameOfEntity(dir, c.Entity), Level: c.Level, Provisional: c.Provisional, Lead: c.Lead, LeadAway: away(c.Lead),
		Summary: c.Summary, ReceivedAt: time.UnixMicro(c.Received).UTC(), Tasks: c.Tasks, Settled: c.Settled, Restricted: c.Restricted, Marking: c.Marking()}
	if c.Lead != "" {
		v.LeadName = NamedPerson(dir, c.Lead).Name
	}
	if c.Due > 0 {
		at := time.UnixMicro(c.Due).UTC()
		v.Due, v.Overdue = &at, incident.Overdue(c.Due, now)
	}
	return v
}

// returnedAtOnce bounds the incidents of one person whose work is moved in one round.
const returnedAtOnce = 500

// SweepWork gives back what sits by name with people who are away or have left: each incident decides and records it by itself, so that a
// second round, or another replica's, changes nothing. MA 6.3.1.1.1
func (a *Room) SweepWork(ctx context.Context) error {
	people, err := a.Workload.Assigned(ctx)
	if err != nil || len(people) == 0 {
		return err
	}
	all, err := a.Teams.Roster(ctx, a.Now().UnixMicro())
	if err != nil {
		return err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, person := range people {
		p, known := dir.Person(person)
		cause := incident.CauseLeft
		if known && !p.Gone {
			if _, away := all.Absent(person); !away {
				continue
			}
			cause = incident.CauseAbsent
		}
		streams, err := a.Workload.StreamsOf(ctx, person, returnedAtOnce)
		failed = append(failed, err)
		for _, stream := range streams {
			st, err := a.Load(ctx, stream)
			if err == nil {
				err = a.RunAs(ctx, stream, "team", incident.ReturnWork{Person: person, Cause: cause, To: all.Receivers(dir, st.Entity, person)}, nil)
			}
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}
