package incident

import (
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
)

// anything knows every id.
type anything struct{}

func (anything) KnownCategory(string) bool { return true }
func (anything) KnownPIType(string) bool   { return true }

// CA step 2 important: reporting is never held up for what is not known yet.
func TestMissingInputNeverBlocks(t *testing.T) {
	for name, f := range map[string]Filing{
		"a description":                      {Entity: "e", Description: "something is wrong"},
		"a category":                         {Entity: "e", Categories: []string{"equipment"}},
		"a device of which nothing is known": {Entity: "e", Description: "x", Devices: []Device{{}}},
		"empty parts": {Entity: "e", Description: "x", Reporter: &Contact{}, PersonalInformation: &PersonalInformation{},
			Impact: &Impact{}, Management: &Management{}},
	} {
		if _, _, err := Check(f, anything{}, t0); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryFaultAtOnce(t *testing.T) {
	f := Filing{Kind: "final", DiscoveredAt: "yesterday", OutageMinutes: usd(-1)}
	_, _, err := Check(f, anything{}, t0)
	if got := len(fault.All(err)); got != 6 {
		t.Errorf("%d faults, want 6:\n%v", got, err)
	}
	for _, e := range fault.All(err) {
		if e.Remedy == "" || strings.Contains(e.Error(), "yesterday") {
			t.Errorf("%v", e)
		}
	}
}

func TestTimesAtTheEdge(t *testing.T) {
	for _, c := range []struct {
		discovered string
		ok         bool
	}{
		{t0.Format(time.RFC3339), true},
		{t0.Add(part.Skew).Format(time.RFC3339), true}, // the filer's clock may be a little ahead
		{t0.Add(part.Skew + time.Second).Format(time.RFC3339), false},
		{"2026-06-18T10:00:00", false}, // no offset
		{"2026-02-30T10:00:00Z", false},
		{"0001-01-01T00:00:00Z", false},
		{"2026-03-08T02:30:00-08:00", true}, // an hour that clocks in Los Angeles skip, but an instant all the same
	} {
		_, m, err := Check(Filing{Entity: "e", Description: "x", DiscoveredAt: c.discovered}, anything{}, t0)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.discovered, err)
		}
		if c.ok && m.Time().Format(time.RFC3339) != strings.Replace(c.discovered, "Z", "Z", 1) {
			t.Errorf("%s is kept as %s", c.discovered, m.Time().Format(time.RFC3339))
		}
	}
}

// A filing comes back from its fact and its texts as it was filed.
func TestAsFiledRoundTrip(t *testing.T) {
	yes := true
	f := Filing{Entity: "dmv", Kind: Initial, Incident: "N", Description: "d", ActionsTaken: "a", OccurredAt: "2026-06-17T22:00:00-07:00",
		Reporter: &Contact{Name: "r", Phones: []string{"1"}}, Devices: []Device{{Serial: "s", Encrypted: &yes}}, CrimeSuspected: &yes,
		PersonalInformation: &PersonalInformation{Involved: "yes", Residents: map[string]int64{"CA": 501}},
		Impact:              &Impact{LiabilityUSD: usd(5), Information: []string{"none"}}, Management: &Management{Location: "here",
			DiscoveredBy: &Contact{Name: "x"}}}
	occurred, discovered, err := Check(f, anything{}, t0)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ContentOf(f)
	if err != nil {
		t.Fatal(err)
	}
	r := reported(Report{Filing: f, Occurred: occurred, Discovered: discovered}, Initial, "N", 1, t0)
	back, err := AsFiled(r, c)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range StatedIn(f) {
		found := false
		for _, p := range StatedIn(back) {
			found = found || p == path
		}
		if !found {
			t.Errorf("%s was lost", path)
		}
	}
	if back.Description != f.Description || back.OccurredAt != f.OccurredAt || back.Management.DiscoveredBy.Name != "x" {
		t.Errorf("%+v", back)
	}
}
