package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit/hostile"
	"tocsin/internal/web/page"
)

func ptr[T any](v T) *T { return &v }

// TestDecodeWhole reads a form with every field of the contract into the filing that it stands for.
func TestDecodeWhole(t *testing.T) {
	form, err := url.ParseQuery(strings.Join([]string{
		"entity=ca-demo-dmv&kind=written&incident=AB-1", "reporter.name=Dana&reporter.email=d@x.test&reporter.phones=1;2,3&reporter.address=Here",
		"iso.name=Ira", "alternate_contact.phones=9", "description=Gone&actions_taken=Called", "discovered_at=2026-11-21T10:00&discovered_at.zone=America/Los_Angeles",
		"occurred_at=&occurred_at.zone=America/Los_Angeles", "categories=equipment&categories=outage&categories=equipment", "crime_suspected=yes&terrorism_suspected=no&media_coverage=",
		"devices[0].serial=&devices[1].serial=S1&devices[1].ip=10.0.0.1, 10.0.0.2&devices[1].encrypted=no&devices[4].make_model=M",
		"personal_information.involved=unknown&personal_information.types=ssn", "personal_information.residents[0].state=ca&personal_information.residents[0].count=1,612",
		"personal_information.residents[1].state=&personal_information.residents[1].count=", "impact.human_safety=no&impact.asset_rating=high&impact.liability_usd=$1,000,000",
		"impact.information=privacy_breach&outage_minutes=121", "management.location=Fresno&management.affected_systems=a%0Ab&management.discovered_by.name=Lee",
	}, "&"))
	if err == nil && len(form["reporter.phones"]) == 0 {
		t.Fatal("the form of the test is damaged")
	}
	form.Set("reporter.phones", "1;2,3")
	page.Compact(form, "devices", -1)
	page.Compact(form, "personal_information.residents", -1)
	d := page.NewDecoder(form, "once", "act")
	got := d.Filing()
	if err := d.Err(); err != nil {
		t.Fatal(err)
	}
	want := incident.Filing{Entity: "ca-demo-dmv", Kind: "written", Incident: "AB-1",
		Reporter: &incident.Contact{Name: "Dana", Email: "d@x.test", Phones: []string{"1", "2", "3"}, Address: "Here"},
		ISO:      &incident.Contact{Name: "Ira"}, AlternateContact: &incident.Contact{Phones: []string{"9"}},
		Description: "Gone", ActionsTaken: "Called", DiscoveredAt: "2026-11-21T10:00:00-08:00", Categories: []string{"equipment", "outage"},
		CrimeSuspected: ptr(true), TerrorismSuspected: ptr(false),
		Devices:             []incident.Device{{Serial: "S1", IP: []string{"10.0.0.1", "10.0.0.2"}, Encrypted: ptr(false)}, {MakeModel: "M"}},
		PersonalInformation: &incident.PersonalInformation{Involved: "unknown", Types: []string{"ssn"}, Residents: map[string]int64{"CA": 1612}},
		Impact:              &incident.Impact{HumanSafety: ptr(false), AssetRating: "high", LiabilityUSD: ptr(int64(1000000)), Information: []string{"privacy_breach"}},
		OutageMinutes:       ptr(int64(121)), Management: &incident.Management{Location: "Fresno", AffectedSystems: []string{"a", "b"}, DiscoveredBy: &incident.Contact{Name: "Lee"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestDecodeEmpty: an untouched form states nothing; nothing of it is "no" or zero.
func TestDecodeEmpty(t *testing.T) {
	form := url.Values{"entity": {"e"}, "kind": {"initial"}, "crime_suspected": {""}, "impact.asset_rating": {""}, "devices[0].serial": {""}, "devices[0].encrypted": {""},
		"discovered_at": {""}, "discovered_at.zone": {"America/New_York"}, "personal_information.residents[0].state": {" "}, "outage_minutes": {""}}
	page.Compact(form, "devices", -1)
	page.Compact(form, "personal_information.residents", -1)
	d := page.NewDecoder(form)
	if diff := cmp.Diff(incident.Filing{Entity: "e", Kind: "initial"}, d.Filing()); diff != "" {
		t.Error(diff)
	}
	if err := d.Err(); err != nil {
		t.Error(err)
	}
}

// TestCompact removes one row and closes the gaps.
func TestCompact(t *testing.T) {
	form := url.Values{"devices[0].serial": {"a"}, "devices[1].serial": {"b"}, "devices[1].os": {"x"}, "devices[3].serial": {"c"}, "other": {"o"}}
	page.Compact(form, "devices", 0)
	want := url.Values{"devices[0].serial": {"b"}, "devices[0].os": {"x"}, "devices[1].serial": {"c"}, "other": {"o"}}
	if diff := cmp.Diff(want, form); diff != "" {
		t.Error(diff)
	}
}

// FuzzDecode: no form makes the decoder fail, and reading what it read again gives the same.
func FuzzDecode(f *testing.F) {
	f.Add("entity=a&description=b&devices[0].serial=c")
	f.Add("devices[499].ip=1&devices[500].ip=2&devices[-1].os=3")
	f.Add("personal_information.residents[0].count=9223372036854775808&impact.liability_usd=-1")
	for _, text := range hostile.Payloads() {
		f.Add("description=" + url.QueryEscape(text) + "&" + url.QueryEscape(text) + "=1")
	}
	f.Add("categories=&categories=a&crime_suspected=maybe")
	f.Fuzz(func(t *testing.T, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		page.Compact(form, "devices", -1)
		page.Compact(form, "personal_information.residents", -1)
		first := page.NewDecoder(form)
		a := first.Filing()
		page.Compact(form, "devices", -1)
		b := page.NewDecoder(form).Filing()
		if diff := cmp.Diff(a, b); diff != "" {
			t.Fatal(diff)
		}
		if len(a.Devices) > page.MaxRows {
			t.Fatalf("%d devices", len(a.Devices))
		}
	})
}
