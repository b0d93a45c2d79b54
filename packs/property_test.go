package packs

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tocsin/internal/domain/policy"
)

func pick[T any](t *rapid.T, label string, values ...T) T {
	return values[rapid.IntRange(0, len(values)-1).Draw(t, label)]
}

// everything draws inputs in which nothing is unstated.
func everything(t *rapid.T, p *policy.Pack) policy.Inputs {
	truth := func(label string) *bool { b := rapid.Bool().Draw(t, label); return &b }
	ids := func(label string, terms []policy.Term) []string {
		list := rapid.SliceOfNDistinct(rapid.IntRange(0, len(terms)-1), 1, 3, rapid.ID[int]).Draw(t, label)
		var out []string
		for _, i := range list {
			out = append(out, terms[i].ID)
		}
		return out
	}
	in := policy.Inputs{
		Entity: "e", Categories: ids("categories", p.Categories()), CrimeSuspected: truth("crime"), TerrorismSuspected: truth("terrorism"),
		MediaCoverage: truth("media"), OutageMinutes: ptr(pick(t, "outage", int64(0), 119, 120, 121, 500)),
		HumanSafety: truth("safety"), AssetRating: pick(t, "asset", "critical", "high", "medium", "low"),
		LiabilityUSD:     ptr(pick(t, "liability", int64(0), 99999, 100000, 999999, 1000000, 1000001)),
		InformationClass: pick(t, "class", "restricted", "confidential", "internal", "public"), FunctionalImpact: pick(t, "functional", "none",
			"low", "medium", "high"),
		InformationImpact: []string{"none"}, Recoverability: "regular", PersonalInformation: pick(t, "pi", "yes", "no"),
		Devices: 1, DevicesEncrypted: truth("encrypted"), PostIncidentReport: truth("report"), Stated: map[string]bool{},
		Events: map[string]time.Time{"received": time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)},
	}
	if in.PersonalInformation == "yes" {
		in.PITypes = ids("types", p.PITypes())
		in.Residents = map[string]int64{"CA": pick(t, "CA", int64(0), 1, 500, 501), "MA": pick(t, "MA", int64(0), 1)}
	}
	return in
}

// forgetSome leaves some of it unstated.
func forgetSome(t *rapid.T, in policy.Inputs) policy.Inputs {
	forget := func(label string) bool { return rapid.Bool().Draw(t, "forget "+label) }
	steps := []struct {
		label string
		do    func()
	}{
		{"categories", func() { in.Categories = nil }}, {"crime", func() { in.CrimeSuspected = nil }},
		{"media", func() { in.MediaCoverage = nil }},
		{"outage", func() { in.OutageMinutes = nil }}, {"safety", func() { in.HumanSafety = nil }}, {"asset", func() { in.AssetRating = "" }},
		{"liability", func() { in.LiabilityUSD = nil }}, {"class", func() { in.InformationClass = "" }},
		{"functional", func() { in.FunctionalImpact = "" }},
		{"personal", func() { in.PersonalInformation = "" }}, {"types", func() { in.PITypes = nil }},
		{"residents", func() { in.Residents = nil }},
		{"report", func() { in.PostIncidentReport = nil }},
	}
	for _, s := range steps {
		if forget(s.label) {
			s.do()
		}
	}
	return in
}

// What is answered while something is unstated stays so whatever that turns out to be: unknown is never taken for yes or
// no. The level never falls by stating more, and one that is not provisional never changes.
func TestUnknownIsSound(t *testing.T) {
	for _, id := range IDs() {
		p, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(id, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				all := everything(t, p)
				some := forgetSome(t, all)
				a, before := p.Explain(some)
				b, after := p.Explain(all)
				for i, f := range before {
					if k := f.Rule.Kind; (k == "rating" || k == "reportable") && f.Answer != policy.Unknown && f.Answer != after[i].Answer {
						t.Fatalf("%s was %s and is %s", f.Rule.ID, f.Answer, after[i].Answer)
					}
					if after[i].Answer == policy.Unknown {
						t.Fatalf("%s is unknown with everything stated", f.Rule.ID)
					}
					if (f.Answer == policy.Unknown) != (len(f.Open) > 0) {
						t.Fatalf("%s is %s and hangs on %v", f.Rule.ID, f.Answer, f.Open)
					}
				}
				if a.Rating.Level.Rank() > b.Rating.Level.Rank() || (!a.Rating.Provisional && a.Rating.Level != b.Rating.Level) {
					t.Fatalf("%+v became %+v", a.Rating, b.Rating)
				}
				if a.Rating.Provisional != (len(a.Rating.Open) > 0) || b.Rating.Provisional {
					t.Fatalf("provisional: %+v, %+v", a.Rating, b.Rating)
				}
				if a.Reportability.Answer != policy.Unknown && a.Reportability.Answer != b.Reportability.Answer {
					t.Fatalf("reportable was %s and is %s", a.Reportability.Answer, b.Reportability.Answer)
				}
				for _, d := range b.Duties {
					if d.Clause == "" || d.What == "" || (!d.Due.IsZero() && d.Due.Before(all.Events["received"])) {
						t.Fatalf("%+v", d)
					}
				}
				if diff := cmp.Diff(b, p.Assess(all)); diff != "" {
					t.Fatalf("asked twice, answered differently: %s", diff)
				}
			})
		})
	}
}

// One state's thresholds, counted independently of the pack's own expressions.
func TestSampleOwedExactly(t *testing.T) {
	p, err := Load("us-ca")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		in := forgetSome(t, everything(t, p))
		owed := false
		for _, d := range p.Assess(in).Duties {
			owed = owed || d.Rule == "ca-ag-sample"
		}
		if want := in.Residents["CA"] > 500; owed != want {
			t.Fatalf("%v residents: owed %v", in.Residents, owed)
		}
	})
}
