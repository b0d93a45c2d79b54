package terminal_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/internal/client"
	"tocsin/internal/client/terminal"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// server is a fake Tocsin: it files each idempotency key once and can be away, in all the ways a server is.
type server struct {
	*httptest.Server
	mu       sync.Mutex
	away     int    // answers this many requests with a failure
	how      string // "503", "before": the connection breaks before it is recorded; "after": after
	refuse   string // a problem document
	status   int    // of refuse
	filed    map[string]string
	requests int
}

func newServer(t *testing.T) *server {
	s := &server{filed: map[string]string{}, status: 422}
	s.Server = httptest.NewServer(http.HandlerFunc(s.handle))
	t.Cleanup(s.Close)
	return s
}

func (s *server) handle(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	switch {
	case r.URL.Path == "/api/v1/entities":
		fmt.Fprint(w, `{"entities":[{"id":"ca-dmv","name":"Motor Vehicles","may_file":true},{"id":"ca","name":"State","may_file":false}]}`)
		return
	case strings.HasPrefix(r.URL.Path, "/api/v1/forms/"):
		fmt.Fprint(w,
			`{"pack":"us-ca","categories":[{"id":"equipment","label":"Theft of equipment"},{"id":"malware","label":"Malware \u001b[31m"}],"pi_types":[{"id":"ssn","label":"Social Security number"}],"reporter":{"name":"Rita Reporter","email":"rita@example.gov"}}`)
		return
	case r.URL.Path == "/api/v1/preview":
		fmt.Fprint(w,
			`{"rating":{"level":"unrated"},"tell":[{"to":"Security office","clause":"CA step 1"}],"missing":[{"item":"iso","label":"ISO","clause":"CA step 2"}]}`)
		return
	}
	s.requests++
	if s.away > 0 {
		s.away--
		s.fail(w, r, body)
		return
	}
	if s.refuse != "" {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(s.status)
		fmt.Fprint(w, s.refuse)
		return
	}
	s.record(r, body)
	w.WriteHeader(http.StatusCreated)
	number := 1
	if strings.HasSuffix(r.URL.Path, "telephone-reports") {
		number = 0
	}
	fmt.Fprintf(w,
		`{"incident":"7KM-4X9-2RTD","filing":%d,"received_at":"2026-11-20T17:30:00Z","rating":{"level":"high","provisional":true,"reasons":[{"text":"Liability","clause":"MA 6.5.1"}]},
		"duties":[{"what":"Send the written report","by":"ISO","to":"Security office","due":"2026-12-05T01:00:00Z","clause":"CA step 5","status":"owed"}],
		"tracks":[{"authority":"ca-chp","name":"Highway Patrol \u001b]0;x\u0007","status":"owed","since":"2026-11-20T17:30:00Z"}],"missing":[{"item":"iso","label":"ISO","clause":"CA step 2"}],"receipt":"/api/v1/incidents/7KM-4X9-2RTD/filings/1/receipt"}`, number)
}

func (s *server) record(r *http.Request, body []byte) {
	if key := r.Header.Get("Idempotency-Key"); key != "" {
		if was, ok := s.filed[key]; ok && was != string(body) {
			panic("same key, other body")
		}
		s.filed[key] = string(body)
		return
	}
	panic("filed without a key")
}

func (s *server) fail(w http.ResponseWriter, r *http.Request, body []byte) {
	switch s.how {
	case "after":
		s.record(r, body)
		panic(http.ErrAbortHandler)
	case "before":
		panic(http.ErrAbortHandler)
	case "page":
		fmt.Fprint(w, "<html>Sign in to the network</html>")
	default:
		w.Header().Set("Content-Type", "application/problem+json")
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, `{"title":"x","emergency_contacts":[{"name":"From the server","phone":"555-0111"}]}`)
	}
}

// bench is one machine with its files.
type bench struct {
	t      *testing.T
	dir    string
	server *server
	slept  []time.Duration
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, dir: t.TempDir(), server: newServer(t)}
	b.write("key", "tcn_good\n")
	return b
}

func (b *bench) write(name, text string) string {
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

var pacific = time.FixedZone("PST", -8*3600)

// report runs the command and gives what it printed, with its exit code.
func (b *bench) report(o terminal.Options, input string) (out, errOut string, code int) {
	b.t.Helper()
	o.KeyFile, o.SpoolDir = filepath.Join(b.dir, "key"), filepath.Join(b.dir, "spool")
	if o.Server == "" {
		o.Server = b.server.URL
	}
	var stdout, stderr bytes.Buffer
	err := terminal.Report(context.Background(), o, terminal.Env{
		In: strings.NewReader(input), Out: &stdout, Err: &stderr,
		Now: func() time.Time { return time.Date(2026, 11, 20, 9, 30, 0, 0, pacific) },
		Contacts: func(time.Time) []policy.Contact {
			return []policy.Contact{{Name: "After-hours desk", Phone: "555-0199", When: "at any hour", For: "law enforcement", Clause: "CA step 4"}}
		},
		Sleep: func(_ context.Context, d time.Duration) error { b.slept = append(b.slept, d); return nil },
	})
	var exit *terminal.Exit
	if errors.As(err, &exit) {
		code = exit.Code
	} else if err != nil {
		b.t.Errorf("failed: %v\n%s", err, stdout.String())
	}
	return stdout.String(), stderr.String(), code
}

func (b *bench) kept() []client.Report {
	s, err := client.OpenSpool(filepath.Join(b.dir, "spool"))
	if err != nil {
		b.t.Fatal(err)
	}
	all, err := s.List()
	if err != nil {
		b.t.Error(err)
	}
	return all
}

func expect(t *testing.T, out string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(out, p) {
			t.Errorf("does not say %q:\n%s", p, out)
		}
	}
	if strings.ContainsAny(out, "\x1b\x07") {
		t.Errorf("lets a terminal escape through:\n%q", out)
	}
}

const doc = `{ "entity": "ca-dmv", "description": "<b>stolen</b> & gone",
  "discovered_at": "2026-11-19T23:05:00-08:00", "iso": null }`

func TestFileFromFile(t *testing.T) {
	b := newBench(t)
	path := b.write("report.json", doc)
	out, _, code := b.report(terminal.Options{File: path}, "")
	expect(t, out, "Filed.", "7KM-4X9-2RTD", "Fri 20 Nov 2026 09:30 PST (UTC-08:00)", "high, provisional", "MA 6.5.1",
		"by Fri 4 Dec 2026 17:00 PST", "Highway Patrol", "Still missing", "ISO", "Receipt    http://127.0.0.1")
	again, _, _ := b.report(terminal.Options{File: path}, "")
	if code != 0 || again != out || len(b.server.filed) != 1 || len(b.kept()) != 0 {
		t.Errorf("code %d, filed %d times, kept %v", code, len(b.server.filed), b.kept())
	}
	for _, body := range b.server.filed {
		if body != doc {
			t.Errorf("sent other bytes: %s", body)
		}
	}
}

func TestFileJSON(t *testing.T) {
	b := newBench(t)
	out, _, _ := b.report(terminal.Options{File: "-", JSON: true}, doc)
	if !json.Valid([]byte(out)) || !strings.Contains(out, `"incident"`) {
		t.Errorf("no JSON: %s", out)
	}
}

func TestBadFileIsNotSent(t *testing.T) {
	b := newBench(t)
	out, _, code := b.report(terminal.Options{File: b.write("r.json", `{"entity":"a","descripton":"x"}`)}, "")
	expect(t, out, "descripton: There is no such field. Did you mean description?")
	if code != terminal.ExitRefused || b.server.requests != 0 || len(b.kept()) != 0 {
		t.Errorf("code %d, %d requests, kept %v", code, b.server.requests, b.kept())
	}
}

// TestKeptWhileAwayAndFiledOnce: whatever way the server fails, the report is kept with its discovery time, the person
// is told whom to call, and it is filed exactly once. CA step 4
func TestKeptWhileAwayAndFiledOnce(t *testing.T) {
	for _, how := range []string{"503", "before", "after", "page"} {
		t.Run(how, func(t *testing.T) {
			b := newBench(t)
			b.server.away, b.server.how = 1, how
			path := b.write("r.json", doc)
			out, _, code := b.report(terminal.Options{File: path}, "")
			expect(t, out, "NOT FILED YET", "555-0199", "After-hours desk", "CA step 4", "2026-11-19T23:05:00-08:00", "--flush",
				"key lies beside it", "--by-telephone")
			if kept := b.kept(); code != terminal.ExitKept || len(kept) != 1 || string(kept[0].Body) != doc {
				t.Fatalf("code %d, kept %+v", code, kept)
			}
			out, _, code = b.report(terminal.Options{Flush: true}, "")
			expect(t, out, "Filed.", "7KM-4X9-2RTD")
			if code != 0 || len(b.server.filed) != 1 || len(b.kept()) != 0 {
				t.Errorf("code %d, filed %d, kept %v", code, len(b.server.filed), b.kept())
			}
			if out, _, _ = b.report(terminal.Options{Flush: true}, ""); !strings.Contains(out, "Nothing is waiting") {
				t.Error(out)
			}
		})
	}
}

func TestServerGone(t *testing.T) {
	b := newBench(t)
	b.server.Close()
	out, _, code := b.report(terminal.Options{File: b.write("r.json", doc)}, "")
	expect(t, out, "NOT FILED YET", "cannot be reached", "555-0199")
	if code != terminal.ExitKept || len(b.kept()) != 1 {
		t.Errorf("code %d", code)
	}
}

// TestNextReportSendsKeptFirst: nobody has to remember a kept report.
func TestNextReportSendsKeptFirst(t *testing.T) {
	b := newBench(t)
	b.server.away = 1
	b.report(terminal.Options{File: b.write("1.json", doc)}, "")
	out, _, _ := b.report(terminal.Options{File: b.write("2.json", `{"entity":"ca-dmv","description":"second"}`)}, "")
	expect(t, out, "Filed a kept report first: incident 7KM-4X9-2RTD", "Filed.\n")
	if len(b.server.filed) != 2 || len(b.kept()) != 0 {
		t.Errorf("filed %d", len(b.server.filed))
	}
}

// TestKeptReportsGoNowhereElse: another server does not get them.
func TestKeptReportsGoNowhereElse(t *testing.T) {
	b := newBench(t)
	b.server.away = 1
	b.report(terminal.Options{File: b.write("1.json", doc)}, "")
	other := newServer(t)
	out, _, _ := b.report(terminal.Options{Flush: true, Server: other.URL}, "")
	expect(t, out, "belongs to "+b.server.URL)
	if other.requests != 0 || len(b.kept()) != 1 {
		t.Error("sent to another server")
	}
}

func TestWait(t *testing.T) {
	b := newBench(t)
	b.server.away = 3
	out, _, code := b.report(terminal.Options{File: b.write("r.json", doc), Wait: true}, "")
	expect(t, out, "NOT FILED YET", "Trying again in", "Filed.")
	if code != 0 || len(b.slept) != 3 || b.slept[0] < 7*time.Second || len(b.server.filed) != 1 || len(b.kept()) != 0 {
		t.Errorf("code %d, slept %v (the server asked for 7s), filed %d", code, b.slept, len(b.server.filed))
	}
	if strings.Count(out, "NOT FILED YET") != 1 {
		t.Errorf("repeats itself:\n%s", out)
	}
}

func TestRefusedFile(t *testing.T) {
	b := newBench(t)
	b.server.refuse = `{"title":"Refused","detail":"d","errors":[{"field":"discovered_at","detail":"This lies in the future.","remedy":"Correct it."}]}`
	out, _, code := b.report(terminal.Options{File: b.write("r.json", doc)}, "")
	expect(t, out, "discovered_at: This lies in the future. Correct it.", "Nothing was recorded")
	if code != terminal.ExitRefused || len(b.kept()) != 0 {
		t.Errorf("code %d, kept %v", code, b.kept())
	}
}

func TestWrongKeyKeepsTheReport(t *testing.T) {
	b := newBench(t)
	b.server.refuse, b.server.status = `{"title":"A valid key is needed"}`, 401
	out, _, code := b.report(terminal.Options{File: b.write("r.json", doc)}, "")
	expect(t, out, "Mend the key")
	if kept := b.kept(); code != terminal.ExitRefused || len(kept) != 1 || kept[0].State != client.Waiting {
		t.Errorf("code %d, kept %v", code, kept)
	}
}

// script is what a person types in a full interview.
const script = `Laptop stolen
from a car
.
?
1
now
?
2026-11-20 08:15
Called the police
.
yes
no

Dell 5440
SN1
AT1
10.0.0.1, 10.0.0.2
dmv-lt-7
Windows 11
Sacramento
no

yes
1
CA
612

no
high
250,000
confidential


rita2@example.gov
555-1, 555-2

Ivan ISO
ivan@example.gov



yes
`

func TestInterview(t *testing.T) {
	b := newBench(t)
	out, _, code := b.report(terminal.Options{}, script)
	if code != 0 || len(b.server.filed) != 1 {
		t.Fatalf("code %d\n%s", code, out)
	}
	var f incident.Filing
	for _, body := range b.server.filed {
		if err := json.Unmarshal([]byte(body), &f); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, out, "For: Motor Vehicles", "so far: rating unrated, 1 to be told", "Filing this now would mean", "Filed.")
	got := fmt.Sprintf("%s|%q|%v|%s|%s|%v|%v", f.Entity, f.Description, f.Categories, f.DiscoveredAt, f.OccurredAt,
		*f.CrimeSuspected, *f.TerrorismSuspected)
	want := `ca-dmv|"Laptop stolen\nfrom a car"|[equipment]|2026-11-20T09:30:00-08:00|2026-11-20T08:15:00-08:00|true|false`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if d := f.Devices; len(d) != 1 || d[0].Serial != "SN1" || len(d[0].IP) != 2 || *d[0].Encrypted {
		t.Errorf("devices %+v", d)
	}
	if f.MediaCoverage != nil || f.OutageMinutes != nil {
		t.Error("what was skipped is stated")
	}
	if f.PersonalInformation.Residents["CA"] != 612 || f.PersonalInformation.Types[0] != "ssn" || *f.Impact.LiabilityUSD != 250000 ||
		*f.Impact.HumanSafety || f.Impact.AssetRating != "high" {
		t.Errorf("%+v %+v", f.PersonalInformation, f.Impact)
	}
	if f.Reporter.Name != "Rita Reporter" || f.Reporter.Email != "rita2@example.gov" || len(f.Reporter.Phones) != 2 ||
		f.ISO.Name != "Ivan ISO" || f.AlternateContact != nil {
		t.Errorf("%+v %+v %+v", f.Reporter, f.ISO, f.AlternateContact)
	}
}

// TestInterviewBrokenOff: whatever was typed is kept, and the rest is asked later.
func TestInterviewBrokenOff(t *testing.T) {
	b := newBench(t)
	out, _, code := b.report(terminal.Options{}, "Mail server down\n.\n\n\n\n\nquit\n")
	kept := b.kept()
	if code != terminal.ExitRefused || len(kept) != 1 || kept[0].State != client.Draft ||
		!strings.Contains(string(kept[0].Body), "Mail server down") {
		t.Fatalf("code %d, kept %+v\n%s", code, kept, out)
	}
	expect(t, out, "--resume "+kept[0].ID)
	if out, _, _ = b.report(terminal.Options{Flush: true}, ""); b.server.requests != 0 {
		t.Errorf("a draft was sent:\n%s", out)
	}
	out, _, code = b.report(terminal.Options{Resume: kept[0].ID}, strings.Repeat("\n", 21)+"yes\n")
	if code != 0 || len(b.server.filed) != 1 || len(b.kept()) != 0 {
		t.Fatalf("code %d, filed %d, kept %v\n%s", code, len(b.server.filed), b.kept(), out)
	}
	for _, body := range b.server.filed {
		if !strings.Contains(body, "Mail server down") {
			t.Error(body)
		}
	}
}

// TestInterviewOffline: without the server the questions go on, and nothing waits for it again.
func TestInterviewOffline(t *testing.T) {
	b := newBench(t)
	b.server.Close()
	out, _, code := b.report(terminal.Options{Yes: true, Entity: "ca-dmv"}, "\nDown\n.\nmalware\n"+strings.Repeat("\n", 40))
	kept := b.kept()
	if code != terminal.ExitKept || len(kept) != 1 || kept[0].State != client.Waiting || !strings.Contains(string(kept[0].Body), `"malware"`) {
		t.Fatalf("code %d, kept %+v\n%s", code, kept, out)
	}
	expect(t, out, "555-0199", "NOT FILED YET")
}

func TestTelephone(t *testing.T) {
	b := newBench(t)
	out, _, code := b.report(terminal.Options{ByTelephone: true}, "Rita\nca-chp\n08:55\nyes\nREF-1\n\n2026-11-19 23:00\nLaptop\n.\nyes\n")
	expect(t, out, "It does not count as filed")
	var tel incident.Telephone
	for _, body := range b.server.filed {
		if err := json.Unmarshal([]byte(body), &tel); err != nil {
			t.Fatal(err)
		}
	}
	if code != 0 || tel.Entity != "ca-dmv" || tel.Called != "ca-chp" || tel.CalledAt != "2026-11-20T08:55:00-08:00" || !*tel.AfterHours ||
		tel.DiscoveredAt != "2026-11-19T23:00:00-08:00" {
		t.Errorf("code %d %+v\n%s", code, tel, out)
	}
}

func TestList(t *testing.T) {
	b := newBench(t)
	if out, _, _ := b.report(terminal.Options{List: true}, ""); !strings.Contains(out, "Nothing is kept") {
		t.Error(out)
	}
	b.server.away = 1
	b.report(terminal.Options{File: b.write("1.json", doc)}, "")
	out, _, _ := b.report(terminal.Options{List: true}, "")
	expect(t, out, b.kept()[0].ID, "waiting", b.server.URL)
}
