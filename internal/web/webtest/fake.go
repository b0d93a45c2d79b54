// Package webtest is a small application in memory behind the pages' ports: enough of the real one's behaviour to look at
// every page and to walk the main journey, with data that is plain, hostile, empty or plentiful. Tests use it; the
// program never does.
package webtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/intake"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
	"tocsin/internal/web"
)

// Fake is the application. The zero value is not usable; see New.
type Fake struct {
	mu        sync.Mutex
	now       func() time.Time
	sessions  map[string]access.Actor
	people    []Person
	entities  []app.EntityView
	views     []*app.IncidentView // newest last
	links     map[string]link
	mails     []web.Mail
	seen      map[string]time.Time
	saved     map[string][]incident.SavedView
	drafts    []intake.Draft
	tips      []app.TipView
	requests  map[string]string // numbers of incidents by idempotency key
	breakings []app.BreakingView
	keys      []app.KeyView // of whoever asks
	active    []app.DesigneeView
	ended     []app.DesigneeView
	// Down makes every call that needs the database fail.
	Down bool
	// Stale makes every session one whose holder proved who they are long ago.
	Stale bool
	// Text is written into every text that a page shows; tests put hostile words here.
	Text string
	Base string // of links in mails

	begun, play string // of the response
	tasks       []app.TaskView
	said        map[string]string // what was written afterwards, by what it is
	assets      []app.AssetView
	located     []string // what was stated of the location
	issued      int      // versions of the report to management
	marking     string
	updates     []app.UpdateView
	spoken      []app.CommunicationView
}

type link struct{ number, authority string }

// Person is someone to be: the view that the list shows and the actor that they act as.
type Person struct {
	View  app.PersonView
	Actor access.Actor
}

// New returns an application with people and entities but without incidents.
func New(now func() time.Time) *Fake {
	f := &Fake{now: now, sessions: map[string]access.Actor{}, links: map[string]link{}, seen: map[string]time.Time{}, saved: map[string][]incident.SavedView{},
		requests: map[string]string{}, Base: "http://127.0.0.1"}
	f.entities = []app.EntityView{
		{ID: "ca-demo-dmv", Name: "Department of Motor Vehicles", Pack: "us-ca", MayFile: true},
		{ID: "ca-demo-health", Name: "Department of Health Services", Pack: "us-ca", MayFile: true},
		{ID: "ma-demo-revenue", Name: "Department of Revenue", Pack: "us-ma", MayFile: true},
	}
	role := func(r directory.Role, entity string) directory.Assignment {
		return directory.Assignment{Role: r, Entity: entity}
	}
	f.person("ca-dmv-iso", "Dana Reyes", "Information Security Officer", "Department of Motor Vehicles", nil, role(directory.ISO, "ca-demo-dmv"))
	f.person("ca-dmv-reporter", "Ira Feld", "Designated reporter", "Department of Motor Vehicles", nil, role(directory.DesignatedReporter, "ca-demo-dmv"))
	f.person("ca-ois-duty", "Noor Haddad", "Duty officer", "Office of Information Security", []string{"ca-ois"}, directory.Assignment{Role: directory.AuthorityOfficer, Authority: "ca-ois"})
	f.person("ca-chp-cciu", "Sam Ortega", "Computer crimes investigator", "Highway Patrol", []string{"ca-chp-cciu"}, directory.Assignment{Role: directory.AuthorityOfficer, Authority: "ca-chp-cciu"})
	f.person("ma-ir-coordinator", "Lee Whitman", "IR coordinator", "Executive Office of Technology", nil, role(directory.IRCoordinator, "ma-demo-revenue"))
	f.person("ma-counsel", "Ada Quill", "General counsel", "Executive Office of Technology", nil, role(directory.Legal, "ma-demo-revenue"))
	return f
}

func (f *Fake) person(id, name, title, where string, authorities []string, roles ...directory.Assignment) {
	p := Person{View: app.PersonView{ID: id, Name: name, Title: title, Email: id + "@demo.test", EntityName: where},
		Actor: access.Actor{ID: "person:" + id, Person: id, Name: name, Roles: roles, Authorities: authorities, Reach: reach(roles)}}
	for _, r := range roles {
		p.View.Roles = append(p.View.Roles, r.Role)
	}
	f.people = append(f.people, p)
}

// Ports connects the pages to the fake.
func (f *Fake) Ports() web.Ports {
	return web.Ports{Sessions: f, Filings: f, Drafts: f, Tips: f, Records: f, Tracks: f, Decisions: f, Links: f, Contacts: f, Desk: f, Lists: f,
		Compartments: f, Glass: f, Handovers: f, Live: f, SignIns: f, Invitations: f, Accounts: f, OwnSessions: f, Keys: f, Reporters: f, Providers: f, Responding: f, Tasks: f, Courses: f, Containing: f, Tooling: f, Resets: f,
		Afterwards: web.Afterwards{Analyses: f, Corrective: f, Lessons: f, Statistics: f, Reporting: f, Remedies: f},
		Briefing:   f, Updating: f, Marking: f}
}

var errDown = errors.New("database is gone")

func (f *Fake) up() error {
	if f.Down {
		return errDown
	}
	return nil
}

func (f *Fake) word(plain string) string {
	if f.Text != "" {
		return f.Text
	}
	return plain
}

// ActorForSession implements web.Sessions.
func (f *Fake) ActorForSession(_ context.Context, token string) (app.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Down {
		return app.Session{}, errDown
	}
	a, ok := f.sessions[token]
	if !ok {
		return app.Session{}, fault.Forbidden("no such session")
	}
	a.Name = f.word(a.Name)
	return app.Session{Actor: a, ExpiresAt: f.now().Add(time.Hour), Fresh: !f.Stale}, nil
}

// SignInWithKey implements web.Sessions: the key is "tk_" and the person.
func (f *Fake) SignInWithKey(ctx context.Context, key string) (string, error) {
	person, ok := strings.CutPrefix(key, "tk_")
	if !ok {
		return "", fault.Forbidden("no such key")
	}
	return f.SignInAs(ctx, person)
}

// SignInAs implements web.Sessions.
func (f *Fake) SignInAs(_ context.Context, person string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.people {
		if p.View.ID == person {
			token := rand.Text()
			f.sessions[token] = p.Actor
			return token, f.up()
		}
	}
	return "", fault.NotFound("no such person")
}

// SignOut implements web.Sessions.
func (f *Fake) SignOut(_ context.Context, token string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.sessions, token)
	return nil
}

// DemoPeople implements web.Sessions.
func (f *Fake) DemoPeople() []app.PersonView {
	var list []app.PersonView
	for _, p := range f.people {
		v := p.View
		v.Name, v.Title, v.EntityName = f.word(v.Name), f.word(v.Title), f.word(v.EntityName)
		list = append(list, v)
	}
	return list
}

// Entities implements web.Filings. Authorities file nothing.
func (f *Fake) Entities(_ context.Context, by access.Actor) ([]app.EntityView, error) {
	if err := f.up(); err != nil {
		return nil, err
	}
	list := slices.Clone(f.entities)
	for i := range list {
		list[i].Name = f.word(list[i].Name)
		list[i].MayFile = len(by.Authorities) == 0
	}
	return list, nil
}

func (f *Fake) entity(id string) (app.EntityView, error) {
	for _, e := range f.entities {
		if e.ID == id {
			e.Name = f.word(e.Name)
			return e, nil
		}
	}
	return app.EntityView{}, fault.NotFound("no such entity")
}

// File implements web.Filings.
func (f *Fake) File(ctx context.Context, by access.Actor, filing incident.Filing, o app.FileOptions) (app.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.up(); err != nil {
		return app.Answer{}, err
	}
	if filing.Description == "" && len(filing.Categories) == 0 {
		return app.Answer{}, fault.Invalid("description", "Say what happened, or choose a kind of incident.", "One of them is enough.")
	}
	if n := filing.Impact; n != nil && n.LiabilityUSD != nil && *n.LiabilityUSD < 0 {
		return app.Answer{}, fault.Invalid("impact.liability_usd", "A liability cannot be negative.", "Write 0 or more.")
	}
	e, err := f.entity(filing.Entity)
	if err != nil {
		return app.Answer{}, err
	}
	if number := f.requests[o.IdempotencyKey]; o.IdempotencyKey != "" && number != "" {
		return f.view(number).Answer, nil
	}
	v := f.view(filing.Incident)
	if v == nil {
		v = f.open(e, by)
	}
	f.requests[o.IdempotencyKey] = v.Incident
	f.addFiling(v, filing, by)
	return v.Answer, nil
}

// Telephone implements web.Filings.
func (f *Fake) Telephone(_ context.Context, by access.Actor, t incident.Telephone, _ app.FileOptions) (app.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t.Caller == "" {
		return app.Answer{}, fault.Invalid("caller", "The caller is missing.", "Write who called.")
	}
	e, err := f.entity(t.Entity)
	if err != nil {
		return app.Answer{}, fault.Invalid("entity", "The agency is missing.", "Choose one.")
	}
	v := f.open(e, by)
	v.Status = "telephoned"
	at, _ := time.Parse(time.RFC3339, t.CalledAt)
	v.Telephone = append(v.Telephone, app.TelephoneView{At: f.now(), CalledAt: at, Caller: t.Caller, Called: t.Called, Reference: t.Reference, Description: t.Description})
	return v.Answer, nil
}

func (f *Fake) view(number string) *app.IncidentView {
	for _, v := range f.views {
		if v.Incident == number {
			return v
		}
	}
	return nil
}

// Incidents implements web.Records. The cursor is an offset.
func (f *Fake) Incidents(_ context.Context, _ access.Actor, q app.ListQuery) (app.IncidentList, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.up(); err != nil {
		return app.IncidentList{}, err
	}
	var rows []app.IncidentRow
	for _, v := range slices.Backward(f.views) {
		row := f.row(v)
		if q.Authority != "" {
			i := slices.IndexFunc(v.Tracks, func(t app.TrackView) bool { return t.Authority == q.Authority })
			if i < 0 {
				continue
			}
			row.TrackStatus = v.Tracks[i].Status
			waiting := row.TrackStatus == "sent" || row.TrackStatus == "delivered"
			if q.TrackState == "waiting" && !waiting || q.TrackState != "waiting" && q.TrackState != "" && q.TrackState != row.TrackStatus {
				continue
			}
		}
		if q.Level != "" && q.Level != v.Rating.Level || q.Under != "" && q.Under != v.Entity || q.Status != "" && q.Status != v.Status {
			continue
		}
		if q.Search != "" && !strings.Contains(strings.ToLower(row.Summary+row.Incident), strings.ToLower(q.Search)) {
			continue
		}
		rows = append(rows, row)
	}
	from, _ := strconv.Atoi(q.Cursor)
	list := app.IncidentList{Incidents: rows[min(from, len(rows)):min(from+q.Limit, len(rows))]}
	if from+q.Limit < len(rows) {
		list.Next = strconv.Itoa(from + q.Limit)
	}
	if from > 0 {
		list.Previous = strconv.Itoa(max(0, from-q.Limit))
	}
	return list, nil
}

// IncidentPage implements web.Records.
func (f *Fake) IncidentPage(ctx context.Context, by access.Actor, number string) (app.IncidentView, error) {
	v, err := f.Incident(ctx, by, number)
	v.Facts = len(v.Ledger)
	return v, err
}

// Incident implements web.Records.
func (f *Fake) Incident(_ context.Context, by access.Actor, number string) (app.IncidentView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.up(); err != nil {
		return app.IncidentView{}, err
	}
	v := f.view(number)
	if v == nil {
		return app.IncidentView{}, fault.NotFound("no such incident")
	}
	out := *v
	out.May = app.Permissions{Acknowledge: by.Authorities}
	f.confidences(&out, by)
	if len(by.Authorities) == 0 {
		out.May.Supplement, out.May.Written, out.May.Rate, out.May.PostReport = true, true, true, true
		for _, d := range v.Duties {
			if d.Status != "discharged" {
				out.May.Discharge = append(out.May.Discharge, d.ID)
			}
		}
		for _, q := range v.Questions {
			if q.AnsweredAt == nil {
				out.May.Answer = append(out.May.Answer, q.ID)
			}
		}
	}
	return out, nil
}

// Duties implements web.Records.
func (f *Fake) Duties(_ context.Context, by access.Actor) ([]app.DutyView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.up(); err != nil {
		return nil, err
	}
	var list []app.DutyView
	if len(by.Authorities) > 0 {
		return nil, nil
	}
	for _, v := range f.views {
		for _, d := range v.Duties {
			d.Incident, d.Entity = v.Incident, v.EntityName
			list = append(list, d)
		}
	}
	slices.SortStableFunc(list, func(a, b app.DutyView) int { return a.Due.Compare(*b.Due) })
	return list, nil
}

// Receipt implements web.Records.
func (f *Fake) Receipt(_ context.Context, _ access.Actor, number string, filing int) (ledger.Receipt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := f.view(number)
	if v == nil || filing > len(v.Filings) {
		return ledger.Receipt{}, fault.NotFound("no such filing")
	}
	at := v.Filings[filing-1].ReceivedAt
	return ledger.Receipt{Format: "tocsin-receipt/1", Incident: number, Filing: filing, ReceivedAt: at.UTC().Format("2006-01-02T15:04:05.000000Z"),
		Entry: []byte(`{"fact":"incident.reported.v1"}`), Digest: digest(number), Leaf: 41, Proof: []string{digest("a"), digest("b")},
		Checkpoint: f.word("tocsin.demo/log") + "\n42\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— tocsin.demo/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"}, nil
}

func digest(s string) string {
	return fmt.Sprintf("%064x", []byte(s + "................................"[:32])[:32])
}

// Emergency implements web.Contacts. It works when nothing else does.
func (f *Fake) Emergency() []policy.Contact {
	return []policy.Contact{
		{Name: "Office of Information Security", Phone: "(916) 555-0139", Email: "security@demo.test", When: "8 a.m. to 5 p.m. on business days", For: "When the system cannot be reached", Clause: "CA step 4"},
		{Name: "Highway Patrol warning center", Phone: "(916) 555-0199", When: "at any hour", For: "When law enforcement is needed at once", Clause: "CA step 4", Unverified: true},
	}
}

// OfflineTable implements web.Contacts: every contact at any hour of the next day.
func (f *Fake) OfflineTable() app.OfflineTable {
	from := f.now().Unix() / 60
	t := app.OfflineTable{From: from, Until: from + 1440}
	pack := app.OfflinePack{ID: "us-ca", Title: "California", Version: "2026.2", Digest: digest("us-ca"), Categories: []policy.Term{{ID: "equipment", Label: "Theft or loss of equipment"}}}
	for _, c := range f.Emergency() {
		pack.Contacts = append(pack.Contacts, policy.ContactHours{Contact: c, Spans: [][2]int64{{from, from + 1440}}})
	}
	t.Packs = append(t.Packs, pack)
	return t
}

// Messages implements web.Mailbox.
func (f *Fake) Messages(context.Context) ([]web.Mail, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.mails), nil
}
