package investigation

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tocsin/internal/testkit/hostile"
)

var now = time.Date(2026, 6, 18, 17, 0, 0, 0, time.UTC)

func eastern(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestReadStamp(t *testing.T) {
	zoned := Reading{Zone: eastern(t), Name: "America/New_York", Date: MonthFirst, Now: now}
	bare := Reading{Now: now}
	for _, c := range []struct {
		text      string
		how       Reading
		at, rest  string
		precision string
		problem   string
	}{
		{"2026-06-18T03:04:05.25Z first logon", bare, "2026-06-18T03:04:05.25Z", "first logon", Second, ""},
		{"2026-06-18T03:04:05-07:00 first logon", bare, "2026-06-18T10:04:05Z", "first logon", Second, ""},
		{"2026-06-18 15:04 mail opened", zoned, "2026-06-18T19:04:00Z", "mail opened", Minute, ""},
		{"2026-06-18 15:04 mail opened", bare, "", "mail opened", Minute, AsksZone},
		{"2026-06-18 15:04 EST mail opened", bare, "2026-06-18T20:04:00Z", "mail opened", Minute, ""},
		{"2026-06-18, 03:04:05,123 +0200 - mail", bare, "2026-06-18T01:04:05.123Z", "mail", Second, ""},
		{"2026-06-18 the backup ended", zoned, "2026-06-18T04:00:00Z", "the backup ended", Day, ""},
		{"2026-05 account made", zoned, "2026-05-01T04:00:00Z", "account made", Month, ""},
		{"about 2026-06-18 15:00 lights on", zoned, "2026-06-18T19:00:00Z", "lights on", Minute, ""},
		{"Jun 17 03:04:05 web01 sshd[1]: Accepted", zoned, "2026-06-17T07:04:05Z", "web01 sshd[1]: Accepted", Second, ""},
		{"Dec 31 23:59:59 web01 x", zoned, "2026-01-01T04:59:59Z", "web01 x", Second, ""},
		{"<34>1 2026-06-17T22:14:15.003Z host su - ID47 - 'su root' failed", bare, "2026-06-17T22:14:15.003Z", "host su - ID47 - 'su root' failed", Second, ""},
		{`10.0.0.5 - - [17/Jun/2026:13:55:36 -0700] "GET /a HTTP/1.1" 200`, bare, "2026-06-17T20:55:36Z", `10.0.0.5 - - [17/Jun/2026:13:55:36 -0700] "GET /a HTTP/1.1" 200`, Second, ""},
		{"6/7/2026 3:04 PM EDT login", zoned, "2026-06-07T19:04:00Z", "login", Minute, ""},
		{"6/7/2026 3:04 PM EDT login", bare, "", "6/7/2026 3:04 PM EDT login", "", AsksDate},
		{"6/17/2026 3:04:05 PM EDT login", bare, "2026-06-17T19:04:05Z", "login", Second, ""},
		{"6/6/2026 12:30 AM EDT login", bare, "2026-06-06T04:30:00Z", "login", Minute, ""},
		{"1781667845 cron", bare, "2026-06-17T03:44:05Z", "cron", Second, ""},
		{"1781667845123,cron", bare, "2026-06-17T03:44:05.123Z", "cron", Second, ""},
		{"2026-02-30 15:04Z x", bare, "", "x", Minute, WrongTime},
		{"2026-06-18 25:04Z x", bare, "", "x", Minute, WrongTime},
		{"13/13/2026 15:04Z x", bare, "", "x", Minute, WrongTime},
		{"the server was slow", bare, "", "the server was slow", "", NoTime},
		{"", bare, "", "", "", NoTime},
	} {
		got, rest, problem := ReadStamp(c.text, c.how)
		if problem != c.problem || rest != c.rest || got.Precision != c.precision {
			t.Errorf("%q: %q, rest %q, precision %q; want %q, %q, %q", c.text, problem, rest, got.Precision, c.problem, c.rest, c.precision)
			continue
		}
		if at := got.At.UTC().Format(time.RFC3339Nano); problem == "" && at != c.at {
			t.Errorf("%q: %s, want %s", c.text, at, c.at)
		}
		if got.About != strings.HasPrefix(c.text, "about") {
			t.Errorf("%q: about is %v", c.text, got.About)
		}
	}
}

func TestParseEvents(t *testing.T) {
	lines := ParseEvents("2026-06-17 10:00Z mail opened\n\n# a remark\nnothing\n2027-06-17 10:00Z later\n2026-06-17 10:01Z\n", Reading{Now: now})
	if len(lines) != 4 || lines[0].Problem != "" || lines[0].Told.Description != "mail opened" || lines[1].Line != 4 || lines[1].Problem != NoTime ||
		lines[2].Problem != notAllowed || lines[3].Problem == "" {
		t.Errorf("%+v", lines)
	}
	table := "Time,Message,Host,User,Technique,Kind,Zone,Discovered\n" +
		"2026-06-17 10:00,\"Mail opened, with macro\",WS-14;WS-15,j.doe,t1566.001,adversary,EDT,2026-06-18 09:00Z\n" +
		"2026-06-17 10:05,Beacon,WS-14,,T9999,adversary,EDT,\n"
	rows := ParseEvents(table, Reading{Now: now})
	if len(rows) != 2 {
		t.Fatalf("%+v", rows)
	}
	one := rows[0]
	if one.Problem != "" || one.Line != 2 || strings.Join(one.Told.Assets, "|") != "WS-14|WS-15" || one.Told.People[0] != "j.doe" || one.Event.Techniques[0] != "T1566.001" ||
		one.Event.Kind != Adversary || one.Event.Discovered == nil || one.Event.At.Time().UTC().Hour() != 14 || one.Event.Zone != "EDT" || one.Told.Description != "Mail opened, with macro" {
		t.Errorf("%+v", one)
	}
	if !strings.Contains(rows[1].Problem, "T9999") {
		t.Errorf("%+v", rows[1])
	}
}

func TestParseIndicators(t *testing.T) {
	for text, want := range map[string]string{
		"203.0.113.7":                            "ipv4-addr 203.0.113.7",
		"203[.]0[.]113(dot)7":                    "ipv4-addr 203.0.113.7",
		"203.0.113.7:443":                        "ipv4-addr 203.0.113.7",
		"::ffff:203.0.113.7":                     "ipv4-addr 203.0.113.7",
		"2001:DB8::1":                            "ipv6-addr 2001:db8::1",
		"2001:db8:[:]1":                          "ipv6-addr 2001:db8::1",
		"hxxps://Evil[.]Example/a?b=1":           "url https://evil.example/a?b=1",
		"hXXp[:]//evil.example/x":                "url http://evil.example/x",
		"evil (dot) example":                     "domain-name evil.example",
		"EVIL.example.":                          "domain-name evil.example",
		"bad[at]evil.example":                    "email-addr bad@evil.example",
		"D41D8CD98F00B204E9800998ECF8427E":       "file-md5 d41d8cd98f00b204e9800998ecf8427e",
		"payload.exe":                            "file-name payload.exe",
		"file: q3 report.pdf":                    "file-name q3 report.pdf",
		"HKLM\\Software\\Evil\\Run":              "windows-registry-key HKEY_LOCAL_MACHINE\\Software\\Evil\\Run",
		"mutex: Global\\x y":                     "mutex Global\\x y",
		"process: rundll32.exe a.dll,Run":        "process rundll32.exe a.dll,Run",
		"user: EXAMPLE\\j.doe":                   "user-account EXAMPLE\\j.doe",
		"AS64496":                                "autonomous-system AS64496",
		"00-00-5E-00-53-01":                      "mac-addr 00:00:5e:00:53:01",
		"sha256,not a hash but 203.0.113.9 here": "ipv4-addr 203.0.113.9",
		"Beacon to hxxp://a.example/b, then 203.0.113.7; dropped payload.exe.": "url http://a.example/b|ipv4-addr 203.0.113.7|file-name payload.exe",
	} {
		found, unread := ParseIndicators(text)
		var got []string
		for _, f := range found {
			got = append(got, f.Type+" "+f.Value)
		}
		if strings.Join(got, "|") != want || len(unread) != 0 {
			t.Errorf("%q: %q, unread %v; want %q", text, got, unread, want)
		}
	}
	found, unread := ParseIndicators("203.0.113.7\n203[.]0.113.7\nnothing to see\n")
	if len(found) != 1 || len(unread) != 1 || unread[0].Line != 3 {
		t.Errorf("%v, %v", found, unread)
	}
}

// checkFound holds what a parser may never get wrong.
func checkFound(t interface{ Errorf(string, ...any) }, text string) {
	found, _ := ParseIndicators(text)
	for _, f := range found {
		v, ok := NormalValue(f.Type, f.Value)
		if !ok || v != f.Value {
			t.Errorf("%q: %s %q is not in its normal form: %q, %v", text, f.Type, f.Value, v, ok)
		}
		if back := Refang(Defang(f.Type, f.Value)); back != Refang(f.Value) {
			t.Errorf("%s %q: defanged and back is %q", f.Type, f.Value, back)
		}
		if d := Defang(f.Type, f.Value); f.Type == URL && strings.Contains(d, "://") && !strings.Contains(d, "[://]") {
			t.Errorf("%q still has its teeth", d)
		}
	}
}

func FuzzParseIndicators(f *testing.F) {
	for _, s := range []string{"203[.]0.113.7", "hxxp://a.example/b?c=[.]", "a[at]b.example", "mutex: Global\\x", "HKLM\\x", "::1", "user: a\x00b", "evil[.", "AS0", "a:b:c", strings.Join(hostile.Payloads(), " ")} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkFound(t, s) })
}

func FuzzParseEvents(f *testing.F) {
	for _, s := range []string{"2026-06-17 10:00Z x", "time,message\n2026-06-17,x", "Jun 17 03:04:05 x", "[17/Jun/2026:13:55:36 -0700]", "time;event\n\"", "99/99/9999 99:99", "2026-06-17 10:00Z " + strings.Join(hostile.Payloads(), "\n2026-06-17 10:00Z ")} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range ParseEvents(s, Reading{Now: now, Zone: time.UTC}) {
			if p.Problem == "" && (p.Told.Description == "" || p.Event.Precision == "" || p.Event.At.Time().After(now.Add(tomorrow))) {
				t.Errorf("%q: %+v", s, p)
			}
		}
	})
}

// Whatever is an indicator is found again in its defanged form.
func TestDefangedIsFoundAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(
			rapid.StringMatching(`[1-9][0-9]?\.[0-9]\.[0-9]\.[1-9]`), rapid.StringMatching(`[a-z]{1,8}(\.[a-z]{1,6}){1,3}\.example`),
			rapid.StringMatching(`https?://[a-z]{1,8}\.example(/[a-z0-9]{0,8}){0,3}`), rapid.StringMatching(`[a-z]{1,8}@[a-z]{1,8}\.example`),
			rapid.StringMatching(`2001:db8::[1-9a-f]{1,4}`), rapid.StringMatching(`[0-9a-f]{64}`)).Draw(t, "value")
		first, _ := ParseIndicators(value)
		if len(first) != 1 {
			t.Fatalf("%q: %v", value, first)
		}
		again, _ := ParseIndicators("seen " + Defang(first[0].Type, first[0].Value) + " twice")
		if len(again) != 1 || again[0].Type != first[0].Type || again[0].Value != first[0].Value {
			t.Fatalf("%q defanged is %q, read as %v", value, Defang(first[0].Type, first[0].Value), again)
		}
		checkFound(t, value)
	})
}

func TestAttack(t *testing.T) {
	sub, ok := TechniqueByID("T1059.001")
	if !ok || sub.Name != "Command and Scripting Interpreter: PowerShell" || len(sub.Tactics) == 0 {
		t.Errorf("%+v, %v", sub, ok)
	}
	for _, tech := range techniques() {
		if len(checkAttack(tech.Tactics[0], []string{tech.ID})) > 0 {
			t.Errorf("%s has a tactic that is not listed: %v", tech.ID, tech.Tactics)
		}
	}
}

func TestSTIXPattern(t *testing.T) {
	for want, in := range map[string][2]string{"[ipv4-addr:value = '203.0.113.7']": {IPv4, "203.0.113.7"}, "[file:hashes.'SHA-256' = 'ab']": {SHA256, "ab"},
		`[mutex:name = 'Global\\it\'s']`: {Mutex, `Global\it's`}, "[autonomous-system:number = 64496]": {ASN, "AS64496"}} {
		if got := STIXPattern(in[0], in[1]); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, kind := range IndicatorTypes {
		if stixPaths[kind] == "" {
			t.Errorf("no path for %s", kind)
		}
	}
}
