package api_test

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"tocsin/internal/api"
	"tocsin/internal/api/policy"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

const base = "/api/v1"

// act is one request that changes something: who sends it, where and with what, and where one sees that each part of it came to its
// place. Paths are below /api/v1.
type act struct {
	who, path, body string
	look            string
	want            []string
}

// acts reads testdata/acts.txt: every act once or more, in an order in which each is possible.
func acts(t testing.TB) (out []act) {
	t.Helper()
	text, err := os.ReadFile("testdata/acts.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		seen, looks := strings.CutPrefix(line, "\t")
		switch {
		case looks:
			a := &out[len(out)-1]
			words := strings.Split(seen, " | ")
			a.look, a.want = words[0], words[1:]
		case line != "" && !strings.HasPrefix(line, "#"):
			words := append(strings.SplitN(line, " ", 3), "")
			out = append(out, act{who: words[0], path: words[1], body: words[2]})
		}
	}
	return out
}

// places are what stands for the placeholders of acts.
func (w *world) places() map[string]string {
	shipped, ok := testkit.Packs("us-ma")
	if !ok {
		w.T.Fatal("no pack")
	}
	type file struct {
		Name string `json:"name"`
		Text string `json:"text"`
	}
	var files []file
	for name, data := range shipped.Files() {
		if !strings.HasPrefix(name, "cases/") {
			files = append(files, file{name, strings.Replace(string(data), `version: "`+shipped.Version, `version: "2027.1`, 1)})
		}
	}
	own := "-- half/facts --\nentity: e\nimpact: {liability_usd: 1000000}\nrecord: {events: {received: \"2026-03-02T09:00:00-05:00\"}}\n"
	files = append(files, file{"own.txtar", own + "-- half/want --\nlevel: high\n"})
	return map[string]string{"{filed}": w.cases.Filed, "{asked}": w.cases.Asked, "{ma}": w.cases.Massachusetts,
		"{digest}": "d1", "{proposal}": "p1",
		"{cacao}": inJSON(said([]string{"A"})), "{files}": inJSON(files)}
}

func put(places map[string]string, s string) string {
	for name, value := range places {
		s = strings.ReplaceAll(s, name, value)
	}
	return s
}

// walk does every act. {made} is the incident or proposal that the last of them made, {digest} the version of a pack that waits.
func (w *world) walk(t testing.TB) map[string]string {
	t.Helper()
	w.App.Tools = []incident.Tool{testkit.Tool("ma-state", "https://edr.example.gov/c")}
	places := w.places()
	for _, a := range acts(t) {
		res, body := w.ask(a.who, http.MethodPost, base+put(places, a.path), put(places, a.body))
		if res.StatusCode >= 300 {
			t.Errorf("%s by %s with %.100s: %d %s", a.path, a.who, a.body, res.StatusCode, body)
			continue
		}
		var made struct{ Incident, Proposal string }
		if body != "" {
			if err := json.Unmarshal([]byte(body), &made); err != nil {
				t.Fatal(err)
			}
		}
		if m := made.Incident + made.Proposal; m != "" {
			places["{made}"] = m
		}
		if a.look == "" {
			continue
		}
		res, seen := w.ask(a.who, http.MethodGet, base+put(places, a.look), "")
		var versions policy.VersionList
		if _ = json.Unmarshal([]byte(seen), &versions); len(versions.Versions) > 0 {
			places["{digest}"] = versions.Versions[0].Digest
		}
		for _, want := range a.want {
			if !strings.Contains(seen, want) {
				t.Errorf("%s: %s does not show %s: %d %s", a.path, a.look, want, res.StatusCode, seen)
			}
		}
	}
	return places
}

// sound is a request that a route can take.
type sound struct {
	api.Route
	who, path, body string
}

func (s sound) name() string { return s.Method + " " + s.Pattern }

// every is a sound request for each route: the first act of it, or what is read.
func (w *world) every(t testing.TB, places map[string]string) (out []sound) {
	t.Helper()
	mux := http.NewServeMux()
	for _, r := range api.Routes() {
		mux.Handle(r.Method+" "+r.Pattern, http.NotFoundHandler())
	}
	first := map[string]act{}
	for _, a := range acts(t) {
		r, err := http.NewRequest(http.MethodPost, base+put(places, a.path), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, pattern := mux.Handler(r); first[pattern].path == "" {
			first[pattern] = a
		}
	}
	reads := strings.NewReplacer("{number}", w.cases.Massachusetts, "{entity}", "ma-state", "{filing}", "1", "{pack}", "us-ma",
		"{digest}", places["{digest}"],
		"{report}", "1", "{section}", "legal",
		"proposals/{id}", "proposals/"+places["{proposal}"], "{id}", "e1")
	for _, r := range api.Routes() {
		if r.Method == http.MethodGet {
			read := sound{r, "ma-coordinator", reads.Replace(r.Pattern), ""}
			switch r.Object {
			case "section":
				read.who = "ma-legal"
			case "list":
				read.path = strings.Replace(read.path, "/indicators", "/indicators?value=203.0.113.7", 1)
			}
			out = append(out, read)
			continue
		}
		a, ok := first[r.Method+" "+r.Pattern]
		if !ok {
			t.Errorf("%s %s is in no act", r.Method, r.Pattern)
		}
		out = append(out, sound{r, a.who, base + put(places, a.path), put(places, a.body)})
	}
	return out
}

// TestEveryAct: every act is done by a program, and each part of it comes to its place.
func TestEveryAct(t *testing.T) {
	w := start(t)
	w.every(t, w.walk(t))
}

// mayBeBare are the acts that need no words.
var mayBeBare = []string{"/take", "/done", "/skip", "/order", "/verify", "/send", "/assign", "/management", "/finish",
	"/absences", "/change"}

// TestActsNeedTheirWords: without what it is about an act is refused, each missing part by its name, and nothing is recorded.
func TestActsNeedTheirWords(t *testing.T) {
	w := start(t)
	for _, s := range w.every(t, w.places()) {
		bare := slices.ContainsFunc(mayBeBare, func(end string) bool { return strings.HasSuffix(s.Pattern, end) })
		if s.body == "" || s.Audit != "fact" || bare {
			continue
		}
		w.key(s.who)
		before := w.writes.Load()
		res, body := w.ask(s.who, s.Method, s.path, `{}`)
		if p := problemOf(t, res, body); p.Status != 422 || len(p.Errors) == 0 || w.writes.Load() != before {
			t.Errorf("%s with nothing: %d %s", s.name(), res.StatusCode, body)
		}
	}
}
