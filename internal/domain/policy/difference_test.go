package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/packs"
)

// edited is the pack of Massachusetts with one text of one file replaced.
func edited(t *testing.T, file, old, is string) *policy.Pack {
	t.Helper()
	shipped, err := packs.Load("us-ma")
	if err != nil {
		t.Fatal(err)
	}
	files := policy.Files{}
	for name, data := range shipped.Files() {
		files[name] = data
	}
	text := string(files[file])
	if old != "" && !strings.Contains(text, old) {
		t.Fatalf("%s has no %q", file, old)
	}
	files[file] = []byte(strings.Replace(text, old, is, 1))
	p, err := files.Load("us-ma", nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What a person reads of each kind of change.
func TestDifferenceInPlainWords(t *testing.T) {
	was := edited(t, "pack.yaml", "", "")
	type change = policy.Change
	type field = policy.FieldChange
	for _, c := range []struct {
		name, file, old, is string
		want                []change
	}{
		{"nothing but a comment", "pack.yaml", "# Massachusetts:", "# The state of Massachusetts:", nil},
		{"another threshold", "rating.yaml", "impact.liability_usd >= 1000000}", "impact.liability_usd >= 500000}",
			[]change{{Group: "How it is rated", ID: "ma-high-liability", Title: "Financial or legal liability of $1,000,000 or more", Clause: "MA 6.5.1", What: "changed",
				Fields: []field{{"Holds when", "impact.liability_usd >= 1000000", "impact.liability_usd >= 500000"}}}}},
		{"a shorter clock", "report.yaml", "due: 1 hour\n", "due: 30 minutes\n",
			[]change{{Group: "What is owed", ID: "ma-triage", Title: "Triage and rate the incident", Clause: "MA 6.5.1", What: "changed",
				Fields: []field{{"Due", "1 hour", "30 minutes"}}}}},
		{"somebody else is told", "report.yaml", `rating.level == "low"', to: {role: technical_support}`, `rating.level == "low"', to: {role: iso}`,
			[]change{{Group: "Who is told", ID: "ma-tell-low-support", Title: "An incident rated Low is notified to technical support for the impacted asset", Clause: "MA 6.5.1", What: "changed",
				Fields: []field{{"To", "technical support of the entity", "ISO of the entity"}}}}},
		{"a holiday less", "calendar.yaml", "      - {id: columbus, title: Columbus Day, cite: \"M.G.L. c. 4 s. 7 cl. 18\", source: mgl-4-7, month: 10, nth: 2, weekday: monday}\n", "",
			[]change{{Group: "Calendars", ID: "ma-state-offices", Title: "Massachusetts state offices", Clause: "M.G.L. c. 4 s. 7 cl. 18", What: "changed",
				Fields: []field{{"Holiday columbus", "Columbus Day; clause: M.G.L. c. 4 s. 7 cl. 18; month: 10; nth: 2; source: mgl-4-7; weekday: monday", ""}}}}},
		{"other answering times", "pack.yaml", "chase: 30 minutes, due: 1 hour", "chase: 15 minutes, due: 1 hour",
			[]change{{Group: "Authorities", ID: "ma-soc", Title: "EOTSS Security Operations Center", Clause: "MA 6.5.2.2", What: "changed",
				Fields: []field{{"Answering times", "chase: 30 minutes; clause: configuration; due: 1 hour; escalate: 2 hours; to: IR coordinator of the state",
					"chase: 15 minutes; clause: configuration; due: 1 hour; escalate: 2 hours; to: IR coordinator of the state"}}}}},
		{"the pack itself", "pack.yaml", "confidential_mail: false", "confidential_mail: true\nsession_idle: 10 minutes",
			[]change{{Group: "The pack as a whole", Title: "Commonwealth of Massachusetts, executive branch", What: "changed",
				Fields: []field{{"Mails carry no content", "no", "yes"}, {"A session may rest", "", "10 minutes"}}}}},
		{"a reason", "pack.yaml", "title: Rated by a named person", "title: Decided by a named person",
			[]change{{Group: "Reasons", ID: "ma-decision", Title: "Decided by a named person", Clause: "MA 6.3.1.1", What: "changed",
				Fields: []field{{"Words", "Rated by a named person", "Decided by a named person"}}}}},
		{"a rule more and a rule less", "rating.yaml", `{id: ma-low-liability, level: low, title: "Financial or legal liability of less than $100,000",`, `{id: ma-low-money, level: low, title: Little money,`,
			[]change{{Group: "How it is rated", ID: "ma-low-money", Title: "Little money", Clause: "MA 6.5.1", What: "added",
				Fields: []field{{"Holds when", "", "impact.liability_usd < 100000"}, {"Level", "", "low"}, {"Source", "", "ma-standard"}}},
				{Group: "How it is rated", ID: "ma-low-liability", Title: "Financial or legal liability of less than $100,000", Clause: "MA 6.5.1", What: "removed",
					Fields: []field{{"Holds when", "impact.liability_usd < 100000", ""}, {"Level", "low", ""}, {"Source", "ma-standard", ""}}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, policy.Difference(was, edited(t, c.file, c.old, c.is))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The same facts under two versions: what would be rated, owed, told and asked for differently.
func TestReplay(t *testing.T) {
	was := edited(t, "pack.yaml", "", "")
	received := time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)
	liability := int64(600_000)
	in := policy.Inputs{Entity: "e", LiabilityUSD: &liability, Stated: map[string]bool{"impact.liability_usd": true}, Events: map[string]time.Time{"received": received},
		Level: policy.Low, Held: policy.High}
	on := time.Date(2026, 12, 1, 5, 0, 0, 0, time.UTC)

	if e := policy.Replay(in, on, was, was); !e.None() || e.LevelIs != policy.Medium {
		t.Errorf("a version differs from itself, or what persons decided counts: %+v", e)
	}
	e := policy.Replay(in, on, was, edited(t, "rating.yaml", "impact.liability_usd >= 1000000}", "impact.liability_usd >= 500000}"))
	if e.LevelWas != policy.Medium || e.LevelIs != policy.High || len(e.Told) == 0 || e.Told[0] != "risk governance committee of the state" || len(e.NotTold) != 0 {
		t.Errorf("another threshold: %+v", e)
	}
	// A rule that begins on the day on is asked on that day, and not on the day of the report.
	later := edited(t, "rating.yaml", "when: impact.liability_usd >= 1000000}", "effective_from: 2026-12-01, when: impact.liability_usd >= 500000}")
	if e := policy.Replay(in, on, was, later); e.LevelIs != policy.High {
		t.Errorf("a rule of the new version is not asked: %+v", e)
	}
	if e := policy.Replay(in, on.AddDate(0, 0, -2), was, later); e.LevelIs != policy.Medium {
		t.Errorf("a rule is asked before it begins: %+v", e)
	}

	nothing := policy.Inputs{Entity: "e", Stated: map[string]bool{}, Events: map[string]time.Time{"received": received}}
	e = policy.Replay(nothing, on, was, edited(t, "report.yaml", "due: 1 hour\n", "due: 30 minutes\n"))
	due, sooner := received.Add(time.Hour), received.Add(30*time.Minute)
	want := []policy.DutyEffect{{What: "Triage and rate the incident", How: policy.Changed, Was: "by IR coordinator of the state, within 1 hour from the first filing",
		Is: "by IR coordinator of the state, within 30 minutes from the first filing", DueWas: &due, DueIs: &sooner}}
	if diff := cmp.Diff(want, e.Duties); diff != "" || e.LevelWas != e.LevelIs {
		t.Errorf("a shorter clock (-want +got):\n%s", diff)
	}
}

// What people send becomes the files of a pack, or is refused with a reason.
func TestCollect(t *testing.T) {
	file := func(name, data string) policy.Upload { return policy.Upload{Name: name, Data: []byte(data)} }
	sound := policy.Files{"pack.yaml": []byte("a"), "cases/x.txtar": []byte("b")}
	for _, c := range []struct {
		name string
		in   []policy.Upload
		want string // of the refusal
	}{
		{"files", []policy.Upload{file(`C:\packs\us-ma\pack.yaml`, "a"), file("x.txtar", "b")}, ""},
		{"an archive", []policy.Upload{{Name: "us-ma.zip", Data: sound.Archive()}}, ""},
		{"none", nil, "No file"},
		{"a part", []policy.Upload{file("rating.yaml", "a")}, "no pack.yaml"},
		{"twice", []policy.Upload{file("pack.yaml", "a"), file("b/pack.yaml", "a")}, "twice"},
		{"something else", []policy.Upload{file("pack.yaml", "a"), file("run.sh", "a")}, "neither"},
		{"a hidden file", []policy.Upload{file("pack.yaml", "a"), file(".yaml", "a")}, "name"},
		{"too large", []policy.Upload{file("pack.yaml", strings.Repeat("a", 257<<10))}, "too large"},
		{"too many bytes in all", []policy.Upload{file("pack.yaml", strings.Repeat("a", 250<<10)), file("b.yaml", strings.Repeat("a", 250<<10)),
			file("c.yaml", strings.Repeat("a", 250<<10)), file("d.yaml", strings.Repeat("a", 250<<10))}, "too large"},
		{"a bomb", []policy.Upload{{Name: "a.zip", Data: policy.Files{"pack.yaml": make([]byte, 20<<20)}.Archive()}}, "too large"},
		{"no archive", []policy.Upload{file("a.zip", "PK nothing")}, "cannot be read"},
	} {
		got, err := policy.Collect(c.in)
		switch {
		case c.want == "" && (err != nil || cmp.Diff(sound, got) != ""):
			t.Errorf("%s: %v %v", c.name, got, err)
		case c.want != "" && (fault.KindOf(err) != fault.KindInvalid || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want a refusal about %q", c.name, err, c.want)
		}
	}
	again, err := policy.ReadArchive(sound.Archive())
	if err != nil || cmp.Diff(sound, again) != "" {
		t.Errorf("an archive gives other files: %v %v", again, err)
	}
}

// Files that were kept make the same pack again, with the pack that it is laid over.
func TestKeptFilesMakeTheSamePack(t *testing.T) {
	base := edited(t, "pack.yaml", "", "")
	over := policy.Files{"pack.yaml": []byte("id: ours\nextends: us-ma\nversion: \"1\"\ntitle: Ours\n")}
	p, err := over.Load("ours", func(string) (*policy.Pack, error) { return base, nil })
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.Files().Load("ours", func(string) (*policy.Pack, error) { return p.Base().Files().Load("us-ma", nil) })
	if err != nil || again.Digest != p.Digest || p.Base().Digest != base.Digest {
		t.Errorf("%v: another pack", err)
	}
	if changes := policy.Difference(base, p); len(changes) != 1 || changes[0].Group != "The pack as a whole" {
		t.Errorf("laying nothing over a pack changes its rules: %+v", changes)
	}
}
