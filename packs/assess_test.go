package packs

import (
	"testing"
	"time"

	"tocsin/internal/domain/policy"
)

func ptr[T any](v T) *T { return &v }

var atNoon = time.Date(2026, 6, 18, 19, 0, 0, 0, time.UTC)

func full(at time.Time) policy.Inputs {
	return policy.Inputs{Entity: "e", Categories: []string{"equipment"}, CrimeSuspected: ptr(true),
		HumanSafety: ptr(false), AssetRating: "medium",
		LiabilityUSD: ptr(int64(250000)), InformationClass: "internal", PersonalInformation: "yes", PITypes: []string{"ssn"},
		Residents: map[string]int64{"CA": 612, "MA": 3},
		Devices:   1, Stated: map[string]bool{"description": true}, Events: map[string]time.Time{"received": at, "discovered": at.Add(-time.Hour)}}
}

func BenchmarkAssess(b *testing.B) {
	at := time.Date(2026, 6, 18, 20, 0, 0, 0, time.UTC)
	sparse := policy.Inputs{Entity: "e", Categories: []string{"equipment"}, Events: map[string]time.Time{"received": at}}
	for _, id := range IDs() {
		p, err := Load(id)
		if err != nil {
			b.Fatal(err)
		}
		for name, in := range map[string]policy.Inputs{"full": full(at), "sparse": sparse} {
			b.Run(id+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					p.Assess(in)
				}
			})
		}
	}
}

// BenchmarkLoad loads the two states' packs.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		for _, id := range []string{"us-ca", "us-ma"} {
			if _, err := Load(id); err != nil {
				b.Fatal(err)
			}
		}
	}
}
