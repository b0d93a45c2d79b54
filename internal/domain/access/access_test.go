package access

import (
	"slices"
	"testing"

	"tocsin/internal/domain/directory"
)

func tree(t testing.TB) *directory.Snapshot {
	t.Helper()
	at := func(e string, roles ...directory.Role) (out []directory.Assignment) {
		for _, r := range roles {
			out = append(out, directory.Assignment{Role: r, Entity: e})
		}
		return out
	}
	s, err := directory.NewSnapshot(directory.Import{
		Entities: []directory.Entity{{ID: "state", Name: "S", Pack: "p"}, {ID: "health", Name: "H", Parent: "state"}, {ID: "clinic", Name: "C", Parent: "health"},
			{ID: "roads", Name: "R", Parent: "state"}},
		Authorities: []directory.Authority{{ID: "police", Name: "P"}, {ID: "soc", Name: "O"}},
		People: []directory.Person{
			{ID: "coord", Name: "x", Roles: at("state", directory.IRCoordinator)},
			{ID: "health-iso", Name: "x", Roles: at("health", directory.ISO)},
			{ID: "clinic-rep", Name: "x", Roles: at("clinic", directory.DesignatedReporter)},
			{ID: "roads-iso", Name: "x", Roles: at("roads", directory.ISO)},
			{ID: "admin", Name: "x", Roles: at("state", directory.Administrator)},
			{ID: "head", Name: "x", Roles: at("health", directory.AgencyHead)},
			{ID: "roads-head", Name: "x", Roles: at("roads", directory.AgencyHead)},
			{ID: "auditor", Name: "x", Roles: at("state", directory.Auditor)},
			{ID: "officer", Name: "x", Roles: []directory.Assignment{{Role: directory.AuthorityOfficer, Authority: "police"}}},
			{ID: "gone", Name: "x", Gone: true, Roles: at("state", directory.IRCoordinator)},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The expected matrix stands apart from the code: for each person, what they may do to an incident of the clinic that the
// police were told of.
func TestAllowMatrix(t *testing.T) {
	s := tree(t)
	told := Object{Entity: "clinic", Told: []string{"police"}, Authority: "police"}
	want := map[string][]Action{
		"coord":      {Read, File, Rate, Discharge, Reply, Triage, Restrict, Review, Work, Contain, Staff, Operate, Invite, Enact},
		"health-iso": {Read, File, Discharge, Reply, Work, Contain, Staff},
		"clinic-rep": {Read, File, Reply, Work},
		"roads-iso":  nil,
		"head":       {Read, Reply, Designate},
		"roads-head": nil,
		"admin":      {Operate, Administer, Invite, Provision},
		"auditor":    {Read},
		"officer":    {Read, Respond},
	}
	for person, may := range want {
		a, ok := NewActor(s, person)
		if !ok {
			t.Fatalf("no actor %s", person)
		}
		for _, do := range Actions {
			if got := Allow(a, do, told); got != slices.Contains(may, do) {
				t.Errorf("%s may %s: %v", person, do, got)
			}
		}
	}
	if _, ok := NewActor(s, "gone"); ok {
		t.Error("somebody who left still acts")
	}
}

// TestLeadOfOneIncident: whoever leads an incident may do with it what leads do, and nothing more; not outside a restriction, not with a
// key that was not made for it, not without an office there, and not with another incident. MA 6.3.1.2.1
func TestLeadOfOneIncident(t *testing.T) {
	s := tree(t)
	leading := func(person string) Object { return Object{Entity: "clinic", Lead: person} }
	actor := func(person string) Actor {
		a, _ := NewActor(s, person)
		return a
	}
	restricted := leading("head")
	restricted.Restricted, restricted.Members = true, []string{"coord"}
	keyed := actor("head")
	keyed.Via, keyed.Scopes = "api", []Action{Read}
	for _, c := range []struct {
		what string
		by   Actor
		on   Object
		may  []Action
	}{
		{"a head who leads", actor("head"), leading("head"), []Action{Read, File, Discharge, Reply, Work, Contain, Designate}},
		{"a head who does not", actor("head"), leading("coord"), []Action{Read, Reply, Designate}},
		{"a lead outside the restriction", actor("head"), restricted, nil},
		{"a lead's key for reading", keyed, leading("head"), []Action{Read}},
		{"a lead without an office there", actor("roads-iso"), leading("roads-iso"), nil},
		{"a lead who reads no reports", actor("admin"), leading("admin"), []Action{Operate, Administer, Invite, Provision}},
		{"nobody in particular", System("clock"), leading(""), nil},
	} {
		for _, do := range Actions {
			if got := Allow(c.by, do, c.on); got != slices.Contains(c.may, do) {
				t.Errorf("%s may %s: %v", c.what, do, got)
			}
		}
	}
}

func TestLinkAndKeyAreNarrower(t *testing.T) {
	told := Object{Entity: "clinic", Told: []string{"police", "soc"}, Authority: "police"}
	link := ByLink("police", "Police")
	for _, do := range Actions {
		if got := Allow(link, do, told); got != (do == Respond) {
			t.Errorf("a link may %s: %v", do, got)
		}
	}
	told.Authority = "soc"
	if Allow(link, Respond, told) {
		t.Error("a link answers for another authority")
	}
	a, _ := NewActor(tree(t), "coord")
	a.Scopes = []Action{File}
	if Allow(a, Read, told) || !Allow(a, File, told) {
		t.Error("a key for filing gives more or less than filing")
	}
	a.Scopes, a.Via = nil, "api"
	for _, do := range Named {
		o := Object{Entity: "clinic", Restricted: do == Break}
		if Allow(a, do, o) || len(EntitiesFor(a, do)) > 0 {
			t.Errorf("a key for everything gives %s", do)
		}
		a.Scopes = []Action{do}
		if !Allow(a, do, o) {
			t.Errorf("a key for %s does not give it", do)
		}
		a.Scopes = nil
	}
	if !Allow(a, Rate, told) {
		t.Error("a key for everything does not give rating")
	}
	a.Scopes = []Action{File}
	if got := ScopeOf(a); len(got.Entities)+len(got.Authorities) != 0 {
		t.Errorf("a key without read sees %+v", got)
	}
}
