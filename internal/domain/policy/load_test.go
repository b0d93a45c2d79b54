package policy_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	_ "time/tzdata"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/policy"
)

// small is a pack with one of everything.
const small = `id: small
version: "1"
title: A small pack
jurisdiction: XX
calendar: office
coordinator: {role: ir_coordinator, at: state}
unrated: {id: unrated, title: Nothing stated, cite: X 1, source: law}
decision: {id: decision, title: A person decided, cite: X 1, source: law}
not_reportable: {id: not-reportable, title: Not reportable, cite: X 2, source: law}
answers: {id: answer, title: Answer, cite: X 3, source: law, by: {role: iso}, due: 1 business day}
sources:
  - {id: law, title: The law, status: in_force, mark: source, effective_from: 2020-01-01}
calendars:
  - id: office
    title: Offices
    cite: X 9
    source: law
    zone: America/New_York
    workdays: [monday, tuesday, wednesday, thursday, friday]
    open: "09:00"
    close: "17:00"
    holidays:
      - {id: new-year, title: New Year's Day, cite: X 9, source: law, month: 1, day: 1, on_sunday: following}
authorities:
  - id: police
    title: The police
    cite: X 4
    source: law
    for: Crimes
    confirms: true
    acknowledge: {chase: 1 hour, due: 2 hours, escalate: 4 hours, to: {role: iso}, cite: configuration}
categories:
  - {id: malware, title: Malware, cite: X 5, source: law}
personal_information:
  - {id: ssn, title: Number, cite: X 5, source: law}
matrix:
  - {id: high-safety, level: high, title: Safety, cite: X 6, source: law, when: impact.human_safety}
  - {id: low-asset, level: low, title: Asset, cite: X 6, source: law, when: impact.asset_rating == "low"}
reportable:
  - {id: reportable, title: Malware, cite: X 7, source: law, when: '"malware" in categories'}
tell:
  - {id: tell-police, title: Tell the police, cite: X 4, source: law, when: has(events.received), to: {authority: police}}
duties:
  - id: report
    title: Report
    cite: X 8
    source: law
    when: rating.level == "high"
    by: {role: iso}
    to: {authority: police}
    from: received
    due: 2 business days
    warn_before: 1 hour
    escalate_after: 30 minutes
    escalate_to: {role: agency_head}
    discharge: written_report
items:
  - {id: what, title: What happened, cite: X 8, source: law, report: initial, fields: [description, reporter.email|reporter.phones]}
advice:
  - {id: call, title: Call, cite: X 8, source: law, phone: "1", when: crime_suspected}
contacts:
  - {id: desk, title: Desk, cite: X 8, source: law, hours: any, phone: "2", for: Help}
phases:
  - {id: one, title: One, cite: X 8, source: law}
controls:
  - {id: c, title: Section, cite: X 8, source: law, body_section: "1", table_section: "2", rows: [{nist: IR-1}]}
playbooks:
  - id: play
    title: Malware
    cite: X 8
    source: law
    purpose: Take it out
    categories: [malware]
    steps:
      - {id: cut, title: Cut it off, guide: Pull the cable, aim: containment, role: ir_lead, within: 1 hour, cite: X 8}
      - {id: clean, title: Clean it, guide: Rebuild it, aim: eradication, role: technical_support, after: [cut], optional: true, cite: X 8}
  - {id: always, title: Whatever it is, cite: X 8, source: law, purpose: Begin, steps: [{id: lead, title: Name a lead, guide: One, aim: communication, role: ciso, cite: X 8}]}
statements:
  - {id: s, title: Something, cite: X 8, source: law}
`

func files(pack string) fstest.MapFS {
	return fstest.MapFS{"small/pack.yaml": &fstest.MapFile{Data: []byte(pack)}}
}

func load(t testing.TB, pack string) *policy.Pack {
	t.Helper()
	p, err := policy.Load(files(pack), "small", nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLoadSmall(t *testing.T) {
	p := load(t, small)
	if p.ID != "small" || p.Version != "1" || p.Jurisdiction != "XX" || len(p.Digest) != 64 {
		t.Errorf("%+v", p)
	}
	at := time.Date(2026, 1, 30, 15, 0, 0, 0, time.UTC)
	yes := true
	a := p.Assess(policy.Inputs{HumanSafety: &yes, Events: map[string]time.Time{"received": at}})
	if a.Rating.Level != policy.High || a.Rating.Provisional || len(a.Duties) != 1 {
		t.Fatalf("%+v", a)
	}
	d := a.Duties[0]
	if got := fmt.Sprint(d.Due.UTC(), d.Warn.UTC(), d.Escalate.UTC()); got != "2026-02-03 22:00:00 +0000 UTC 2026-02-03 21:00:00 +0000 UTC 2026-02-03 22:30:00 +0000 UTC" {
		t.Error(got)
	}
	if d, owed := p.OwedOn(policy.OnQuestion, at); !owed || d.Rule != "answer" || d.Discharge != policy.DischargeAnswered || d.Due.IsZero() || d.Clause != "X 3" {
		t.Errorf("%+v", d)
	}
	if d, owed := p.OwedOn(policy.OnAsked, at); owed {
		t.Errorf("owed though the pack does not say so: %+v", d)
	}
	if k, ok := p.Acknowledge("police"); !ok || k.Due != 2*time.Hour || k.To.Role != "iso" {
		t.Errorf("%+v", k)
	}
	if _, ok := p.Acknowledge("nobody"); ok {
		t.Error("an unknown authority answers")
	}
	if !p.KnownCategory("malware") || p.KnownCategory("x") || !p.KnownPIType("ssn") || p.ConfidentialMail() || p.Coordinator().Role != "ir_coordinator" {
		t.Error("the vocabulary is not the pack's")
	}
}

// Everything that is wrong with a pack is refused, at its place and with what to do about it.
func TestLoadRefuses(t *testing.T) {
	for _, tc := range []struct{ name, old, new, want string }{
		{"unknown key", "title: A small pack", "titel: A small pack", `:3:1: unknown key "titel" in the file; did you mean "title"?`},
		{"missing header", "jurisdiction: XX\n", "", `:1:1: the pack has no jurisdiction; add the key jurisdiction`},
		{"key twice", "jurisdiction: XX", "jurisdiction: XX\njurisdiction: YY", `already defined`},
		{"wrong type", "    close: \"17:00\"", "    close: 17", `:21:12: close must be a text, not a number; write a text`},
		{"list wanted", "rows: [{nist: IR-1}]", "rows: IR-1", `rows must be a list, not a text; begin each entry with a dash`},
		{"keys wanted", "by: {role: iso}\n    to", "by: iso\n    to", `:49:9: by must have keys and values, not be a text`},
		{"boolean wanted", "confirms: true", "confirms: yes", `:30:15: confirms must be true or false, not a text; write true or false`},
		{"number wanted", "month: 1,", "month: January,", `month must be a whole number, not a text`},
		{"no value", "for: Crimes", "for:", `:29:5: for has no value; write it, or leave the key out`},
		{"empty text", "for: Crimes", `for: ""`, `:29:11: for is empty`},
		{"anchor", "for: Crimes", "for: &x Crimes", `:29:10: for: anchors, aliases and tags are not allowed in a pack; write the value out`},
		{"no citation", "title: Malware, cite: X 5,", "title: Malware,", `:33:6: an entry of categories has no cite; say which clause it rests on: every rule carries its citation`},
		{"no source of that name", "title: Malware, cite: X 5, source: law", "title: Malware, cite: X 5, source: lae", `:33:54: there is no source "lae"; did you mean "law"?`},
		{"closed list", "level: low", "level: lwo", `level cannot be "lwo"; did you mean "low"?`},
		{"no such authority", "to: {authority: police}}", "to: {authority: polize}}", `there is no authority "polize"; did you mean "police"?`},
		{"no such role", "escalate_to: {role: agency_head}", "escalate_to: {role: agency_hed}", `:55:25: there is no role "agency_hed"; did you mean "agency_head"?`},
		{"authority and role", "escalate_to: {role: agency_head}", "escalate_to: {role: iso, authority: police}", `a recipient is either an authority or a role`},
		{"no such calendar", "calendar: office", "calendar: offise", `:5:11: there is no calendar "offise"; did you mean "office"?`},
		{"no such zone", "zone: America/New_York", "zone: America/Springfield", `:18:11: there is no time zone "America/Springfield"; use an IANA name`},
		{"local zone", "zone: America/New_York", "zone: Local", `there is no time zone "Local"`},
		{"no such day", "month: 1, day: 1,", "month: 2, day: 30,", `holiday new-year: no such day in that month`},
		{"two shapes of a holiday", "month: 1, day: 1,", "month: 1, day: 1, nth: 2,", `the holiday new-year needs exactly one way to find its date`},
		{"no weekday", "[monday, tuesday,", "[mondey, tuesday,", `"mondey" is no day of the week; did you mean "monday"?`},
		{"bad hour", `open: "09:00"`, `open: "9:00"`, `"9:00" is no time of day such as 08:45`},
		{"bad date", "effective_from: 2020-01-01", "effective_from: 2020-02-30", `"2020-02-30" is not a date`},
		{"bad period", "due: 2 business days", "due: 2 working days", `:52:10: due: write "at once", or a number`},
		{"warning of nothing", "    due: 2 business days\n", "", `a rule that sets no time has nothing to warn before`},
		{"escalation to nobody", "    escalate_to: {role: agency_head}\n", "", `an escalation needs a time and a person`},
		{"answering in days", "due: 2 hours", "due: 2 business days", `2 business days has no fixed length`},
		{"answering out of order", "chase: 1 hour", "chase: 3 hours", `the answering times of police are out of order`},
		{"no such field", "fields: [description,", "fields: [descripton,", `the filing has no field "descripton"; did you mean "description"?`},
		{"no such event", "has(events.received)", "has(events.recieved)", `there is no event "recieved"; did you mean "received"?`},
		{"expression with a gap", "when: crime_suspected}", "when: crime_suspected &&}", `condition: Syntax error`},
		{"unknown input", "when: crime_suspected}", "when: crime_supected}", `condition: undeclared reference to 'crime_supected'`},
		{"expression of a wrong type", `when: impact.human_safety}`, `when: 'impact.human_safety > 3'}`, `:37:102: condition: found no matching overload for '_>_' applied to '(bool, int)'`},
		{"no condition", `when: impact.human_safety}`, `when: impact.liability_usd}`, `a condition must be true or false, not int`},
		{"impossible value", `impact.asset_rating == "low"`, `impact.asset_rating == "lowe"`, `impact.asset_rating is never "lowe"; did you mean "low"?`},
		{"impossible category", `'"malware" in categories'`, `'"malwar" in categories'`, `categories is never "malwar"; did you mean "malware"?`},
		{"rating by rating", `when: impact.human_safety}`, `when: rating.provisional}`, `rating.provisional is not known yet where this condition is asked`},
		{"costly", "when: crime_suspected}", `when: 'categories.all(a, categories.all(b, categories.all(c, a == b || b == c)))'}`, `more than 20000; say it more simply`},
		{"id twice", "{id: call,", "{id: report,", `:60:10: the id "report" stands for two rules, of the kinds duty and advice`},
		{"ends before it begins", "{id: s, title: Something,", "{id: s, effective_to: 2019-01-01, title: Something,", `the rule ends before it begins`},
		{"procedure for no such category", "categories: [malware]\n    steps", "categories: [malwere]\n    steps", `there is no category "malwere"; did you mean "malware"?`},
		{"step twice", "{id: clean,", "{id: cut,", `the step "cut" is there twice`},
		{"step by nobody", "role: technical_support,", "role: technical_suport,", `there is no role "technical_suport"; did you mean "technical_support"?`},
		{"step after a later one", "within: 1 hour, cite", "within: 1 hour, after: [clean], cite", `no step "clean" comes before this one`},
		{"step without an aim", "aim: containment, ", "", `an entry of steps has no aim`},
		{"syntax", "title: A small pack", "title: [A", `mend the YAML syntax`},
		{"two documents", "statements:", "---\nstatements:", `2 YAML documents where one is expected`},
		{"other folder", "id: small", "id: smaller", `the pack "smaller" lies in the folder "small"`},
		{"extends nothing", "version:", "extends: void\nversion:", `the pack "void" that it extends cannot be loaded`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if strings.Count(small, tc.old) == 0 {
				t.Fatalf("the pack has no %q", tc.old)
			}
			_, err := policy.Load(files(strings.Replace(small, tc.old, tc.new, 1)), "small", func(string) (*policy.Pack, error) { return nil, fs.ErrNotExist })
			var problems policy.Problems
			if !errors.As(err, &problems) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("want %s\ngot  %v", tc.want, err)
			}
			for _, p := range problems {
				if p.Pos.Line < 1 || p.Pos.Column < 1 || p.Pos.File != "small/pack.yaml" {
					t.Errorf("no place: %v", p)
				}
			}
		})
	}
}

// All problems are reported, not only the first, in order of place.
func TestLoadReportsAll(t *testing.T) {
	bad := strings.NewReplacer("source: law, when: crime_suspected", "source: lav, when: crime_supected", "zone: America/New_York", "zone: Nowhere",
		"by: {role: iso}\n    to", "by: {role: isso}\n    to").Replace(small)
	_, err := policy.Load(files(bad), "small", nil)
	var problems policy.Problems
	if !errors.As(err, &problems) || len(problems) < 4 {
		t.Fatalf("%d problems: %v", len(problems), err)
	}
	for i := 1; i < len(problems); i++ {
		if problems[i].Pos.Line < problems[i-1].Pos.Line {
			t.Errorf("out of order: %v", err)
		}
	}
}

func TestSeveralFiles(t *testing.T) {
	i := strings.Index(small, "categories:")
	two := fstest.MapFS{"small/pack.yaml": {Data: []byte(small[:i])}, "small/z.yaml": {Data: []byte(small[i:])}, "small/cases/x.yaml": {Data: []byte("x: 1")}}
	p, err := policy.Load(two, "small", nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.Digest == load(t, small).Digest {
		t.Error("other files, same digest")
	}
	two["small/z.yaml"] = &fstest.MapFile{Data: []byte(small[i:] + "title: Another\n")}
	if _, err := policy.Load(two, "small", nil); err == nil || !strings.Contains(err.Error(), "title stands in two files") {
		t.Error(err)
	}
	if _, err := policy.Load(two, "none", nil); err == nil {
		t.Error("a folder that is not there was loaded")
	}
}

// An extension replaces what has the same id, in its place, adds the rest, and has a digest that changes with its base.
func TestExtends(t *testing.T) {
	own := "id: own\nextends: small\nversion: \"2\"\ntitle: Ours\nconfidential_mail: true\n" +
		"duties:\n  - {id: report, title: Report faster, cite: Y 1, source: law, by: {role: iso}, from: received, due: at once, discharge: written_report}\n" +
		"tell:\n  - {id: tell-head, title: Tell the head, cite: Y 2, source: law, to: {role: agency_head}}\n"
	load := func(base string) *policy.Pack {
		p, err := policy.Load(fstest.MapFS{"own/pack.yaml": {Data: []byte(own)}}, "own", func(string) (*policy.Pack, error) {
			return policy.Load(files(base), "small", nil)
		})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := load(small)
	a := p.Assess(policy.Inputs{Events: map[string]time.Time{"received": time.Unix(1.8e9, 0)}})
	if len(a.Duties) != 1 || a.Duties[0].Clause != "Y 1" || !a.Duties[0].Due.Equal(time.Unix(1.8e9, 0)) {
		t.Errorf("%+v", a.Duties)
	}
	if len(a.Tell) != 2 || a.Tell[0].To.Authority != "police" || a.Tell[1].To.Role != "agency_head" || a.Tell[1].Track {
		t.Errorf("%+v", a.Tell)
	}
	if !p.ConfidentialMail() || p.Jurisdiction != "XX" || p.Title != "Ours" {
		t.Errorf("%+v", p)
	}
	if other := load(strings.Replace(small, "title: Malware", "title: Worms", 1)); other.Digest == p.Digest {
		t.Error("the base changed and the digest did not")
	}
}

// A pack may shorten sessions, in elapsed time only, and an extension may shorten them further.
func TestSessionLimits(t *testing.T) {
	if got := load(t, small).SessionLimits(); got != (access.SessionLimits{}) {
		t.Errorf("a pack that says nothing bounds sessions by %+v", got)
	}
	strict := load(t, small+"session_life: 8 hours\nsession_idle: 15 minutes\n").SessionLimits()
	if got := access.DefaultSessionLimits.Stricter(strict); got != (access.SessionLimits{Life: 8 * time.Hour, Idle: 15 * time.Minute}) {
		t.Errorf("the stricter bounds are %+v", got)
	}
	long := load(t, small+"session_life: 100 hours\nsession_idle: 2 hours\n").SessionLimits()
	if got := access.DefaultSessionLimits.Stricter(long); got != access.DefaultSessionLimits {
		t.Errorf("a pack lengthens sessions to %+v", got)
	}
	for _, bad := range []string{"session_life: 1 business day", "session_idle: at once"} {
		if _, err := policy.Load(files(small+bad+"\n"), "small", nil); err == nil || !strings.Contains(err.Error(), "elapsed time") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// Only what is in force on the day of the report is applied.
func TestDates(t *testing.T) {
	dated := strings.Replace(small, "when: has(events.received), to:", "effective_from: 2026-01-01, effective_to: 2026-12-31, when: has(events.received), to:", 1)
	p := load(t, dated)
	for day, want := range map[string]int{"2025-12-31T23:59:59-05:00": 0, "2026-01-01T00:00:00-05:00": 1, "2026-12-31T23:59:59-05:00": 1, "2027-01-01T00:00:00-05:00": 0} {
		at, err := time.Parse(time.RFC3339, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(p.Assess(policy.Inputs{Events: map[string]time.Time{"received": at}}).Tell); got != want {
			t.Errorf("%s: %d told, want %d", day, got, want)
		}
	}
	proposed := load(t, strings.Replace(small, "when: has(events.received), to:", "status: proposed, when: has(events.received), to:", 1))
	if got := proposed.Assess(policy.Inputs{Events: map[string]time.Time{"received": time.Unix(1.8e9, 0)}}).Tell; got != nil {
		t.Errorf("a proposed rule tells %v", got)
	}
}
