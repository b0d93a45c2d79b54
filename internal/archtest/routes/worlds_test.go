package routes

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/internal/api"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
	pgtest "tocsin/internal/testkit/pg"
	"tocsin/internal/web"
)

// secret occurs in nothing but the incidents that outsiders must not know of.
const secret = "Zwetschgendatschi"

// common is what both worlds have: incidents of two agencies, one asked about and answered, one late.
func common(w *world) (numbers []string) {
	a := w.filed("ca-dmv-iso", "ca-demo-dmv", "A laptop is missing")
	b := w.filed("ca-dmv-iso", "ca-demo-dmv", "The portal is defaced")
	c := w.filed("ca-dhcs-iso", "ca-demo-dhcs", "A letter went to the wrong house")
	w.Deliver()
	w.must("ca-cciu-investigator", "/incidents/"+a+"/ask", url.Values{"authority": {"ca-chp-cciu"}, "question": {"Who had the key?"}})
	w.must("ca-dmv-iso", "/incidents/"+a+"/answer", url.Values{"question": {"q1"}, "answer": {"The mail room."}})
	w.Deliver()
	w.Sequence()
	return []string{a, b, c}
}

// restricted adds an incident that only the coordinator and the counsel may know of, with a question, a hand-over and reads.
func restricted(w *world) string {
	n := w.filed("ca-coordinator", "ca-demo-dmv", secret+" was taken by one of us")
	at := "/incidents/" + n
	w.must("ca-coordinator", at+"/restrict", url.Values{"members": {"beatriz.almeida@dmv.ca.example"}, "reason": {secret + ": an insider"}})
	w.must("ca-cciu-investigator", at+"/ask", url.Values{"authority": {"ca-chp-cciu"}, "question": {secret + "?"}})
	w.must("ca-cciu-investigator", at+"/assign", url.Values{"authority": {"ca-chp-cciu"}, "person": {"ca-cciu-sergeant"}, "note": {secret}})
	w.must("ca-coordinator", at+"/actions", url.Values{"what": {secret + ": lock it"}, "owner": {"ca-dmv-counsel"}, "due": {"2026-06-19"}})
	w.must("ca-coordinator", at+"/assets", url.Values{"name": {secret}, "networks": {secret}})
	w.must("ca-coordinator", at+"/response", url.Values{"begun": {secret}, "lead": {"ca-coordinator"}, "playbook": {"ca-play-every"}}) // tasks for roles that outsiders hold
	w.must("ca-coordinator", at+"/tasks", url.Values{"what": {secret}, "aim": {"evidence"}, "role": {"iso"}})
	if a := w.get("ca-dmv-counsel", at); a.status != http.StatusOK || !strings.Contains(a.body, secret) {
		w.t.Fatalf("a member does not see it: %d", a.status)
	}
	return n
}

// foreign adds an incident of another agency.
func foreign(w *world) string {
	return w.filed("ca-cdph-iso", "ca-demo-cdph", secret+" at another agency")
}

// differences are the ways in which two worlds differ, each with those who must find no difference. The administrator is not among
// them: how much the system holds is what an operator's pages are for.
var differences = []struct {
	name      string
	add       func(*world) string
	outsiders []string
}{
	{"one restricted incident", restricted, []string{"ca-dmv-iso", "ca-dmv-reporter", "ca-dmv-cio", "ca-dmv-head", "ca-dmv-tech", "ca-soc",
		"ca-auditor", "ca-ciso",
		"ca-cdph-iso", "ca-ag-deputy", "ma-coordinator"}},
	{"one incident of another agency", foreign, []string{"ca-dmv-iso", "ca-dmv-cio", "ca-dhcs-iso", "ca-ag-deputy", "ma-coordinator"}},
}

// Two worlds that differ only in what an outsider must not know give the outsider the same bytes: on every page and every address of
// the API, in lists, counts and searches, and in the mails. reliability.md 4.7
func TestPeer_S05_TwoWorlds(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	for _, d := range differences {
		for _, engine := range []string{"sqlite", "postgres"} {
			t.Run(d.name+" on "+engine, func(t *testing.T) {
				t.Parallel()
				open := func() *world {
					if engine == "sqlite" {
						return newWorld(t, "")
					}
					return newWorld(t, pgtest.DatabaseFrom(t, "demo", testkit.Prepare))
				}
				a, b := open(), open()
				numbers := common(a)
				if diff := cmp.Diff(numbers, common(b)); diff != "" {
					t.Fatalf("the worlds differ from the start:\n%s", diff)
				}
				absent, _ := incident.NewNumber(bytes.Repeat([]byte{7}, 24)) // nobody's
				hidden := d.add(b)
				for _, w := range []*world{a, b} {
					w.Deliver()
					w.Tick(30 * time.Hour) // clocks run out, people are chased
					w.Sequence()
					clear(w.tokens) // the sessions of yesterday have run out
				}
				outsiders := d.outsiders
				if engine == "postgres" { // the queries are what can differ
					outsiders = outsiders[:2]
				}
				for _, person := range outsiders {
					sameReads(t, a, b, person, numbers)
					for _, path := range reads([]string{"NUMBER"}) {
						if strings.Contains(path, "NUMBER") {
							same(t, person, path, masked(a.get(person, strings.Replace(path, "NUMBER", absent, 1)), absent),
								masked(b.get(person, strings.Replace(path, "NUMBER", hidden, 1)), hidden))
						}
					}
				}
				sameMails(t, a, b, d.outsiders)
				if strings.Contains(b.get("ca-coordinator", "/incidents").body, secret) == strings.Contains(a.get("ca-coordinator",
					"/incidents").body, secret) {
					t.Error("the worlds do not differ at all")
				}
			})
		}
	}
}

func sameReads(t *testing.T, a, b *world, person string, numbers []string) {
	t.Helper()
	paths := reads(numbers)
	for _, q := range []string{"q=" + secret, "q=" + secret[:4] + "*", "q=insider", "entity=ca-demo-dmv", "entity=ca-demo-cdph", "level=high",
		"level=unrated", "status=open", "status=telephoned"} {
		paths = append(paths, "/incidents?"+q, "/api/v1/incidents?"+strings.Replace(q, "q=", "search=", 1))
	}
	paths = append(paths, "/api/v1/incidents?limit=1", "/inbox?state=asked", "/inbox?who=mine", "/inbox?who=unassigned")
	for _, path := range paths {
		x, y := masked(a.get(person, path)), masked(b.get(person, path))
		same(t, person, path, x, y)
		if strings.Contains(y, secret) && !strings.Contains(path, secret) {
			t.Errorf("%s as %s shows the secret", path, person)
		}
	}
}

// reads lists every address that is read, with each number in its place. A stream of events stays open; it is tested by itself.
// byDesign are pages whose bytes differ from one request to the next: they hold a challenge, a secret or a token made for it.
// The operator's page says how large the record is, as every receipt does, and nothing else of what is in it.
var byDesign = map[string]bool{"/signin": true, "/quick": true, "/account/passkey": true, "/account/password": true, "/operations": true}

func reads(numbers []string) (out []string) {
	var patterns []string
	for _, r := range web.Routes() {
		if r.Method == http.MethodGet && !r.Demo && !strings.HasSuffix(r.Pattern, "/live") {
			patterns = append(patterns, r.Pattern)
		}
	}
	for _, r := range api.Routes() {
		if r.Method == http.MethodGet {
			patterns = append(patterns, r.Pattern)
		}
	}
	fill := strings.NewReplacer("{$}", "", "{filing}", "1", "{entity}", "ca-demo-dmv", "{token}", "never-made", "{id}", "q1", "{pack}",
		"us-ca", "{section}", "legal")
	for _, p := range patterns {
		if byDesign[p] {
			continue
		}
		p = fill.Replace(p)
		if !strings.Contains(p, "{number}") {
			out = append(out, placeholder.ReplaceAllString(p, "1"))
			continue
		}
		for _, n := range numbers {
			out = append(out, placeholder.ReplaceAllString(strings.Replace(p, "{number}", n, 1), "1"))
		}
	}
	return out
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func same(t *testing.T, person, path, a, b string) {
	t.Helper()
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("%s as %s differs:\n%s", path, person, diff)
	}
}

// What a receipt and the record's page say of the whole tree is for everybody: its size and root tell how many facts there are, never
// which. That is what makes the record provable, and docs/threat-model.md says so. The rest is drawn by chance for each request.
var masks = []struct {
	find *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`Newest signed checkpoint[^.]*\.`), "CHECKPOINT"},
	{regexp.MustCompile(`(?s)"(leaf|proof|checkpoint|checkpoint_size)": ?("[^"]*"|\[[^\]]*\]|\d+)`), "TREE"},
	{regexp.MustCompile(`Leaf \d+|<pre class="mono"[^>]*>[^<]*</pre>|<span class="mono">[^<]*</span>`), "TREE"},
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`), "UUID"},
	{regexp.MustCompile(`[0-9a-f]{64}`), "DIGEST"},
	{regexp.MustCompile(`(<li>DIGEST</li>)+`), "PROOF"},
	{regexp.MustCompile(`name="once" value="[A-Z0-9]+"`), "ONCE"},
	{regexp.MustCompile(`urn:tocsin:request:[0-9a-f]+`), "REQUEST"},
}

// masked is everything that a reader gets, without what is drawn by chance, and without the number that they typed themselves.
func masked(a answer, typed ...string) string {
	h := a.header.Clone()
	for _, name := range []string{"X-Request-Id", "Request-Id", "Content-Length"} {
		h.Del(name)
	}
	s := fmt.Sprintf("%d\n%v\n%s", a.status, h, a.body)
	for _, m := range masks {
		s = m.find.ReplaceAllString(s, m.with)
	}
	for _, n := range typed {
		s = strings.NewReplacer(n, "NUMBER", url.QueryEscape(n), "NUMBER").Replace(s)
	}
	return s
}

func sameMails(t *testing.T, a, b *world, outsiders []string) {
	t.Helper()
	for _, person := range outsiders {
		address := ""
		for _, p := range a.DemoPeople() {
			if p.ID == person {
				address = p.Email
			}
		}
		if diff := cmp.Diff(mailsTo(a, address), mailsTo(b, address)); diff != "" || address == "" {
			t.Errorf("mails to %s differ:\n%s", person, diff)
		}
	}
}

func mailsTo(w *world, address string) (out []string) {
	for _, m := range w.Post.Taken() {
		if m.To.Email == address {
			out = append(out, m.Subject+"\n"+m.Text)
		}
	}
	slices.Sort(out)
	return out
}

// While a restricted incident comes to be and changes, an outsider's live updates say nothing at all; a member's do.
func TestPeer_S05_TwoWorldsLive(t *testing.T) {
	w := newWorld(t, "")
	numbers := common(w)
	server := httptest.NewServer(w.pages)
	t.Cleanup(server.Close)
	heard := map[string]*recorder{}
	for _, person := range []string{"ca-dmv-iso", "ca-soc", "ca-auditor", "ca-ciso", "ca-cdph-iso", "ca-ag-deputy",
		"ca-dmv-counsel", "ca-coordinator"} {
		heard[person] = listen(t, w, server.URL+"/live", person)
	}
	at := listen(t, w, server.URL+"/incidents/"+numbers[0]+"/live", "ca-dmv-iso")
	before := at.text()
	restricted(w)
	w.Sequence()
	for _, person := range []string{"ca-dmv-counsel", "ca-coordinator"} {
		heard[person].wait(t, person, "event: change")
	}
	time.Sleep(time.Second) // three more rounds of the watcher
	for person, r := range heard {
		member := person == "ca-dmv-counsel" || person == "ca-coordinator"
		if got := strings.Contains(r.text(), "event: change"); got != member {
			t.Errorf("%s heard of a change: %v", person, got)
		}
	}
	if got := at.text(); got != before {
		t.Errorf("another incident's stream said %q", got)
	}
}

// recorder keeps what an open stream says.
type recorder struct {
	mu   sync.Mutex
	said strings.Builder
}

func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.said.String()
}

func (r *recorder) wait(t *testing.T, person, words string) {
	t.Helper()
	for range 200 {
		if strings.Contains(r.text(), words) {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Errorf("%s never heard %q: %q", person, words, r.text())
}

func listen(t *testing.T, w *world, address, person string) *recorder {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "tocsin", Value: w.session(person)})
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	rec := &recorder{}
	go func() {
		defer resp.Body.Close()
		buf := make([]byte, 1024)
		for {
			n, err := resp.Body.Read(buf)
			rec.mu.Lock()
			rec.said.Write(buf[:n])
			rec.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	if strings.HasSuffix(address, "/live") && !strings.Contains(address, "/incidents/") {
		rec.wait(t, person, "event: state")
	} else {
		rec.wait(t, person, "retry:")
	}
	return rec
}

// A note of counsel leaves no trace for others: their pages, their API, their lists and their mails are the same bytes as without it.
func TestSectionsLeaveNoTrace(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	a, b := newWorld(t, ""), newWorld(t, "")
	numbers := common(a)
	if diff := cmp.Diff(numbers, common(b)); diff != "" {
		t.Fatalf("the worlds differ from the start:\n%s", diff)
	}
	at := "/incidents/" + numbers[0] + "/sections/legal"
	b.must("ca-dmv-counsel", at, url.Values{"note": {secret}})
	for _, w := range []*world{a, b} {
		w.Deliver()
		w.Sequence()
	}
	outsiders := []string{"ca-dmv-iso", "ca-dmv-head", "ca-coordinator", "ca-cciu-investigator"}
	for _, person := range outsiders {
		sameReads(t, a, b, person, numbers[:1])
		if got := b.get(person, at); got.status != http.StatusNotFound {
			t.Errorf("%s opens the section: %d", person, got.status)
		}
	}
	sameMails(t, a, b, outsiders)
	if got := b.get("ca-dmv-counsel", at); got.status != http.StatusOK || !strings.Contains(got.body, secret) {
		t.Errorf("counsel does not read the own note: %d", got.status)
	}
}
