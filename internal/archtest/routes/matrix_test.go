package routes

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/internal/api"
	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
	"tocsin/internal/web"
)

// columns are the people of the table: each role, and each relation to the incident of the Department of Motor Vehicles.
var columns = []struct{ person, relation string }{
	{"", "nobody"},
	{"ca-dmv-iso", "filed it; outside once it is restricted"},
	{"ca-dmv-reporter", "designated reporter, same agency"},
	{"ca-dmv-cio", "CIO, same agency"},
	{"ca-dmv-head", "head of the agency"},
	{"ca-dmv-counsel", "counsel, same agency; named member"},
	{"ca-dmv-owner", "information owner; was a member and is no more"},
	{"ca-dmv-tech", "technical support and help desk"},
	{"ca-cdph-iso", "same state, another agency"},
	{"ca-coordinator", "IR coordinator of the state; restricted it"},
	{"ca-ciso", "CISO of the state, not a member"},
	{"ca-soc", "SOC analyst of the state"},
	{"ca-auditor", "auditor of the state"},
	{"ca-admin", "administrator of the program"},
	{"ca-cciu-investigator", "authority that was told"},
	{"ca-ag-deputy", "authority that was not told"},
	{"ma-legal", "counsel of another state; named member"},
	{"ma-coordinator", "IR coordinator of another state"},
}

// states an incident can be in, and how it comes there.
var states = []struct {
	name string
	make func(*world) string
}{
	{"open", func(w *world) string { return asked(w) }},
	{"restricted", func(w *world) string {
		n := asked(w)
		w.must("ca-coordinator", "/incidents/"+n+"/restrict", url.Values{"known": {"ca-dmv-counsel", "ca-dmv-owner"}, "members": {"ma-legal"},
			"reason": {"An insider."}})
		w.must("ca-coordinator", "/incidents/"+n+"/members/remove", url.Values{"person": {"ca-dmv-owner"}})
		return n
	}},
	{"released", func(w *world) string {
		n := asked(w)
		w.must("ca-coordinator", "/incidents/"+n+"/restrict", url.Values{"known": {"ca-dmv-counsel"}, "members": {"ma-legal"},
			"reason": {"An insider."}})
		w.must("ca-coordinator", "/incidents/"+n+"/release", url.Values{"reason": {"It was nothing."}})
		return n
	}},
}

func asked(w *world) string {
	n := w.filed("ca-dmv-iso", "ca-demo-dmv", "A laptop is missing")
	w.must("ca-cciu-investigator", "/incidents/"+n+"/ask", url.Values{"authority": {"ca-chp-cciu"}, "question": {"Who had the key?"}})
	w.must("ca-coordinator", "/incidents/"+n+"/tasks", url.Values{"what": {"Ask the guard."}, "aim": {"analysis"}, "role": {"ir_analyst"}})
	w.must("ca-coordinator", "/incidents/"+n+"/actions",
		url.Values{"what": {"Lock the room."}, "owner": {"ca-dmv-iso"}, "due": {"2026-09-01"}})
	w.must("ca-coordinator", "/incidents/"+n+"/proposals", url.Values{"about": {"plan:"}, "what": {"Guard at night."}})
	w.must("ca-dmv-iso", "/incidents/"+n+"/updates", url.Values{"audience": {"public"}, "text": {"A laptop is missing."}})
	return n
}

// contained puts an asset on the list and has a tool told to act on it.
func contained(w *world, number string) {
	w.Tools = []incident.Tool{testkit.Tool("ca-state", "https://edr.example.gov/c")}
	by := w.As("ca-coordinator")
	err := w.AddAssets(ctx, by, number, []app.AssetEntry{{Name: "Kiosk"}})
	if err == nil {
		err = w.OrderTool(ctx, by, number, "a1", app.ToolOrder{Tool: "edr", Action: "contain", Kind: "device", Target: "kiosk-1"})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// bodies are what each act is asked to do, by the end of its address. Every act that names an incident has one.
var bodies = map[string]string{
	"web/acknowledge": "authority=ca-chp-cciu", "web/ask": "authority=ca-chp-cciu&question=Why%3F",
	"web/decline": "authority=ca-chp-cciu&reason=No.",
	"web/close":   "authority=ca-chp-cciu&reason=Done.", "web/answer": "question=q1&answer=The+mail+room.",
	"web/rate":                 "level=high&reason=Seen.",
	"web/post-incident-report": "required=yes&reason=To+learn.", "web/discharge": "duty=d1&statement=Done.",
	"web/assign": "authority=ca-chp-cciu&person=ca-cciu-sergeant", "web/restrict": "known=ca-dmv-counsel&reason=An+insider.",
	"web/release": "reason=Over.",
	"web/add":     "member=ca-soc", "web/remove": "person=ca-dmv-counsel",
	"web/glass": "incident=NUMBER&reason=Nobody+answers.", "web/reviews": "incident=NUMBER&breaking=g1&finding=Needed.",
	"api/acknowledge": "{}", "api/questions": `{"question":"Why?"}`, "api/decline": `{"reason":"No."}`, "api/close": `{"reason":"Done."}`,
	"api/answer": `{"answer":"The mail room."}`, "api/rating": `{"level":"high","reason":"Seen."}`,
	"web/response": "begun=Cut+off.&lead=", "web/handover": "lead=ca-coordinator&state_of_play=Quiet.",
	"web/playbooks": "playbook=ca-play-every",
	"web/tasks":     "what=Call.&aim=communication&role=ir_lead", "web/take": "task=t1&person=", "web/done": "task=t1&note=Done.",
	"web/skip":     "task=t1&reason=None.",
	"web/reopen":   "task=t1&reason=Again.",
	"api/response": `{"begun":"Cut off."}`, "api/handover": `{"lead":"ca-coordinator","state_of_play":"Quiet."}`,
	"api/playbooks": `{"playbook":"ca-play-every"}`,
	"api/tasks":     `{"what":"Call.","aim":"communication","role":"ir_lead"}`, "api/take": `{"person":""}`, "api/done": `{"note":"Done."}`,
	"api/skip": `{"reason":"None."}`, "api/reopen": `{"reason":"Again."}`,
	"api/restrict": `{"members":["ca-dmv-counsel"],"reason":"An insider."}`, "api/release": `{"reason":"Over."}`,
	"api/members": `{"member":"ca-soc"}`, "api/remove": "",
	"api/break-glass": `{"reason":"Nobody answers."}`, "api/ID": `{"finding":"Needed."}`, "api/assign": `{"person":"ca-cciu-sergeant"}`,
	"web/analysis": "section=causes&text=Words.&base=0", "web/sign": "", "web/revise": "reason=New.",
	"web/actions": "what=Do.&owner=ca-dmv-iso&due=2026-09-01",
	"web/change":  "action=c1&owner=ca-dmv-iso&due=2026-09-01&reason=Away.", "web/complete": "action=c1&evidence=Seen.",
	"web/verify": "action=c1", "web/return": "action=c1&reason=Half.&due=2026-09-01",
	"web/drop": "action=c1&reason=No.", "web/proposals": "about=plan:&what=More.", "web/decide": "proposal=p1&accepted=yes&reason=Yes.",
	"web/finish":   "proposal=p1&version=2",
	"api/analysis": `{"section":"causes","text":"Words.","base":0}`, "api/sign": "{}", "api/revise": `{"reason":"New."}`,
	"api/actions":  `{"what":"Do.","owner":"ca-dmv-iso","due":"2026-09-01T00:00:00Z"}`,
	"api/change":   `{"owner":"ca-dmv-iso","due":"2026-09-01T00:00:00Z","reason":"Away."}`,
	"api/complete": `{"evidence":"Seen."}`, "api/verify": `{"note":"Seen."}`, "api/return": `{"reason":"Half.","due":"2026-09-01T00:00:00Z"}`,
	"api/drop":      `{"reason":"No."}`,
	"api/proposals": `{"kind":"plan","what":"More."}`, "api/decide": `{"accepted":true,"reason":"Yes."}`, "api/finish": `{"version":"2"}`,
	"web/phase": "phase=containment", "web/milestone": "milestone=contained&at=2026-06-18+08%3A00&at.zone=UTC",
	"web/classify": "as=event&reason=Seen.", "web/validate": "reason=Watched.",
	"web/link": "relation=related&other=NUMBER&reason=Alike.", "web/end": "outcome=resolved&reason=Done.", "web/resume": "reason=Again.",
	"web/answer-handover": "answer=accept", "web/engage": "person=ca-dmv-counsel&reason=Law.", "web/continuity": "activate=yes&reason=Down.",
	"web/legal":       "note=Hush.",
	"web/order-tasks": "task=t1&before=",
	"api/phase":       `{"phase":"containment"}`, "api/milestone": `{"milestone":"contained","at":"2026-06-18T15:00:00Z"}`,
	"api/classify": `{"as":"event","reason":"Seen."}`,
	"api/link":     `{"relation":"related","other":"NUMBER","reason":"Alike."}`, "api/end": `{"outcome":"resolved","reason":"Done."}`,
	"api/resume": `{"reason":"Again."}`, "api/validate": `{"reason":"Watched."}`,
	"api/answer-handover": `{"answer":"accept"}`, "api/engage": `{"person":"ca-dmv-counsel","reason":"Law."}`,
	"api/continuity": `{"activate":true,"reason":"Down."}`,
	"api/legal":      `{"note":"Hush."}`, "api/order-tasks": `{}`,
	"web/investigation/timeline": "at=2026-06-17+10:00&at.zone=UTC&precision=minute&kind=other&description=Seen.",
	"web/timeline/paste":         "text=2026-06-17+10:00Z+Seen.&step=record",
	"web/events/correct":         "event=e1&at=2026-06-17+10:00&at.zone=UTC&precision=minute&kind=other&description=Seen.",
	"web/events/withdraw":        "event=e2&reason=No.", "web/investigation/indicators": "text=203.0.113.9+198.51.100.1&tlp=red&step=preview",
	"web/indicators/mark": "indicator=i1&tlp=red", "web/indicators/sight": "indicator=i1&at=2026-06-17+10:00&at.zone=UTC&where=There.",
	"web/indicators/withdraw":    "indicator=i2&reason=No.",
	"web/investigation/findings": "statement=It+is+so.&confidence=low", "web/findings/argue": "finding=f1&side=for&text=It+is.",
	"web/findings/judge":          "finding=f1&confidence=high&status=open&reason=Seen.",
	"web/investigation/decisions": "what=Block.&why=Bad.&by=ca-coordinator&at=&at.zone=UTC",
	"web/investigation/notes":     "note=&text=Heard.", "web/notes/withdraw": "note=n2&reason=No.",
	"api/NUMBER/timeline": `{"events":[{"at":"2026-06-17T10:00:00Z","description":"Seen."}]}`,
	"api/lines/preview":   `{"text":"2026-06-17 10:00Z Seen."}`,
	"api/lines/record":    `{"text":"2026-06-17 10:00Z Seen."}`,
	"api/e1/correct":      `{"event":{"at":"2026-06-17T10:00:00Z","description":"Seen."}}`, "api/e1/withdraw": `{"reason":"No."}`,
	"api/NUMBER/indicators": `{"text":"203.0.113.10"}`, "api/indicators/preview": `{"text":"203.0.113.9"}`, "api/i1/tlp": `{"tlp":"red"}`,
	"api/i1/sightings": `{"at":"2026-06-17T10:00:00Z","where":"There."}`, "api/i1/withdraw": `{"reason":"No."}`,
	"api/NUMBER/findings": `{"statement":"It is so.","confidence":"low"}`,
	"api/f1/arguments":    `{"text":"It is."}`, "api/f1/judgements": `{"confidence":"high","status":"open","reason":"Seen."}`,
	"api/NUMBER/decisions": `{"what":"Block.","why":"Bad.","decided_by":"ca-coordinator"}`,
	"api/NUMBER/notes":     `{"text":"Heard."}`, "api/n1/change": `{"text":"Heard."}`, "api/n1/withdraw": `{"reason":"No."}`,
	"web/management": "seen=0", "web/assessment": "item=location&value=Here.", "web/await": "item=location&role=iso",
	"web/marking": "marking=confidential&reason=Press.",
	"web/updates": "audience=public&text=Gone.", "web/updates-revise": "update=u1&text=Gone.", "web/updates-approve": "update=u1",
	"web/updates-return": "update=u1&reason=Why.", "web/updates-send": "update=u1&via=press",
	"web/updates-drop":   "update=u1",
	"web/communications": "channel=telephone&direction=out&at=2026-06-18+10:00&at.zone=UTC&who=A&whom=B&summary=C",
	"api/management":     `{}`, "api/assessment": `{"item":"location","value":"Here."}`, "api/await": `{"item":"location","role":"iso"}`,
	"api/marking": `{"marking":"confidential","reason":"Press."}`,
	"api/updates": `{"audience":"public","text":"Gone."}`, "api/updates-revise": `{"text":"Gone."}`, "api/updates-approve": `{}`,
	"api/updates-return": `{"reason":"Why."}`, "api/updates-send": `{"via":"press"}`,
	"api/updates-drop": `{}`, "api/communications": `{"channel":"telephone","at":"2026-06-18T10:00:00Z","who":"A","whom":"B","summary":"C"}`,
	"web/unlink": "relation=related&other=NUMBER&reason=No.", "api/unlink": `{"relation":"related","other":"NUMBER","reason":"No."}`,
	"web/split": "what=&reason=Apart.", "api/split": `{"what":" ","reason":"Apart."}`,
	"web/import": "", "api/import": `{"playbook":"{}"}`,
	"web/assets": "name=Kiosk", "web/step": "step=asked", "web/statement": "about=access&statement=Clerks.", "web/describe": "name=Kiosk+4",
	"web/order": "tool=edr&action=allow&target_kind=device&target=ws-1", "web/result": "command=k1&status=200",
	"api/assets": `{"assets":[{"name":"Kiosk"}]}`, "api/steps": `{"step":"asked"}`,
	"api/statements":  `{"about":"access","statement":"Clerks."}`,
	"api/description": `{"name":"Kiosk 4"}`, "api/commands": `{"tool":"edr","action":"allow","target_kind":"device","target":"ws-1"}`,
	"api/result":               `{"status":200}`,
	"api/post-incident-report": `{"required":true,"reason":"To learn."}`, "api/discharge": `{"statement":"Done."}`,
}

// pursued gives an incident an investigation with two of each thing.
func pursued(w *world, n string) {
	at := "/incidents/" + n + "/investigation"
	for range 2 {
		w.must("ca-coordinator", at+"/timeline", url.Values{"at": {"2026-06-17 10:00"}, "at.zone": {"UTC"}, "precision": {"minute"},
			"kind": {"other"}, "description": {"Seen."}})
		w.must("ca-coordinator", at+"/findings", url.Values{"statement": {"It is so."}, "confidence": {"low"}})
		w.must("ca-coordinator", at+"/notes", url.Values{"note": {""}, "text": {"Heard."}})
	}
	w.must("ca-coordinator", at+"/indicators", url.Values{"text": {"203.0.113.7 198.51.100.7"}, "tlp": {"amber"}, "step": {"record"}})
}

// pursues says whether an address is one of an investigation: what is done there does not change who may do it, so that all
// of it is tried on one incident.
func (a act) pursues() bool {
	for _, part := range []string{"/investigation", "/timeline", "/indicators", "/findings", "/decisions", "/notes", "/related"} {
		if strings.Contains(a.pattern, part) {
			return true
		}
	}
	return false
}

// act is one address with a method, as the table names it.
type act struct{ edge, method, pattern string }

// acts are the addresses that name an incident, and those whose form does. Lists are for the two worlds.
func acts() (out []act) {
	named := func(pattern string) bool {
		return strings.Contains(pattern, "{number}") || pattern == "/glass" || pattern == "/reviews"
	}
	for _, r := range web.Routes() {
		if named(r.Pattern) && !strings.HasSuffix(r.Pattern, "/live") { // a stream does not end; its access is tested with live updates
			out = append(out, act{"web", r.Method, r.Pattern})
		}
	}
	for _, r := range api.Routes() {
		if named(r.Pattern) {
			out = append(out, act{"api", r.Method, r.Pattern})
		}
	}
	return out
}

func (a act) onAssets() bool {
	return strings.Contains(a.pattern, "/assets") || strings.Contains(a.pattern, "/containment")
}

var fill = strings.NewReplacer("{filing}", "1", "{report}", "1", "{authority}", "ca-chp-cciu", "{id}", "ID", "{command}",
	"k1", "{section}", "legal")

// try asks as a person and says whether they got in: any answer but absent, forbidden and "who are you".
func (a act) try(t *testing.T, w *world, person, number string) bool {
	path := strings.Replace(fill.Replace(a.pattern), "{number}", number, 1)
	last := a.edge + "/" + path[strings.LastIndex(path, "/")+1:]
	part := "d1"
	for _, p := range [][2]string{{"/timeline/", "e1"}, {"/events/", "e1"}, {"/indicators/", "i1"}, {"/findings/", "f1"}, {"/notes/", "n1"}} {
		if strings.Contains(path, p[0]) {
			part = p[1]
		}
	}
	switch {
	case strings.HasSuffix(path, "/handover/answer"):
		last += "-handover"
	case strings.HasSuffix(path, "/answer"):
		part = "q1"
	case strings.HasSuffix(path, "/tasks/order"):
		last += "-tasks"
	case strings.Contains(path, "/tasks/"):
		if strings.HasSuffix(path, "/order") {
			last += "-tasks"
		}
		part = "t1"
	case strings.Contains(path, "/reviews/"):
		part = "g1"
	case strings.Contains(path, "/members/"):
		part = "ca-dmv-counsel"
	case strings.Contains(path, "/actions/"):
		part = "c1"
	case strings.Contains(path, "/proposals/"):
		part = "p1"
	case strings.Contains(path, "/updates/"):
		part = "u1"
		last = strings.Replace(last, "/", "/updates-", 1)
	case strings.Contains(path, "/assets/"):
		part = "a1"
	}
	path = strings.Replace(path, "ID", part, 1)
	if placeholder.MatchString(path) {
		t.Fatalf("%s: the test does not know what to put in", a.pattern)
	}
	body, known := bodies[last]
	if a.pursues() { // several of its acts have the same name, on different things
		steps := strings.Split(strings.Replace(path, number, "NUMBER", 1), "/")
		body, known = bodies[a.edge+"/"+strings.Join(steps[len(steps)-2:], "/")]
	}
	if a.method == http.MethodPost && !known {
		t.Fatalf("%s: the test does not know what to send", a.pattern)
	}
	if a.method != http.MethodPost {
		body = ""
	}
	got := w.ask(w.request(person, a.method, path, strings.Replace(body, "NUMBER", number, 1)))
	if got.status >= 500 || got.status == http.StatusBadRequest {
		t.Errorf("%s %s as %q: %d\n%s", a.method, a.pattern, person, got.status, got.body)
	}
	signIn := got.status == http.StatusSeeOther && strings.HasPrefix(got.header.Get("Location"), "/signin") ||
		got.status == http.StatusUnauthorized
	return !signIn && got.status != http.StatusNotFound && got.status != http.StatusForbidden
}

// Every address that names an incident × every role and relation × every state, through the real handlers, against a table that is
// written apart from the code. A route without a row fails. reliability.md 4.7
func TestAccessMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	got := map[string]string{}
	for _, st := range states {
		w := newWorld(t, "")
		for _, person := range columns {
			if person.person != "" {
				w.session(person.person)
				w.key(person.person)
			}
		}
		shared := st.make(w)
		fresh := ""
		pursued(w, shared)
		w.Sequence()
		contained(w, shared)
		for _, a := range acts() {
			var line strings.Builder
			acting := a.method == http.MethodPost && !a.onAssets() && !a.pursues() // what is done to assets and to an investigation here can be repeated
			for _, c := range columns {
				number := shared
				if acting {
					if fresh == "" {
						fresh = st.make(w)
					}
					number = fresh
				}
				mark := byte('-')
				if a.try(t, w, c.person, number) {
					mark = 'x'
					if acting {
						fresh = "" // an act changes what the next one finds; one that is refused changes nothing
					}
				}
				line.WriteByte(mark)
			}
			got[strings.Join([]string{a.edge, a.method, a.pattern, st.name}, " ")] = line.String()
		}
	}
	if *update {
		writeMatrix(t, got)
	}
	want := readMatrix(t)
	for key, line := range got {
		if want[key] == "" {
			t.Errorf("no row for %s in testdata/who-may.txt; write what is expected", key)
		} else if diff := cmp.Diff(named(want[key]), named(line)); diff != "" {
			t.Errorf("%s (-expected +got):\n%s", key, diff)
		}
	}
	for key := range want {
		if got[key] == "" {
			t.Errorf("row without a route: %s", key)
		}
	}
}

// named spells a line out, for reading a difference.
func named(line string) (who []string) {
	for i, c := range columns {
		if i < len(line) && line[i] == 'x' {
			who = append(who, c.person)
		}
	}
	return who
}

const matrixFile = "testdata/who-may.txt"

func readMatrix(t *testing.T) map[string]string {
	t.Helper()
	src, err := os.ReadFile(matrixFile)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for i, line := range strings.Split(string(src), "\n") {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		key := ""
		if len(f) == 5 {
			key = strings.Join(f[:4], " ")
		}
		if key == "" || len(f[4]) != len(columns) || out[key] != "" {
			t.Errorf("line %d: not edge, method, pattern, state and a mark for each of %d people, or there twice", i+1, len(columns))
			continue
		}
		out[key] = f[4]
	}
	return out
}

func writeMatrix(t *testing.T, got map[string]string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# Who gets in: edge, method, pattern, state of the incident, and one mark for each of these people in this order.\n" +
		"# x: an answer; -: what is answered for an incident that is not there, or the way to the sign-in.\n#\n")
	for i, c := range columns {
		fmt.Fprintf(&b, "# %2d  %-22s %s\n", i+1, c.person, c.relation)
	}
	keys := make([]string, 0, len(got))
	for k := range got {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	last := ""
	for _, k := range keys {
		f := strings.Fields(k)
		if f[2] != last {
			b.WriteString("\n")
			last = f[2]
		}
		fmt.Fprintf(&b, "%-3s %-4s %-62s %-10s %s\n", f[0], f[1], f[2], f[3], got[k])
	}
	if err := os.WriteFile(matrixFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
