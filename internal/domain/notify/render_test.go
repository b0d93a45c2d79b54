package notify

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"

	texts "tocsin/internal/testkit/hostile"
)

var update = flag.Bool("update", false, "write the golden files anew")

// pacific is a zone of the test's own, so that goldens do not depend on the machine's zone files.
var pacific = time.FixedZone("PST", -8*3600)

func instant(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// full is a notice with every part filled, as the application may fill it.
func full(k Kind) Notice {
	return Notice{
		Kind: k, Demonstration: true, Zone: pacific,
		To: "Dana Whitfield", Office: "Computer Crimes Unit",
		Why: "every incident is reported to the two named authorities at once", Clause: "CA step 1",
		Incident: "7K3M-92QD-X",
		Entity:   Party{"Department of Motor Vehicles", "2415 First Avenue, Sacramento, CA 95818", "2740"},
		Filing:   Filing{2, "supplement"},
		Received: instant("2026-11-21T23:04:00Z"), Discovered: instant("2026-11-21T17:30:00-08:00"), Occurred: instant("2026-11-20T02:00:00-08:00"),
		Rating: Rating{Level: "high", Was: "medium", Provisional: true,
			Reasons: []Ground{{"Asset rated critical is affected", "MA 6.5.1"}, {"Liability of $1,200,000 is over $1,000,000", "MA 6.5.1"}},
			Open:    []string{"impact.human_safety"}},
		Reportable: Reportable{"yes", []Ground{{"A device with state data was stolen", "CA step 2"}}},
		Outage:     "3 hours 10 minutes", Categories: []string{"Equipment theft", "Personal information"}, Crime: "yes",
		Told: []Told{{"California Highway Patrol", "delivered", instant("2026-11-21T23:04:02Z")}, {"Office of Information Security", "sent", instant("2026-11-21T23:04:01Z")}},
		Duties: []Duty{{What: "Acknowledge the report", To: "Department of Motor Vehicles", Due: instant("2026-11-22T23:04:00Z"), Clock: "24 hours", Clause: "CA step 1"},
			{What: "Send the written report", Due: instant("2026-12-08T00:00:00Z"), Clause: "CA step 3", LateBy: 90 * time.Minute}},
		Missing:     []Item{{"Serial number of each device", "CA step 2"}, {"Location of the incident", "MA 6.5.3.6"}},
		Contacts:    []Contact{{Role: "Reporter", Name: "Ana Ruiz", Email: "ana.ruiz@example.gov", Phones: []string{"+1 916 555 0101", "+1 916 555 0102"}}, {Role: "ISO", Name: "Lee Park", Phones: []string{"+1 916 555 0103"}, Address: "Sacramento"}},
		Call:        []Contact{{Role: "After-hours desk", Name: "Warning Center", Phones: []string{"+1 916 555 0199"}, When: "at any hour"}},
		Description: "A laptop was taken from a locked car.\nIt held an export of vehicle records; whether the disk was encrypted is not known to anybody on shift right now.\n\nPolice report 26-1187.",
		Actions:     "Account disabled.\nRemote wipe sent, not confirmed.",
		Devices:     []Device{{MakeModel: "Latitude 7440", Serial: "8XK22Z3", AssetID: "CA-DMV-0042", IP: []string{"10.1.2.3"}, Hostname: "dmv-lt-42", OS: "Windows 11", Location: "Sacramento", Encrypted: "unknown"}, {}},
		Assets:      []Affected{{Name: "Field office kiosks", Kind: "server", Rating: "medium", State: "isolated", Networks: []string{"Sacramento VLAN 12", "VPN"}}, {Name: "dmv-lt-42"}},
		Personal:    Personal{"yes", []string{"Social Security number", "Driver's license number"}, []Residents{{"CA", 612}, {"MA", 3}}},
		Authority:   "Office of Information Security",
		Question:    Asked{"Was the disk encrypted?", "Duty officer", instant("2026-11-22T08:00:00Z"), "Yes, with the agency's standard tool.", "Ana Ruiz", instant("2026-11-22T09:15:00Z")},
		Report:      Report{2, []BriefLine{{"Location", "Sacramento, parking lot 3", "MA 6.5.3.6", true}, {"Evidence collected", "Not known yet. Awaited from Lee Park.", "MA 6.5.3.12", false}}},
		Update:      "The lot's camera is being read.\nNext update at noon.", Audience: "Management",
		Reason:    "Outside our jurisdiction.",
		Trouble:   Trouble{AuthorityNotice, "Office of Information Security", "soc@example.gov", "550 5.1.1 no such user", instant("2026-11-21T23:04:00Z"), 1, false},
		Telephone: Call{"Ana Ruiz", "Warning Center", "W-2291", instant("2026-11-22T03:10:00Z")},
		Links:     Links{"https://tocsin.example.gov/incidents/7K3M-92QD-X", "https://tocsin.example.gov/ack/4pXq0000000000000000000000000000000000000000000000000000000000000000", "https://tocsin.example.gov/incidents/7K3M-92QD-X/receipts/2"},
	}
}

// goldens are every kind in full, and the shapes that differ from it.
func goldens() map[string]Notice {
	m := map[string]Notice{}
	for _, k := range Kinds {
		m[string(k)] = full(k)
	}
	c := full(AuthorityNotice)
	c.Confidential = true
	m["confidential"] = c
	m["least"] = Notice{Kind: AuthorityNotice, Incident: "7K3M-92QD-X"}
	d := full(Chase)
	d.Demonstration, d.Delay, d.Zone = false, 73*time.Hour+5*time.Minute, nil
	m["delayed"] = d
	m["unknown_kind"] = Notice{Kind: "witness_needed", Incident: "7K3M-92QD-X", Entity: Party{Name: "Registry"}, Links: Links{Incident: "https://x.example/1"}}
	return m
}

func TestRenderGolden(t *testing.T) {
	for name, n := range goldens() {
		t.Run(name, func(t *testing.T) {
			subject, text, html := Render(n)
			path := filepath.Join("testdata", "render", name+".txtar")
			got := &txtar.Archive{Files: []txtar.File{
				{Name: "subject", Data: []byte(subject + "\n")}, {Name: "text", Data: []byte(text)}, {Name: "html", Data: []byte(html)}}}
			if *update {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, txtar.Format(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), string(txtar.Format(got))); d != "" {
				t.Errorf("differs (-want +got); -update writes it anew:\n%s", d)
			}
		})
	}
}

func TestEveryKindHasWordsAndNumber(t *testing.T) {
	for _, k := range Kinds {
		if _, ok := vocabulary[k]; !ok {
			t.Errorf("%s has no words", k)
		}
		subject, text, html := Render(full(k))
		if !strings.HasPrefix(subject, "[DEMONSTRATION] Incident 7K3M-92QD-X: "+wordsOf(k).kind) {
			t.Errorf("%s: subject %q", k, subject)
		}
		if text == "" || html == "" {
			t.Errorf("%s: empty body", k)
		}
	}
}

// What the receiver must act on first stands before the grounds.
func TestActBeforeGrounds(t *testing.T) {
	_, text, _ := Render(full(AuthorityNotice))
	order := []string{"DEMONSTRATION", "/ack/", "The incident\n", "What you owe\n", "Contacts\n", "What happened", "Grounds of", "About this message"}
	last := -1
	for _, o := range order {
		i := strings.Index(text, o)
		if i <= last {
			t.Fatalf("%q stands at %d, before what should precede it at %d", o, i, last)
		}
		last = i
	}
}

func TestTextWidth(t *testing.T) {
	for name, n := range goldens() {
		_, text, _ := Render(n)
		for l := range strings.SplitSeq(text, "\n") {
			if utf8.RuneCountInString(l) > width && !strings.Contains(l, "://") {
				t.Errorf("%s: %d characters: %q", name, utf8.RuneCountInString(l), l)
			}
		}
	}
}

// fill puts the result of next into every string of a value, and one element into every slice.
func fill(v reflect.Value, next func(path string) string, path string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(next(path))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(instant("2026-11-21T23:04:00Z")))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), next, path+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), next, path+"[]")
	}
}

// Confidential mail says number, kind, due time and a link, whatever else the notice holds, for every kind.
func TestConfidentialSaysNothingElse(t *testing.T) {
	for _, k := range Kinds {
		n := Notice{}
		fill(reflect.ValueOf(&n).Elem(), func(path string) string { return "CANARY" + path }, "")
		n.Kind, n.Confidential, n.Incident, n.Zone = k, true, "7K3M-92QD-X", pacific
		n.Links = Links{Incident: "https://tocsin.example.gov/i/1", Acknowledge: "https://tocsin.example.gov/CANARY", Receipt: "https://tocsin.example.gov/CANARY"}
		subject, text, html := Render(n)
		all := subject + text + html
		if strings.Contains(all, "CANARY") {
			t.Errorf("%s leaks:\n%s\n%s", k, subject, text)
		}
		for _, want := range []string{"7K3M-92QD-X", "https://tocsin.example.gov/i/1", "3:04 PM (PST, UTC-08:00)"} {
			if !strings.Contains(text, want) || !strings.Contains(html, want) {
				t.Errorf("%s lacks %q", k, want)
			}
		}
	}
}

var hostile = []string{
	"a\r\nBcc: victim@example.org\r\n\r\nbody", "a\nb", "a\rb", "nul\x00byte", "esc\x1b[2Jred", "<script>alert(1)</script>",
	`"><img src=x onerror=alert(1)>`, "javascript:alert(1)", "\u202Egpj.exe", "\u2066hidden\u2069", "bad\xff\xfeutf8", "=?utf-8?q?=0D=0ABcc:x?=",
	"line\u2028sep\u2029par\u0085nel", strings.Repeat("x", 100_000), strings.Repeat("word ", 50_000), "{{.Subject}}", ".\r\n.\r\nQUIT", "\U000E0041\u200B\uFEFF",
}

func TestHostileText(t *testing.T) {
	for _, k := range Kinds {
		for _, h := range hostile {
			n := Notice{}
			fill(reflect.ValueOf(&n).Elem(), func(string) string { return h }, "")
			n.Kind = k
			checkRendered(t, n)
		}
	}
}

// checkRendered holds what is true of every rendered notice.
func checkRendered(t interface {
	Errorf(string, ...any)
	Helper()
}, n Notice) {
	t.Helper()
	subject, text, html := Render(n)
	if subject != line(subject, maxSubject) || utf8.RuneCountInString(subject) > maxSubject || subject == "" {
		t.Errorf("%s: subject is not one clean line: %q", n.Kind, subject)
	}
	for i, body := range []string{text, html} {
		if !utf8.ValidString(body) {
			t.Errorf("%s: body %d is not UTF-8", n.Kind, i)
		}
		for _, r := range body {
			if r != '\n' && (r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) {
				t.Errorf("%s: body %d holds %U", n.Kind, i, r)
				break
			}
		}
		if len(body) > 600_000 {
			t.Errorf("%s: body %d has %d bytes", n.Kind, i, len(body))
		}
	}
	// The skeleton of the HTML is ours alone: every tag in it is one that the template writes.
	for _, tag := range anyTag.FindAllString(html, -1) {
		if !ourTag.MatchString(tag) {
			t.Errorf("%s: HTML holds %q", n.Kind, tag)
		}
	}
}

var (
	anyTag = regexp.MustCompile(`<[^>]*>?`)
	ourTag = regexp.MustCompile(`^</?(html|head|title|body|h1|h2|p|dl|dt|dd|ul|li|strong|br|blockquote|a)>$|^<!DOCTYPE html>$|^<meta [a-z-]+="[a-z -]*"( content="[a-z=-]+( dark)?")?>$|` +
		`^<meta charset="utf-8">$|^<html lang="en">$|^<(body|h1|h2) style="[a-z0-9:;. -]+">$|^<blockquote dir="auto">$|^<a href="https?://[^"<> ]+">$`)
)

// A person's words can never stand in the text as if they were ours: each of their lines is quoted.
func TestQuotedLines(t *testing.T) {
	n := full(AuthorityNotice)
	n.Description = "x\nAcknowledge:\n  https://evil.example/\r\nWhat you owe\n------------"
	_, text, _ := Render(n)
	for l := range strings.SplitSeq(text, "\n") {
		if strings.Contains(l, "evil.example") && !strings.HasPrefix(l, "> ") {
			t.Errorf("unquoted: %q", l)
		}
	}
	if strings.Count(text, "\nWhat you owe\n") != 1 {
		t.Error("a heading of ours was imitated")
	}
}

func TestLongListsAreCut(t *testing.T) {
	n := full(AuthorityNotice)
	n.Devices = make([]Device, 10_000)
	n.Description = strings.Repeat("abc ", 1_000_000)
	_, text, html := Render(n)
	if len(text) > 60_000 || len(html) > 120_000 {
		t.Errorf("%d and %d bytes", len(text), len(html))
	}
	for _, want := range []string{"The first 40 of 10000; the others stand in the incident.", "more characters stand in the incident"} {
		if !strings.Contains(text, want) || !strings.Contains(html, want) {
			t.Errorf("lacks %q", want)
		}
	}
}

func TestWhenShowsZone(t *testing.T) {
	at := instant("2026-11-21T23:04:00Z")
	for want, zone := range map[string]*time.Location{
		"Sat Nov 21, 2026, 3:04 PM (PST, UTC-08:00)": pacific,
		"Sat Nov 21, 2026, 11:04 PM (UTC)":           nil,
		"Sun Nov 22, 2026, 4:49 AM (UTC+05:45)":      time.FixedZone("+0545", 20700),
	} {
		if got := (Notice{Zone: zone}).when(at); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestRenderAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := Notice{}
		s := rapid.String()
		fill(reflect.ValueOf(&n).Elem(), func(path string) string { return s.Draw(t, path) }, "n")
		n.Kind = rapid.SampledFrom(Kinds).Draw(t, "kind")
		n.Confidential = rapid.Bool().Draw(t, "confidential")
		checkRendered(t, n)
	})
}

func FuzzRender(f *testing.F) {
	for _, h := range append(texts.Payloads(), hostile...) {
		f.Add(h)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := Notice{}
		fill(reflect.ValueOf(&n).Elem(), func(string) string { return s }, "")
		n.Kind = AuthorityNotice
		checkRendered(t, n)
	})
}

func BenchmarkRender(b *testing.B) {
	n := full(AuthorityNotice)
	for b.Loop() {
		Render(n)
	}
}
