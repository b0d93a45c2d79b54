package web_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
	"tocsin/internal/testkit/hostile"
)

// lines are the hostile texts as fields of one line of at most some bytes take them, several in each.
func lines(most int) (out []string) {
	for _, p := range hostile.Payloads() {
		p = oneLine(p)
		if n := len(out); n > 0 && len(out[n-1])+len(p) < most {
			out[n-1] += " " + p
			continue
		}
		out = append(out, strings.TrimSpace(p))
	}
	return out
}

// course is a stage on which people of hostile names write hostile texts wherever a course, a team and a procedure take them.
type course struct {
	*harness
	real   *testkit.Harness
	texts  []string // of one line each
	short  []string // the same, for fields that take less
	all    string   // all of them in one
	at     string   // address of an incident with a response
	number string
	part   string // number of what was split off
	kept   string // number of a restricted incident, whose report is kept from offices
	before int    // mails before it was restricted
	ended  string // number of one whose results were validated
	shots  []shot
}

// onCourse sets the stage, and writes.
func onCourse(t *testing.T, texts, short []string) *course {
	t.Helper()
	c := &course{real: testkit.Start(t), texts: texts, short: short, all: strings.Join(texts, " ")}
	c.named()
	c.harness = startOn(t, c.real)
	c.number = c.file("malware", 2_000_000)
	c.at = "/incidents/" + c.number
	c.team()
	c.procedures()
	c.life()
	c.management()
	c.actions()
	c.notes()
	c.real.Deliver()
	return c
}

// must ends the test where the stage cannot be set.
func (c *course) must(err error) {
	c.real.T.Helper()
	if err != nil {
		c.real.T.Fatal(err)
	}
}

// owner is somebody whose name is a formula.
const owner = "=cmd|' /C calc'!A0"

// named gives everybody and every agency of one state a hostile name, and takes in whom a team can have. The number keeps their order.
func (c *course) named() {
	in, _, err := c.real.Record.ReadDirectory(c.real.T.Context())
	c.must(err)
	n := 0
	name := func() string { n++; return fmt.Sprintf("%03d %s", n, c.texts[n%len(c.texts)]) }
	for i := range in.Entities {
		if strings.HasPrefix(in.Entities[i].ID, "ma-") {
			in.Entities[i].Name = name()
		}
	}
	for i := range in.People {
		if strings.HasPrefix(in.People[i].ID, "ma-") {
			in.People[i].Name, in.People[i].Title = name(), c.texts[i%len(c.texts)]
		}
	}
	for i := range len(c.short)/3 + 1 {
		in.People = append(in.People, directory.Person{ID: fmt.Sprintf("ma-f%d", i), Name: name(), Email: fmt.Sprintf("f%d@state.ma.example", i), Entity: "ma-state",
			Roles: []directory.Assignment{{Role: directory.Forensics, Entity: "ma-state"}}})
	}
	in.People[len(in.People)-1].Name = owner
	c.must(c.real.ImportDirectory(c.real.T.Context(), access.System("test"), in))
}

// file reports one more incident.
func (c *course) file(category string, liability int64) string {
	c.real.T.Helper()
	a, err := c.real.File(c.real.T.Context(), c.real.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: c.all, Categories: []string{category},
		Impact: &incident.Impact{LiabilityUSD: &liability}}, app.FileOptions{})
	c.must(err)
	return a.Incident
}

// does sends a form that must be taken, and keeps how it was answered.
func (c *course) does(path string, pairs ...string) answered {
	c.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return c.kept303(path, c.post(path, form))
}

func (c *course) kept303(path string, a answered) answered {
	c.Helper()
	if a.StatusCode != http.StatusSeeOther {
		c.Fatalf("%s: %d\n%.3000s", path, a.StatusCode, a.body)
	}
	c.shots = append(c.shots, shot{"POST " + path, headersOf(a)})
	return a
}

// headersOf are the headers of an answer, without those of its size and time.
func headersOf(a answered) string {
	h := a.Header.Clone()
	h.Del("Date")
	h.Del("Content-Length")
	h.Del("Etag")
	out := []string{}
	for name, values := range h {
		out = append(out, fmt.Sprintf("%s: %q", name, values))
	}
	slices.Sort(out)
	return strings.Join(out, "\n") + "\n"
}

// team names members with retainers, removes one, and puts one down as away.
func (c *course) team() {
	const at = "/team/ma-state"
	c.be("ma-coordinator")
	for i := 0; i < len(c.short); i += 3 {
		text := func(n int) string { return c.short[(i+n)%len(c.short)] }
		c.does(at+"/members", "person", fmt.Sprintf("ma-f%d", i/3), "role", "forensics", "provider", text(0), "contract", text(1), "telephone", text(2), "valid_from", "2026-01-01", "valid_until", "2027-12-31")
	}
	c.does(at+"/members", "person", "ma-lead", "role", "ir_lead", "deputy", "ma-analyst")
	c.does(at+"/members", "person", "ma-coordinator", "role", "ir_coordinator")
	c.does(at+"/members/remove", "member", fmt.Sprintf("m%d", (len(c.short)+2)/3+2), "reason", c.all)
	c.does(at+"/absences", "person", "ma-f1", "reason", c.all)
}

// procedures starts the response, and brings files whose every word is hostile.
func (c *course) procedures() {
	c.be("ma-lead")
	c.does(c.at+"/response", "lead", "ma-lead", "begun", c.all)
	c.kept303(c.at+"/response/import", c.bring(c.number, c.texts[0]+".json", playbookOf(c.texts)))
	c.does(c.at+"/tasks/take", "task", "t2", "person", "ma-lead")
	c.does(c.at+"/tasks/skip", "task", "t3", "reason", c.all)
	c.does(c.at+"/response/engage", "person", "ma-f0", "reason", c.all)
}

// bring sends a playbook as a browser sends a file.
func (c *course) bring(number, file string, data []byte) answered {
	c.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	disposition := `form-data; name="file"; filename="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(file) + `"`
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {"application/json"}})
	if err == nil {
		_, err = part.Write(data)
	}
	c.must(err)
	w.Close()
	r, err := http.NewRequest("POST", c.base+"/incidents/"+number+"/response/import", &b)
	c.must(err)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Origin", c.base)
	return c.do(r)
}

// playbookOf is a CACAO file that says each text in each of its places.
func playbookOf(texts []string) []byte {
	id := func(kind string, n int) string { return fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", kind, n) }
	type step = map[string]any
	flow, next := map[string]step{id("end", 1): {"type": "end"}, id("end", 2): {"type": "end"}}, id("end", 1)
	for i, text := range slices.Backward(texts) {
		at := id("action", i)
		s := step{"type": "action", "name": text, "description": text, "agent": id("group", 1), "external_references": []step{{"name": text, "url": text}}, "on_completion": next,
			"commands": []step{{"type": "manual", "command": text}, {"type": "bash", "command": text, "content": text}, {"type": "yara", "command_b64": base64.StdEncoding.EncodeToString([]byte(text))}}}
		if i%5 == 4 {
			at = id("switch-condition", i)
			s = step{"type": "switch-condition", "switch": text, "description": text, "cases": map[string]string{text: id("end", 2)}, "on_completion": next}
		}
		flow[at], next = s, at
	}
	flow[id("start", 1)] = step{"type": "start", "on_completion": next}
	data, err := json.Marshal(step{"type": "playbook", "spec_version": "cacao-2.0", "id": id("playbook", 1), "name": texts[0], "description": texts[1], "created_by": id("identity", 1),
		"created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "workflow_start": id("start", 1), "workflow": flow, "labels": texts[:2],
		"agent_definitions": step{id("group", 1): step{"type": "group", "name": texts[2], "description": texts[3]}}, "playbook_variables": step{texts[4]: step{"value": texts[5]}}})
	if err != nil {
		panic(err)
	}
	return data
}

// life splits a part off, undoes the link, and validates what its lead ended.
func (c *course) life() {
	t := c.real.T.Context()
	a := c.does(c.at+"/lifecycle/split", "what", c.all+" apart", "reason", c.all)
	c.part = regexp.MustCompile(`/incidents/([^/]+)/`).FindStringSubmatch(a.Header.Get("Location"))[1]
	c.does(c.at+"/lifecycle/unlink", "relation", incident.SplitInto, "other", c.part, "reason", c.all)
	no := false
	lead, coordinator := c.real.As("ma-lead"), c.real.As("ma-coordinator")
	done, err := c.real.File(t, c.real.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: c.all, Categories: []string{"malware"}, DiscoveredAt: c.real.Clock.Now().Add(-time.Hour).Format(time.RFC3339),
		Impact:     &incident.Impact{HumanSafety: &no, LiabilityUSD: new(int64), AssetRating: "low", InformationClass: "public"},
		Management: &incident.Management{DiscoveredBy: &incident.Contact{Name: c.texts[0], Email: "pat@rmv.ma.example"}}}, app.FileOptions{IdempotencyKey: "ended"})
	c.must(err)
	c.ended = done.Incident
	c.must(c.real.StartResponse(t, lead, c.ended, "", c.all, nil))
	c.must(c.real.Rate(t, coordinator, c.ended, "low", c.all))
	c.must(c.real.Acknowledge(t, c.real.As("ma-soc-duty"), c.ended, "ma-soc"))
	v, err := c.real.Lifecycle(t, lead, c.ended)
	c.must(err)
	var open []string
	for _, r := range v.Remains {
		open = append(open, r.ID)
	}
	c.must(c.real.CloseIncident(t, lead, c.ended, app.Closing{Outcome: incident.OutcomeResolved, Reason: c.all, Seen: open}))
	c.be("ma-coordinator")
	c.does("/incidents/"+c.ended+"/lifecycle/validate", "reason", c.all)
}

// management states and asks, and issues a report that a restriction keeps from an office.
func (c *course) management() {
	t, coordinator := c.real.T.Context(), c.real.As("ma-coordinator")
	c.kept = c.file("malware", 2_000_000)
	c.real.Deliver() // what the authorities get of the report
	c.before = len(c.real.Post.Taken())
	c.must(c.real.Restrict(t, coordinator, c.kept, []string{"ma-ciso", "ma-lead"}, c.all))
	for _, number := range []string{c.number, c.kept} {
		at := "/incidents/" + number
		c.be("ma-lead")
		for _, item := range []string{"affected_systems", "measures", "location", "root_cause"} {
			c.does(at+"/assessment", "item", item, "value", c.all)
		}
		c.does(at+"/assessment", "item", "discovered_by", "value", c.all, "contact", c.all)
		c.does(at+"/assessment/await", "item", "evidence", "person", "ma-lead", "until", "2026-06-20 10:00", "until.zone", "UTC")
		c.does(at+"/assessment/await", "item", "stakeholders", "role", "iso", "until", "2026-06-20 10:00", "until.zone", "UTC")
		c.be("ma-coordinator")
		v, err := c.real.Management(t, coordinator, number)
		c.must(err)
		c.does(at+"/management", "seen", fmt.Sprint(v.Seen), "reason", c.all)
	}
}

// actions gives work to people of hostile names, and completes some of it.
func (c *course) actions() {
	t, lead := c.real.T.Context(), c.real.As("ma-lead")
	for i, text := range c.texts {
		c.must(c.real.AssignAction(t, lead, c.number, text, "", []string{"ma-lead", fmt.Sprintf("ma-f%d", len(c.short)/3)}[i%2], c.real.Clock.Now().Add(time.Duration(i+48)*time.Hour)))
	}
	c.must(c.real.CompleteAction(t, lead, c.number, "c1", c.all, ""))
}

// notes name people by their hostile names, with Markdown around, on an incident that all of them may see and on one that one may.
func (c *course) notes() {
	in, _, err := c.real.Record.ReadDirectory(c.real.T.Context())
	c.must(err)
	name := map[string]string{}
	for _, p := range in.People {
		name[p.ID] = p.Name
	}
	for _, number := range []string{c.number, c.kept} {
		c.be("ma-lead")
		text := "**@" + name["ma-analyst"] + "** `@" + name["ma-coordinator"] + "`\n\n# @ma-ciso\n\n> @" + name["ma-cio"] + " [@" + owner + "](https://example.org)\n\n@import @sum(1+1) @<b>\n\n" + strings.Join(c.texts, "\n\n")
		c.does("/incidents/"+number+"/investigation/notes", "note", "", "text", text)
	}
}
