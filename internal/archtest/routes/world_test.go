package routes

import (
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"tocsin/internal/api"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
	pgtest "tocsin/internal/testkit/pg"
	"tocsin/internal/web"
)

var update = flag.Bool("update", false, "write the expected table of access anew; read the difference before you keep it")

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

var ctx = context.Background()

// everything names each action: a key without names gives less, because some actions must be named.
var everything = access.Actions

// world is a whole server in the process: the real handlers over a real record.
type world struct {
	*testkit.Harness
	t        testing.TB
	pages    http.Handler
	programs http.Handler
	tokens   map[string]string // sessions by person
	keys     map[string]string // API keys by person
}

func newWorld(t testing.TB, dsn string) *world {
	t.Helper()
	if dsn == "" {
		dsn = testkit.Fresh(t)
	}
	w := &world{Harness: testkit.StartOn(t, dsn), t: t, tokens: map[string]string{}, keys: map[string]string{}}
	var err error
	if w.pages, err = web.New(web.Config{App: w.App, Now: w.Clock.Now, Version: "test"}); err != nil {
		t.Fatal(err)
	}
	w.programs = api.New(api.Config{App: w.App})
	return w
}

// answer is what somebody got.
type answer struct {
	status int
	header http.Header
	body   string
}

func (w *world) ask(r *http.Request) answer {
	rec := httptest.NewRecorder()
	if strings.HasPrefix(r.URL.Path, "/api/") {
		w.programs.ServeHTTP(rec, r)
	} else {
		w.pages.ServeHTTP(rec, r)
	}
	return answer{rec.Code, rec.Result().Header, rec.Body.String()}
}

// request makes a request as a person: with their session for a page, with their key for a program. No person is nobody.
func (w *world) request(person, method, path, body string) *http.Request {
	w.t.Helper()
	r := httptest.NewRequest(method, "http://tocsin.test"+path, strings.NewReader(body))
	programs := strings.HasPrefix(path, "/api/")
	if method == http.MethodPost && programs {
		r.Header.Set("Content-Type", "application/json")
	} else if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://tocsin.test")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	switch {
	case person == "":
	case programs:
		r.Header.Set("Authorization", "Bearer "+w.key(person))
	default:
		r.AddCookie(&http.Cookie{Name: "tocsin", Value: w.session(person)})
	}
	return r
}

func (w *world) session(person string) string {
	if w.tokens[person] == "" {
		token, err := w.SignInAs(ctx, person)
		if err != nil {
			w.t.Fatal(person, err)
		}
		w.tokens[person] = token
	}
	return w.tokens[person]
}

func (w *world) key(person string) string {
	if w.keys[person] == "" {
		key, err := w.NewKey(ctx, person, "test", everything, time.Time{})
		if err != nil {
			w.t.Fatal(person, err)
		}
		w.keys[person] = key
	}
	return w.keys[person]
}

func (w *world) get(person, path string) answer {
	return w.ask(w.request(person, http.MethodGet, path, ""))
}

func (w *world) post(person, path string, form url.Values) answer {
	return w.ask(w.request(person, http.MethodPost, path, form.Encode()))
}

// must is a form that has to go through.
func (w *world) must(person, path string, form url.Values) {
	w.t.Helper()
	if a := w.post(person, path, form); a.status != http.StatusSeeOther {
		w.t.Fatalf("%s as %s: %d\n%s", path, person, a.status, a.body)
	}
}

// filed files a report, and answers its number.
func (w *world) filed(person, entity, words string) string {
	w.t.Helper()
	yes := true
	a, err := w.File(ctx, w.As(person), incident.Filing{Entity: entity, Description: words, CrimeSuspected: &yes}, noOptions)
	if err != nil {
		w.t.Fatal(err)
	}
	return a.Incident
}
