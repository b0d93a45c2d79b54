package e2e

import (
	"database/sql"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// crisis is one incident as its response sees it, over the API alone.
type crisis struct {
	*server
	t  *testing.T
	at string // address of the incident
}

// does sends one act of a person that must succeed.
func (c *crisis) does(person, act string, body any) {
	c.t.Helper()
	c.asks(person, "POST", c.at+act, body, nil)
}

// asks sends a request that must succeed, and decodes the answer.
func (c *crisis) asks(person, method, path string, body, out any) {
	c.t.Helper()
	if status, text := c.call(person, method, path, body, nil, out); status >= 300 {
		c.t.Fatalf("%s: %s %s: %d %s", person, method, path, status, text)
	}
}

// refused sends one act that must be refused in this way.
func (c *crisis) refused(person, act string, body any, status int) {
	c.t.Helper()
	if got, text := c.call(person, "POST", c.at+act, body, nil, nil); got != status {
		c.t.Errorf("%s: POST %s: %d, want %d: %s", person, act, got, status, text)
	}
}

type object = map[string]any

// TestResponseJourneyAPI: ransomware at an agency, from an incomplete filing to sign-off, by ten people over the API alone, restricted half
// way. The record of it is sound, its tables rebuilt are the same, and an outsider's answers are those of a server where nothing happened.
// MA 6.1.1.4, MA 6.2.1, MA 6.3, MA 6.3.1.2, MA 6.5.2, MA 6.5.3, MA 6.6, MA 6.8
func TestResponseJourneyAPI(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, dir)
	c := &crisis{server: s, t: t}
	s.keys = map[string]string{}
	c.team()
	c.file()
	c.respond()
	c.investigate()
	c.restrict(dir)
	c.contain()
	c.tell()
	c.learn()
	c.end()
	quiet := start(t, t.TempDir())
	for _, path := range []string{"/api/v1/incidents", "/api/v1/incidents?search=ransom", "/api/v1/statistics",
		"/api/v1/indicators?value=203.0.113.7", "/api/v1/work", "/api/v1/board", "/api/v1/actions", c.at, c.at + "/timeline"} {
		_, with := s.call("ma-dph-iso", "GET", path, nil, nil, nil)
		_, without := quiet.call("ma-dph-iso", "GET", path, nil, nil, nil)
		if mask(with) != mask(without) {
			t.Errorf("an outsider learns from %s:\n%s\nwithout the incident:\n%s", path, with, without)
		}
	}
	for _, m := range s.mails() {
		if slices.Contains(m.To, s.person("ma-dph-iso").Email) {
			t.Errorf("an outsider gets mail: %s", m.Subject)
		}
	}
	s.stop()
	sound(t, dir)
	before := tablesOf(t, dir)
	if out, err := tool(t, "rebuild", "--data", dir); err != nil {
		t.Fatalf("rebuild: %v\n%s", err, out)
	}
	after := tablesOf(t, dir)
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if before[name] != after[name] {
			t.Errorf("the table %s is another after the rebuild", name)
		}
	}
	sound(t, dir)
}

// TestResponseJourney is the same in a real browser, with ten people, most of them without script and one on a telephone. MA 6.2.1, MA 6.3,
// MA 6.5.3, MA 6.6, MA 6.8
func TestResponseJourney(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	dir := t.TempDir()
	s := start(t, dir)
	s.drive(t, "response.mjs")
	s.stop()
	sound(t, dir)
}

// file: an agency files at night with what little it knows; the authority takes it and asks.
func (c *crisis) file() {
	var a answer
	c.asks("ma-rmv-iso", "POST", "/api/v1/filings", object{"entity": "ma-demo-rmv", "kind": "initial", "categories": []string{"malware"},
		"description": "Ransom notes on two file servers; we know nothing else yet."}, &a)
	c.at = "/api/v1/incidents/" + a.Incident
	if a.Rating.Level != "unrated" || len(a.Missing) == 0 {
		c.t.Errorf("unknown is not low: rated %s, missing %d", a.Rating.Level, len(a.Missing))
	}
	c.does("ma-soc-duty", "/tracks/ma-soc/acknowledge", nil)
	c.does("ma-soc-duty", "/tracks/ma-soc/questions", object{"question": "Which servers, and where?"})
	c.does("ma-rmv-iso", "/questions/q1/answer", object{"answer": "fs-01 and fs-02, in the district office."})
}

// team: the state has its response team, which answers for the agency too. MA 6.3
func (c *crisis) team() {
	var v struct {
		Gaps  []object
		Roles []struct {
			Role    string
			Members []object
		}
	}
	c.asks("ma-rmv-iso", "GET", "/api/v1/teams/ma-demo-rmv", nil, &v)
	for _, r := range v.Roles {
		if len(r.Members) == 0 {
			c.t.Errorf("nobody is %s", r.Role)
		}
	}
	if len(v.Roles) < 5 || len(v.Gaps) > 0 {
		c.t.Errorf("the team has %d roles, and gaps %v", len(v.Roles), v.Gaps)
	}
}

// respond: a lead begins, the rating rises, others are called in, business continuity is activated.
func (c *crisis) respond() {
	c.does("ma-coordinator", "/response", object{"lead": "ma-lead", "begun": "Both servers unplugged; the backups taken off line.",
		"playbooks": []string{"ma-play-malware"}})
	var a answer
	c.asks("ma-rmv-iso", "POST", "/api/v1/filings", object{"entity": "ma-demo-rmv", "kind": "supplement",
		"incident":    c.at[strings.LastIndex(c.at, "/")+1:],
		"description": "The vehicle registry is encrypted too.", "impact": object{"human_safety": false, "asset_rating": "critical",
			"liability_usd": 1_000_000, "information_class": "restricted"}}, &a)
	if a.Rating.Level != "high" {
		c.t.Errorf("rated %s, want high", a.Rating.Level)
	}
	c.does("ma-coordinator", "/response/engage", object{"person": "ma-legal", "reason": "A criminal asks for money."})
	c.does("ma-coordinator", "/response/engage", object{"person": "ma-forensics", "reason": "Memory images of both servers."})
	c.does("ma-legal", "/sections/legal", object{"note": "No payment without the CISO."})
	c.does("ma-coordinator", "/response/continuity", object{"activate": true, "reason": "The counters are closed."})
}

// investigate: analysts gather what happened and what shows it, weigh it, and the lead states what was determined. MA 6.2.1.2,
// MA 6.3.1.3, MA 6.3.1.3.2, MA 6.6.4
func (c *crisis) investigate() {
	c.does("ma-analyst", "/timeline/lines/record", object{"zone": "America/New_York", "kind": "adversary", "source": "mail gateway",
		"text": "2026-05-20 09:00 Mail with a macro opened\n2026-05-20 09:05:30 Beacon to 203.0.113.7\n2026-05-21 23:40 Ransom note on fs-01"})
	c.does("ma-analyst", "/indicators", object{"text": "203.0.113.7\nhxxp://evil[.]example/a\n44d88612fea8a8f36de82e1278abb02f",
		"tlp": "amber", "source": "proxy", "techniques": []string{"T1566.001"}})
	c.does("ma-analyst", "/findings", object{"statement": "They came by mail.", "confidence": "moderate"})
	c.does("ma-analyst", "/findings/f1/arguments", object{"text": "The gateway has the mail.", "events": []string{"e1"},
		"indicators": []string{"i1"}})
	c.does("ma-analyst", "/findings/f1/judgements", object{"status": "supported", "confidence": "high", "reason": "Both logs agree."})
	c.does("ma-lead", "/decisions", object{"what": "Rebuild both servers.", "why": "Cleaning would take longer.", "findings": []string{"f1"}})
	c.does("ma-analyst", "/notes", object{"text": "# Heard\n\nThe note asks for **money**."})
	for item, value := range map[string]string{"root_cause": "A macro in a mail.", "scope": "Two file servers and the vehicle registry.",
		"nature": "Ransomware.", "severity": "High.",
		"response_expectation": "Two days.", "recovery_expectation": "Four days.", "location": "The district office.",
		"affected_systems": "fs-01, fs-02, vehicle registry"} {
		c.does("ma-lead", "/assessment", object{"item": item, "value": value})
	}
	c.does("ma-lead", "/assessment/await", object{"item": "evidence", "person": "ma-forensics"})
}

// restrict: from here on named members know of it, and nobody else.
func (c *crisis) restrict(dir string) {
	reads := func(person string) int {
		status, _ := c.call(person, "GET", c.at, nil, nil, nil)
		return status
	}
	if reads("ma-soc-analyst") != http.StatusOK || reads("ma-dph-iso") != http.StatusNotFound {
		c.t.Errorf("before: the state's analyst %d, another agency %d", reads("ma-soc-analyst"), reads("ma-dph-iso"))
	}
	members := []string{"ma-lead", "ma-analyst", "ma-legal", "ma-ciso", "ma-rmv-iso", "ma-rmv-tech", "ma-forensics", "ma-communications"}
	c.refused("ma-coordinator", "/restrict", object{"members": members, "reason": "x"}, http.StatusForbidden) // her key does not name the act
	key, err := tool(c.t, "key", "add", "--data", dir, "--person", "ma-coordinator", "--scopes", "read,rate,work,discharge,restrict")
	if err != nil {
		c.t.Fatalf("key: %v %s", err, key)
	}
	c.keys["ma-coordinator"], _, _ = strings.Cut(strings.TrimSpace(key), "\n")
	c.does("ma-coordinator", "/restrict", object{"members": members, "reason": "An insider may have helped."})
	if reads("ma-soc-analyst") != http.StatusNotFound || reads("ma-analyst") != http.StatusOK {
		c.t.Errorf("after: the state's analyst %d, a member %d", reads("ma-soc-analyst"), reads("ma-analyst"))
	}
}

// contain: off all networks, rebuilt, and back only through the gate. MA 6.2.1.3, MA 6.6.3.2, MA 6.8.2
func (c *crisis) contain() {
	c.does("ma-rmv-iso", "/containment/assets",
		object{"assets": []object{{"directory": "ma-rmv-registry"}, {"name": "fs-01", "kind": "server", "networks": []string{"office", "backup"},
			"rating": "high", "owner": "ma-rmv-tech"}}})
	c.does("ma-lead", "/lifecycle/phase", object{"phase": "containment"})
	for id, networks := range map[string][]int{"a1": {0}, "a2": {1, 2}} {
		at := "/containment/assets/" + id
		c.does("ma-rmv-tech", at+"/steps", object{"step": "asked"})
		c.does("ma-rmv-tech", at+"/steps", object{"step": "isolated", "networks": networks, "how": "removed", "done": "Cable pulled."})
		c.does("ma-rmv-tech", at+"/steps", object{"step": "cleaned", "done": "Rebuilt."})
		c.does("ma-rmv-tech", at+"/steps", object{"step": "restored", "done": "Read back.", "source": "Offline copy of Monday."})
		c.does("ma-rmv-tech", at+"/steps", object{"step": "verified", "done": "All changes, against the list."})
		c.does("ma-lead", at+"/statements", object{"about": "access", "statement": "Two clerks."})
		c.refused("ma-lead", at+"/steps", object{"step": "returned", "done": "Cable back in."}, http.StatusConflict)
		c.refused("ma-lead", at+"/statements", object{"about": "validated", "statement": "Seems fine."}, http.StatusForbidden)
		c.does("ma-coordinator", at+"/statements", object{"about": "validated", "statement": "Looked at the logs."})
		c.does("ma-lead", at+"/steps", object{"step": "returned", "done": "Cable back in."})
	}
	for _, m := range []string{"contained", "eradicated", "recovered"} {
		c.does("ma-lead", "/lifecycle/milestone", object{"milestone": m, "at": time.Now().Format(time.RFC3339)})
	}
	c.refused("ma-lead", "/lifecycle/phase", object{"phase": "post_incident"}, http.StatusConflict) // required tasks are open
	var r struct{ Tasks []struct{ ID string } }
	c.asks("ma-lead", "GET", c.at+"/response", nil, &r)
	for i, task := range r.Tasks {
		if i == 0 {
			c.does("ma-lead", "/tasks/"+task.ID+"/skip", object{"reason": "The servers were off already."})
			continue
		}
		c.does("ma-lead", "/tasks/"+task.ID+"/done", object{"note": "Done; the timeline has it."})
	}
	c.does("ma-lead", "/lifecycle/phase", object{"phase": "post_incident"})
}

// tell: the report to management, in versions; an update that Legal and communications approve; a call; a shift's end.
func (c *crisis) tell() {
	issue := func() {
		var m struct{ Seen int64 }
		c.asks("ma-coordinator", "GET", c.at+"/management", nil, &m)
		c.does("ma-coordinator", "/management", object{"seen": m.Seen, "reason": "The chair and the secretaries hear of it in person."})
	}
	issue()
	c.does("ma-lead", "/assessment/await", object{"item": "recovery_expectation", "person": "ma-analyst"})
	c.does("ma-analyst", "/assessment", object{"item": "recovery_expectation", "value": "All counters by Thursday."})
	c.does("ma-lead", "/assessment", object{"item": "severity", "value": "High; the counters were closed for a day."})
	issue()
	c.does("ma-communications", "/updates", object{"audience": "public", "text": "The counters are open again."})
	c.refused("ma-communications", "/updates/u1/send", object{"via": "press"}, http.StatusConflict)
	c.does("ma-communications", "/updates/u1/approve", nil)
	c.does("ma-legal", "/updates/u1/approve", nil)
	c.does("ma-communications", "/updates/u1/send", object{"via": "press"})
	c.does("ma-lead", "/communications", object{"channel": "telephone", "at": time.Now().Add(-time.Minute).Format(time.RFC3339),
		"who": "Katrin Medeiros", "whom": "The press office", "summary": "Said that the counters are open."})
	c.does("ma-lead", "/response/handover", object{"lead": "ma-analyst", "state_of_play": "All is rebuilt; the analysis is to be written."})
	c.does("ma-analyst", "/response/handover/answer", object{"answer": "accept"})
}

// learn: the analysis is written and signed; lessons become actions and proposals. MA 6.2.1.4, MA 6.3.1.1.6, MA 6.6.2 testing
func (c *crisis) learn() {
	var a struct {
		Sections []struct {
			ID   string
			Base int64
		}
	}
	c.asks("ma-analyst", "GET", c.at+"/analysis", nil, &a)
	for _, section := range a.Sections {
		body := object{"section": section.ID, "text": "What is known of it: " + section.ID, "base": section.Base}
		if section.ID == "causes" {
			body["cause"] = "malware"
		}
		c.does("ma-analyst", "/analysis", body)
	}
	c.does("ma-coordinator", "/analysis/sign", nil)
	c.does("ma-analyst", "/actions", object{"what": "Block macros from outside.", "owner": "ma-rmv-tech",
		"due": time.Now().AddDate(0, 1, 0).Format(time.RFC3339)})
	var l struct {
		Actions []struct{ ID string }
	}
	c.asks("ma-analyst", "GET", c.at+"/lessons", nil, &l)
	if len(l.Actions) != 1 {
		c.t.Fatalf("%d actions, want 1", len(l.Actions))
	}
	c.does("ma-rmv-tech", "/actions/"+l.Actions[0].ID+"/complete", object{"evidence": "Change 4711."})
	c.does("ma-analyst", "/proposals", object{"kind": "playbook", "target": "ma-play-malware", "what": "Ask for the map of segments first."})
	c.does("ma-coordinator", "/proposals/p1/decide", object{"accepted": true, "reason": "Agreed."})
}

// end: closing names what remains; it is refused where that was not seen.
func (c *crisis) end() {
	c.refused("ma-coordinator", "/lifecycle/end", object{"outcome": "resolved", "reason": "All is back."}, http.StatusConflict)
	var l struct{ Remains []struct{ ID string } }
	c.asks("ma-coordinator", "GET", c.at+"/lifecycle", nil, &l)
	accepted := make([]string, len(l.Remains))
	for i, r := range l.Remains {
		accepted[i] = r.ID
	}
	c.does("ma-coordinator", "/lifecycle/end",
		object{"outcome": "resolved", "reason": "All is back; what is open is for the agency.", "accepted": accepted})
	var v struct{ Status string }
	c.asks("ma-rmv-iso", "GET", c.at, nil, &v)
	if v.Status != "closed" {
		c.t.Errorf("it is %s, want closed", v.Status)
	}
	c.does("ma-coordinator", "/actions/"+"c1"+"/verify", object{"note": "Looked at the rule."})
}

// tablesOf are the derived tables of a record, each as one text.
func tablesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	db := openRecord(t, dir)
	var names string
	if err := db.QueryRow("SELECT value FROM setting WHERE name = 'store.tables'").Scan(&names); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, name := range strings.FieldsFunc(names, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }) {
		out[name] = tableOf(t, db, name)
	}
	if len(out) < 10 {
		t.Fatalf("derived tables: %q", names)
	}
	return out
}

func tableOf(t *testing.T, db *sql.DB, name string) string {
	t.Helper()
	rows, err := db.Query("SELECT * FROM " + name)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		if columns[0] == "docid" { // SQLite's own number of the row
			values = values[1:]
		}
		all = append(all, fmt.Sprintf("%q", values))
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// mask takes out of an answer what differs from run to run: instants, and the number of a request.
func mask(s string) string {
	return anyInstant.ReplaceAllString(s, "…")
}

var anyInstant = regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)|urn:tocsin:request:[0-9a-f]+`)
