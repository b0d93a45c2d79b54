package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
	pgtest "tocsin/internal/testkit/pg"
	"tocsin/internal/web"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// noon is the time of the tests that begin with start.
var noon = time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)

// absentNumber is a number that no incident has.
var absentNumber, _ = incident.NewNumber(bytes.Repeat([]byte{7}, 24))

var errGone = errors.New("database is gone")

// harness is a running site over the real application, with a browser's cookie jar.
type harness struct {
	*testing.T
	kit    *testkit.Harness
	site   http.Handler
	base   string
	client *http.Client
	log    *logged
}

// logged is what the site has logged.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// mailbox shows the mails that the application has sent.
type mailbox struct{ post *testkit.Post }

func (m mailbox) Messages(context.Context) (list []web.Mail, err error) {
	for _, sent := range m.post.Taken() {
		list = append(list, web.Mail{To: []string{sent.To.Email}, From: "tocsin@tocsin.test", Subject: sent.Subject, MessageID: sent.MessageID, ReceivedAt: noon, Text: sent.Text})
	}
	return list, nil
}

// siteOf is what the pages of tests stand on.
func siteOf(kit *testkit.Harness) web.Config {
	return web.Config{App: kit.App, Demo: true, Mailbox: mailbox{kit.Post}, Now: kit.Clock.Now, Version: "test",
		Zones: map[string]string{"us-ca": "America/Los_Angeles", "us-ma": "America/New_York"}}
}

// startOn serves the pages of an application. The browser finds them at the address that is in the application's mails.
func startOn(t *testing.T, kit *testkit.Harness, change ...func(*web.Config)) *harness {
	t.Helper()
	h := &harness{T: t, kit: kit, base: kit.BaseURL, log: &logged{}}
	config := siteOf(kit)
	config.Log = slog.New(slog.NewTextHandler(h.log, nil))
	for _, c := range change {
		c(&config)
	}
	var err error
	if h.site, err = web.New(config); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h.site)
	t.Cleanup(server.Close)
	var dial net.Dialer
	transport := &http.Transport{MaxIdleConnsPerHost: 100, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dial.DialContext(ctx, network, server.Listener.Addr().String())
	}}
	t.Cleanup(transport.CloseIdleConnections)
	jar, _ := cookiejar.New(nil)
	h.client = &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return h
}

// start serves the pages of a new application without incidents.
func start(t *testing.T, change ...func(*web.Config)) *harness {
	t.Helper()
	return seeded(t, 0, change...)
}

var (
	recordsMu sync.Mutex
	records   = map[int]*testkit.Template{}
)

// record is a record of n incidents.
func record(n int) *testkit.Template {
	recordsMu.Lock()
	defer recordsMu.Unlock()
	if records[n] == nil {
		records[n] = testkit.NewTemplate(func(kit *testkit.Harness) {
			kit.Clock.Move(noon.Sub(kit.Clock.Now()) - time.Duration(n)*time.Minute)
			seed(kit, n)
		})
	}
	return records[n]
}

// seeded serves the pages of an application with n incidents of one agency, oldest first a minute apart, the last one a minute ago.
func seeded(t *testing.T, n int, change ...func(*web.Config)) *harness {
	t.Helper()
	return startOn(t, record(n).Start(t), change...)
}

// seed files n incidents of changing kind and rating. The authority asks about every third; mails and receipts are on their way.
func seed(kit *testkit.Harness, n int) {
	words := []string{"Laptop stolen from a parked car outside the field office in Fresno; disk encryption not confirmed.",
		"Phishing mail led two clerks to enter their passwords; mailbox rules were found that forward to an outside address.",
		"Public appointment system down since 06:10; the load balancer shows a flood of half-open connections.",
		"Paper files with 40 applications left in a conference room that was open to visitors."}
	ratings := []string{"", "high", "medium", "low"}
	for i := range n {
		number := kit.Filed(iso, "ca-demo-dmv", words[i%len(words)], func(f *incident.Filing) {
			yes, liability := true, int64(1000*(i+1))
			f.Categories, f.DiscoveredAt = []string{"equipment"}, kit.Clock.Now().Add(-2*time.Hour).Format(time.RFC3339)
			f.Devices = []incident.Device{{MakeModel: "Latitude 7450", Serial: "7HX2K33", IP: []string{"10.20.30.40"}, Encrypted: &yes}}
			f.PersonalInformation = &incident.PersonalInformation{Involved: "yes", Types: []string{"ssn"}, Residents: map[string]int64{"CA": 612, "MA": 3}}
			f.Impact = &incident.Impact{AssetRating: ratings[i%4], LiabilityUSD: &liability}
			f.ActionsTaken = "Password reset; device reported to local police."
			f.Reporter = &incident.Contact{Name: "Dana Whitfield", Email: "dana.whitfield@dmv.ca.example", Phones: []string{"(916) 555-0142"}}
		})
		if i%3 == 2 {
			if err := kit.Ask(context.Background(), kit.As(duty), number, "ca-ois", "Was the disk encrypted, and who had the key?"); err != nil {
				kit.T.Fatal(err)
			}
		}
		kit.Clock.Move(time.Minute)
	}
	kit.Deliver()
	if n > 0 {
		kit.Sequence()
	}
}

// answered is an answer with its body read.
type answered struct {
	*http.Response
	body string
}

func (h *harness) do(r *http.Request) answered {
	h.Helper()
	resp, err := h.client.Do(r)
	if err != nil {
		h.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		h.Fatal(err)
	}
	return answered{resp, string(body)}
}

func (h *harness) get(path string) answered {
	h.Helper()
	r, err := http.NewRequest("GET", h.base+path, nil)
	if err != nil {
		h.Fatal(err)
	}
	return h.do(r)
}

// post sends a form as a browser on our own page does.
func (h *harness) post(path string, form url.Values) answered {
	h.Helper()
	return h.do(h.form(path, form))
}

func (h *harness) form(path string, form url.Values) *http.Request {
	r, err := http.NewRequest("POST", h.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		h.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", h.base)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// be signs in as a person of the demonstration.
func (h *harness) be(person string) {
	h.Helper()
	if a := h.post("/signin", url.Values{"person": {person}}); a.StatusCode != http.StatusSeeOther {
		h.Fatalf("signing in as %s: %d", person, a.StatusCode)
	}
}

// numbers lists the incidents of California, oldest first.
func (h *harness) numbers() (list []string) {
	h.Helper()
	q := app.ListQuery{Order: incident.Oldest, Limit: 50}
	by := h.kit.As(coordinator)
	for {
		page, err := h.kit.Incidents(context.Background(), by, q)
		if err != nil {
			h.Fatal(err)
		}
		for _, row := range page.Incidents {
			list = append(list, row.Incident)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return list
		}
	}
}

// first is the number of the oldest incident.
func (h *harness) first() string {
	h.Helper()
	list := h.numbers()
	if len(list) == 0 {
		h.Fatal("there is no incident")
	}
	return list[0]
}

// view is an incident as its reporter sees it.
func (h *harness) view(number string) app.IncidentView {
	h.Helper()
	v, err := h.kit.Incident(context.Background(), h.kit.As(iso), number)
	if err != nil {
		h.Fatal(err)
	}
	return v
}

// recorded is everything that the oldest incident's page stands on.
func (h *harness) recorded() string {
	h.Helper()
	b, err := json.Marshal(h.view(h.first()))
	if err != nil {
		h.Fatal(err)
	}
	return string(b)
}

var mailedLink = regexp.MustCompile(`http://tocsin\.test(/a/[A-Za-z0-9_-]+)`)

// links lists the addresses of the acknowledgement links that were mailed, oldest first.
func (h *harness) links() (list []string) {
	for _, m := range h.kit.Post.Taken() {
		for _, found := range mailedLink.FindAllStringSubmatch(m.Text, -1) {
			list = append(list, found[1])
		}
	}
	return list
}

// stale makes the last proof of everybody who is signed in too old for what asks for a new one.
func (h *harness) stale() { h.kit.Clock.Move(6 * time.Minute) }

// readable lists the address of every page that can be read, with every kind of content.
func (h *harness) readable() []string {
	list := []string{"/", "/signin", "/signin?next=/incidents", "/emergency", "/report", "/report?entity=ca-demo-dmv", "/report/telephone", "/quick", "/triage", "/report/offline",
		"/incidents", "/actions", "/actions?state=overdue&owner=nobody", "/?period=weeks", "/incidents?col=category&col=updated&mine=1&from=x", "/incidents?q=laptop&level=high",
		"/incidents?q=nothing-like-it", "/inbox", "/inbox?state=asked", "/inbox?who=mine", "/glass", "/reviews", "/demo/mailbox", "/invitations", "/invitations?q=nobody", "/account",
		"/account/passkey", "/account/password", "/invite/used", "/recover", "/recover/used", "/nothing", "/a/never-made"}
	numbers := h.numbers()
	for _, number := range numbers {
		list = append(list, "/incidents/"+number, "/incidents/"+number+"/response", "/filed/"+number+"/1", "/incidents/"+number+"/receipts/1",
			"/incidents/"+number+"/filings", "/incidents/"+number+"/messages", "/incidents/"+number+"/record", "/incidents/"+number+"/sheet",
			"/report?incident="+number+"&kind=supplement", "/report?incident="+number+"&kind=written")
	}
	list = append(list, h.links()...)
	if len(numbers) > 0 {
		list = append(list, "/demo/mailbox/1")
	}
	return append(list, "/reporters", "/entities/ca-demo-dmv/reporters", "/entities/nobody/reporters", "/account/keys", "/account/keys?person=ca-dmv-reporter",
		"/work", "/board", "/statistics", "/policy", "/directory", "/team")
}

// filed files a report through the page and answers the incident's number.
func (h *harness) filed(form url.Values) string {
	h.Helper()
	for name, value := range map[string]string{"entity": "ca-demo-dmv", "act": "file", "kind": "initial"} {
		if !form.Has(name) {
			form.Set(name, value)
		}
	}
	a := h.post("/report", form)
	parts := strings.Split(a.Header.Get("Location"), "/")
	if a.StatusCode != http.StatusSeeOther || len(parts) < 3 {
		h.Fatalf("filing: status %d to %q\n%s", a.StatusCode, a.Header.Get("Location"), a.body)
	}
	return parts[2]
}
