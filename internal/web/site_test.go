package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tocsin/internal/web"
	"tocsin/internal/web/webtest"
)

// noon is the time of all tests.
var noon = time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)

// harness is a running site over a fake application, with a browser's cookie jar.
type harness struct {
	*testing.T
	fake   *webtest.Fake
	base   string
	client *http.Client
	log    *strings.Builder
}

func start(t *testing.T, change ...func(*web.Config)) *harness {
	t.Helper()
	fake := webtest.New(func() time.Time { return noon })
	h := &harness{T: t, fake: fake, log: &strings.Builder{}}
	config := web.Config{Ports: fake.Ports(), Demo: true, Mailbox: fake, Now: func() time.Time { return noon }, Version: "test",
		Zones: map[string]string{"us-ca": "America/Los_Angeles", "us-ma": "America/New_York"}, Log: slog.New(slog.NewTextHandler(h.log, nil))}
	for _, c := range change {
		c(&config)
	}
	handler, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	h.base, fake.Base = server.URL, server.URL
	jar, _ := cookiejar.New(nil)
	h.client = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return h
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

// first is the number of the oldest incident.
func (h *harness) first() string { return h.fake.Numbers()[0] }

// readable lists the address of every page that can be read, with every kind of content.
func (h *harness) readable() []string {
	list := []string{"/", "/signin", "/signin?next=/incidents", "/emergency", "/report", "/report?entity=ca-demo-dmv", "/report/telephone", "/quick", "/triage", "/report/offline",
		"/incidents", "/actions", "/actions?state=overdue&owner=nobody", "/?period=weeks", "/incidents?col=category&col=updated&mine=1&from=x", "/incidents?q=laptop&level=high", "/incidents?q=nothing-like-it", "/inbox", "/inbox?state=asked", "/inbox?who=mine", "/glass", "/reviews", "/demo/mailbox", "/invitations", "/invitations?q=nobody", "/account", "/account/passkey", "/account/password", "/invite/open", "/invite/used", "/recover", "/recover/code", "/recover/ask", "/recover/used", "/nothing", "/a/expired", "/a/never-made"}
	for _, number := range h.fake.Numbers() {
		list = append(list, "/incidents/"+number, "/incidents/"+number+"/response", "/filed/"+number+"/1", "/incidents/"+number+"/receipts/1",
			"/incidents/"+number+"/filings", "/incidents/"+number+"/messages", "/incidents/"+number+"/record", "/incidents/"+number+"/sheet",
			"/report?incident="+number+"&kind=supplement", "/report?incident="+number+"&kind=written")
	}
	for _, token := range h.fake.Tokens() {
		list = append(list, "/a/"+token)
	}
	if len(h.fake.Numbers()) > 0 {
		list = append(list, "/demo/mailbox/1")
	}
	list = append(list, "/reporters", "/entities/ca-demo-dmv/reporters", "/entities/ca-demo-dmv/reporters/d1/withdraw", "/entities/nobody/reporters", "/account/keys", "/account/keys/k1/revoke", "/account/keys?person=other", "/signin/with/state/back?state=x&code=y", "/signin/with/broken")
	return list
}
