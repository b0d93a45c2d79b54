package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/internal/api"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

const goodKey = "tcn_good"

var at = time.Date(2026, 11, 20, 17, 30, 0, 0, time.UTC)

// fake is an application that remembers what it was asked and answers what it was told.
type fake struct {
	mu         sync.Mutex
	calls      []string
	filing     incident.Filing
	options    app.FileOptions
	query      app.ListQuery
	err        error // answered by everything but the keys
	keyErr     error // answered by the keys
	scopes     []access.Action
	panics     bool
	restricted *app.RestrictionView
}

func (f *fake) did(name string, args ...string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, strings.Join(append([]string{name}, args...), " "))
	if f.panics {
		panic("broken: " + name)
	}
	return f.err
}

func (f *fake) ActorForKey(_ context.Context, key string) (access.Actor, error) {
	if f.keyErr != nil {
		return access.Actor{}, f.keyErr
	}
	if key != goodKey {
		return access.Actor{}, fault.Forbidden("no such key")
	}
	return access.Actor{ID: "person:iso", Person: "iso", Scopes: f.scopes}, nil
}

func (f *fake) File(_ context.Context, _ access.Actor, in incident.Filing, o app.FileOptions) (app.Answer, error) {
	err := f.did("File")
	f.filing, f.options = in, o
	return someAnswer(), err
}

func (f *fake) Telephone(_ context.Context, _ access.Actor, _ incident.Telephone, o app.FileOptions) (app.Answer, error) {
	f.options = o
	return app.Answer{Incident: "7K2-9QX-4D", ReceivedAt: at, Rating: app.RatingView{Level: policy.Unrated}, Reportability: policy.Reportability{Answer: policy.Unknown}, Status: "telephoned"}, f.did("Telephone")
}

func (f *fake) Preview(context.Context, access.Actor, incident.Filing) (app.Preview, error) {
	return app.Preview{Rating: app.RatingView{Level: policy.Low}, Reportability: policy.Reportability{Answer: policy.No},
		Missing: []policy.Item{{ID: "reporter", Label: "Reporter", Clause: "CA step 2", Report: "initial"}}}, f.did("Preview")
}

func (f *fake) FormFor(_ context.Context, _ access.Actor, entity string) (app.Form, error) {
	return app.Form{Entity: app.EntityView{ID: "ca-dmv"}, Pack: "us-ca", ISO: &incident.Contact{Name: "I"}}, f.did("FormFor", entity)
}

func (f *fake) Entities(context.Context, access.Actor) ([]app.EntityView, error) {
	return nil, f.did("Entities")
}

func (f *fake) Incidents(_ context.Context, _ access.Actor, q app.ListQuery) (app.IncidentList, error) {
	f.query = q
	return app.IncidentList{Incidents: []app.IncidentRow{{Incident: "7K2-9QX-4D", Level: policy.High, Marking: "none", ReceivedAt: at, UpdatedAt: at}}}, f.did("Incidents")
}

func (f *fake) Incident(_ context.Context, _ access.Actor, number string) (app.IncidentView, error) {
	return app.IncidentView{
		Answer: someAnswer(), EntityName: "Motor Vehicles", PackID: "us-ca", OpenedAt: at,
		Filings:   []app.FilingView{{Number: 1, Kind: "initial", ReceivedAt: at, Content: &incident.Filing{Entity: "ca-dmv"}}},
		Questions: []app.QuestionView{{ID: "q1", AskedAt: at}}, Messages: []app.MessageView{{ID: "m1", OwedAt: at, At: &at}},
		Telephone: []app.TelephoneView{{At: at, CalledAt: at}}, Ledger: []app.LedgerView{{Version: 1, At: at, Leaf: -1}}, Restriction: f.restricted,
	}, f.did("Incident", number)
}

func (f *fake) Duties(context.Context, access.Actor) ([]app.DutyView, error) {
	return someAnswer().Duties, f.did("Duties")
}

// entryBytes holds what an escaping encoder would change.
const entryBytes = `{"a":"<b>&\u001f","c":"` + "\u2028" + `"}`

func (f *fake) Receipt(_ context.Context, _ access.Actor, number string, filing int) (ledger.Receipt, error) {
	return ledger.Receipt{Format: "tocsin-receipt/1", Incident: "7K2-9QX-4D", Filing: 1, ReceivedAt: "2026-11-20T17:30:00.000000Z", Entry: json.RawMessage(entryBytes)}, f.did("Receipt", number, strconv.Itoa(filing))
}

func (f *fake) Acknowledge(_ context.Context, _ access.Actor, number, authority string) error {
	return f.did("Acknowledge", number, authority)
}

func (f *fake) Ask(_ context.Context, _ access.Actor, number, authority, question string) error {
	return f.did("Ask", number, authority, question)
}

func (f *fake) Decline(_ context.Context, _ access.Actor, number, authority, reason string) error {
	return f.did("Decline", number, authority, reason)
}

func (f *fake) CloseTrack(_ context.Context, _ access.Actor, number, authority, reason string) error {
	return f.did("CloseTrack", number, authority, reason)
}

func (f *fake) AnswerQuestion(_ context.Context, _ access.Actor, number, question, answer string) error {
	return f.did("AnswerQuestion", number, question, answer)
}

func (f *fake) Rate(_ context.Context, _ access.Actor, number string, level policy.Level, reason string) error {
	return f.did("Rate", number, string(level), reason)
}

func (f *fake) DecidePostIncidentReport(_ context.Context, _ access.Actor, number string, required bool, reason string) error {
	return f.did("DecidePostIncidentReport", number, strconv.FormatBool(required), reason)
}

func (f *fake) Discharge(_ context.Context, _ access.Actor, number, duty, statement string) error {
	return f.did("Discharge", number, duty, statement)
}

func (f *fake) Response(_ context.Context, _ access.Actor, number string) (app.ResponseView, error) {
	return app.ResponseView{Incident: number, Tasks: []app.TaskView{{ID: "t1", Title: "Cut it off", Status: "open"}}}, f.did("Response", number)
}

func (f *fake) StartResponse(_ context.Context, _ access.Actor, number, lead, begun string, playbooks []string) error {
	return f.did("StartResponse", append([]string{number, lead, begun}, playbooks...)...)
}

func (f *fake) HandOver(_ context.Context, _ access.Actor, number, lead, play string) error {
	return f.did("HandOver", number, lead, play)
}

func (f *fake) FollowPlaybook(_ context.Context, _ access.Actor, number, playbook string) error {
	return f.did("FollowPlaybook", number, playbook)
}

func (f *fake) AddTask(_ context.Context, _ access.Actor, number, what, aim, role string) error {
	return f.did("AddTask", number, what, aim, role)
}

func (f *fake) TakeTask(_ context.Context, _ access.Actor, number, task, person string) error {
	return f.did("TakeTask", number, task, person)
}

func (f *fake) FinishTask(_ context.Context, _ access.Actor, number, task, note string) error {
	return f.did("FinishTask", number, task, note)
}

func (f *fake) SkipTask(_ context.Context, _ access.Actor, number, task, reason string) error {
	return f.did("SkipTask", number, task, reason)
}

func (f *fake) ReopenTask(_ context.Context, _ access.Actor, number, task, reason string) error {
	return f.did("ReopenTask", number, task, reason)
}

func (f *fake) Emergency() []policy.Contact {
	return []policy.Contact{{Name: "After-hours desk", Phone: "555-0199", When: "at any hour", For: "law enforcement", Clause: "CA step 4"}}
}

func someAnswer() app.Answer {
	return app.Answer{
		Incident: "7K2-9QX-4D", Entity: "ca-dmv", Status: "open", Filing: 1, ReceivedAt: at,
		Rating:        app.RatingView{Level: policy.High, Reasons: []policy.Reason{{Rule: "r", Text: "Liability", Clause: "MA 6.5.1"}}},
		Reportability: policy.Reportability{Answer: policy.Yes},
		Duties:        []app.DutyView{{ID: "d1", What: "Send the written report", Due: &at, Clause: "CA step 5", Status: "owed", Since: at}},
		Tracks:        []app.TrackView{{Authority: "ca-oes", Status: "owed", Since: at}},
		Receipt:       "/api/v1/incidents/7K2-9QX-4D/filings/1/receipt",
	}
}

func configFor(f *fake) api.Config {
	return api.Config{Keys: f, Filings: f, Reading: f, Tracks: f, Decisions: f, Responding: f, Tasks: f, Lifecycles: f, Endings: f, Teamwork: f, Courses: f, Sections: f, Briefing: f, Updating: f, Marking: f, Printing: f, Containing: f, Tooling: f, Policy: f, Proposals: f, Inquiry: f.inquiry(), Desk: f, Compartments: f, Glass: f, Handovers: f, Afterwards: api.Afterwards{Analyses: f, Corrective: f, Lessons: f, Statistics: f, Reporting: f, Remedies: f}, Staff: api.Staff{Teams: f, Staffing: f, Workload: f}}
}

// serve starts a real server: timeouts, connections and large bodies behave as outside.
func serve(t *testing.T, f *fake, change ...func(*api.Config)) *httptest.Server {
	t.Helper()
	c := configFor(f)
	for _, ch := range change {
		ch(&c)
	}
	srv := httptest.NewServer(api.New(c))
	t.Cleanup(srv.Close)
	return srv
}

// ask sends a request with a good key and JSON, changed by the pairs of header names and values; an empty value drops
// the header.
func ask(t *testing.T, srv *httptest.Server, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, srv.URL+path, r)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+goodKey)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Del(headers[i])
		if headers[i+1] != "" {
			req.Header[http.CanonicalHeaderKey(headers[i])] = []string{headers[i+1]}
		}
	}
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(answer)
}

func problemOf(t *testing.T, res *http.Response, body string) api.Problem {
	t.Helper()
	if got := res.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q of %s", got, body)
	}
	var p api.Problem
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if p.Status != res.StatusCode {
		t.Errorf("says %d and is %d", p.Status, res.StatusCode)
	}
	return p
}

// logged collects the request log.
func logged(c *api.Config) *bytes.Buffer {
	var b bytes.Buffer
	c.Log = slog.New(slog.NewJSONHandler(&b, nil))
	return &b
}

func (f *fake) Restrict(_ context.Context, _ access.Actor, number string, members []string, reason string) error {
	return f.did("Restrict", append([]string{number, reason}, members...)...)
}

func (f *fake) Release(_ context.Context, _ access.Actor, number, reason string) error {
	return f.did("Release", number, reason)
}

func (f *fake) AddMember(_ context.Context, _ access.Actor, number, member string) error {
	return f.did("AddMember", number, member)
}

func (f *fake) RemoveMember(_ context.Context, _ access.Actor, number, person string) error {
	return f.did("RemoveMember", number, person)
}

func (f *fake) BreakGlass(_ context.Context, _ access.Actor, number, reason string) error {
	return f.did("BreakGlass", number, reason)
}

func (f *fake) ReviewGlass(_ context.Context, _ access.Actor, number, breaking, finding string) error {
	return f.did("ReviewGlass", number, breaking, finding)
}

func (f *fake) Breakings(context.Context, access.Actor) ([]app.BreakingView, error) {
	return []app.BreakingView{{ID: "g1", Incident: "7K2-9QX-4D", Person: "A", Reason: "r", At: at, Until: at, Holds: true, MayReview: true}}, f.did("Breakings")
}

func (f *fake) Assign(_ context.Context, _ access.Actor, number, authority, person, note string) error {
	return f.did("Assign", number, authority, person, note)
}
