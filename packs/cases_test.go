package packs

import "testing"

// The cases beside each pack hold. They are what says that a pack answers as the law it stands for.
func TestCases(t *testing.T) {
	for _, id := range IDs() {
		p, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		results, err := RunCases(Files, id, p)
		if err != nil {
			t.Errorf("%s: %v", id, err)
		}
		for _, r := range results {
			t.Run(r.File+"/"+r.Case, func(t *testing.T) {
				for _, problem := range r.Problems {
					t.Error(problem)
				}
			})
		}
	}
}
