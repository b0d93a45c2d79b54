package notify

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

var owed = instant("2026-11-21T23:04:00Z")

func TestDecideTable(t *testing.T) {
	day := 24 * time.Hour
	cases := []struct {
		name     string
		m        Message
		o        Outcome
		done     bool
		escalate bool
		wait     time.Duration // with jitter 0.5
	}{
		{"delivered", Message{Owed: owed, Attempts: 1}, Outcome{Kind: Delivered, At: owed}, true, false, 0},
		{"refused", Message{Owed: owed, Attempts: 1}, Outcome{Kind: Refused, At: owed}, true, true, 0},
		{"refused, known", Message{Owed: owed, Attempts: 1, Escalated: true}, Outcome{Kind: Refused, At: owed}, true, false, 0},
		{"first deferral", Message{Owed: owed, Attempts: 1}, Outcome{Kind: Deferred, At: owed}, false, false, 45 * time.Second},
		{"second", Message{Owed: owed, Attempts: 2}, Outcome{Kind: Deferred, At: owed}, false, false, 90 * time.Second},
		{"fifth", Message{Owed: owed, Attempts: 5}, Outcome{Kind: Deferred, At: owed}, false, false, 12 * time.Minute},
		{"hundredth", Message{Owed: owed, Attempts: 100}, Outcome{Kind: Deferred, At: owed.Add(day)}, false, false, 15 * time.Minute},
		{"hint", Message{Owed: owed, Attempts: 1}, Outcome{Kind: Deferred, At: owed, RetryAfter: 7 * time.Minute}, false, false, 7 * time.Minute},
		{"hint too long", Message{Owed: owed, Attempts: 1}, Outcome{Kind: Deferred, At: owed, RetryAfter: 100 * day}, false, false, time.Hour},
		{"almost five days", Message{Owed: owed, Attempts: 400}, Outcome{Kind: Deferred, At: owed.Add(5*day - 1)}, false, false, 15 * time.Minute},
		{"five days", Message{Owed: owed, Attempts: 400}, Outcome{Kind: Deferred, At: owed.Add(5 * day)}, false, true, day},
		{"a year", Message{Owed: owed, Attempts: 900, Escalated: true}, Outcome{Kind: Deferred, At: owed.Add(365 * day)}, false, false, day},
	}
	for _, c := range cases {
		n := Decide(c.m, c.o, 0.5)
		if n.Done != c.done || n.Escalate != c.escalate || n.Escalate != (n.Why != "") {
			t.Errorf("%s: %+v", c.name, n)
		}
		if c.done != n.At.IsZero() || !c.done && n.At.Sub(c.o.At) != c.wait {
			t.Errorf("%s: next after %v, want %v", c.name, n.At.Sub(c.o.At), c.wait)
		}
	}
}

// A message that is deferred for ever: first retry within a minute, never dropped, escalated exactly once, tried daily.
func TestDeferredForEver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, now := Message{Owed: owed}, owed
		escalations, gap := 0, time.Duration(0)
		for now.Sub(owed) < 30*24*time.Hour {
			m.Attempts++
			n := Decide(m, Outcome{Kind: Deferred, At: now}, rapid.Float64Range(0, 1).Draw(t, "jitter"))
			if n.Done || !n.At.After(now) {
				t.Fatalf("attempt %d: %+v", m.Attempts, n)
			}
			if m.Attempts == 1 && n.At.Sub(now) > time.Minute {
				t.Fatalf("first retry after %v", n.At.Sub(now))
			}
			if now.Sub(owed) < GiveUpAfter {
				gap = max(gap, n.At.Sub(now))
			}
			if n.At.Sub(now) > 30*time.Hour {
				t.Fatalf("no attempt for %v", n.At.Sub(now))
			}
			if n.Escalate {
				escalations++
				m.Escalated = true
			}
			now = n.At
		}
		if escalations != 1 {
			t.Fatalf("escalated %d times", escalations)
		}
		// After an outage everything is tried within half an hour of its end.
		if gap > 30*time.Minute {
			t.Fatalf("gap of %v", gap)
		}
	})
}

func TestJitterSpreads(t *testing.T) {
	m, o := Message{Owed: owed, Attempts: 10}, Outcome{Kind: Deferred, At: owed}
	lo, hi := Decide(m, o, 0).At, Decide(m, o, 1).At
	if hi.Sub(lo) < 5*time.Minute {
		t.Errorf("spread of %v", hi.Sub(lo))
	}
	if Decide(m, o, -5).At != lo || Decide(m, o, 9).At != hi {
		t.Error("jitter out of range is not bounded")
	}
}

func TestLanes(t *testing.T) {
	want := map[Kind]Lane{AuthorityNotice: LaneStatutory, RoleNotice: LaneStatutory, Question: LaneStatutory, Escalation: LaneAlarm,
		Undeliverable: LaneAlarm, ConfirmDelivered: LaneConfirm, Digest: LaneDigest, "made up": LaneStatutory}
	for k, l := range want {
		if LaneOf(k) != l {
			t.Errorf("%s is in lane %d", k, LaneOf(k))
		}
	}
}

func TestCleanReply(t *testing.T) {
	cases := map[string]string{
		"550 5.1.1 no such user":                 "550 5.1.1 no such user",
		"550-first\r\n550 second":                "550-first 550 second",
		"x\x1b[31mred\x00\"level=error\"":        "x [31mred \"level=error\"",
		"\u202Eevil":                             "\uFFFDevil",
		"bad \xff":                               "bad \uFFFD",
		"  ":                                     "",
		"a" + strings.Repeat("\u200b", 50) + "b": "ab",
	}
	for in, want := range cases {
		if got := CleanReply(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	long := CleanReply(strings.Repeat("ä", 1<<20))
	if utf8.RuneCountInString(long) != maxReply || !strings.HasSuffix(long, "…") {
		t.Errorf("%d characters", utf8.RuneCountInString(long))
	}
}

func FuzzCleanReply(f *testing.F) {
	for _, h := range hostile {
		f.Add(h)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := CleanReply(s)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\r\n\x00\x1b\u2028\u202e") || utf8.RuneCountInString(got) > maxReply {
			t.Errorf("%q", got)
		}
		if CleanReply(got) != got {
			t.Errorf("not stable: %q", got)
		}
	})
}
