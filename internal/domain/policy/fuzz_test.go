package policy_test

import (
	"errors"
	"testing"
	"testing/fstest"

	"tocsin/internal/domain/policy"
)

// Whatever a pack's file holds, loading it ends, and refuses it with places or gives a pack that can be asked.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{small, "", "id: small", "- a\n- b", "a: &x [*x]", "{", "id: !!int 3", "? a\n: b", "\x00\xff", "categories:\n  - {id: \"", "a:\n\tb", "matrix: [{when: '1'}]", "<<: {a: b}", "a: |\n  b\n c"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := policy.Load(fstest.MapFS{"small/pack.yaml": {Data: src}}, "small", nil)
		var problems policy.Problems
		switch {
		case err == nil:
			p.Assess(policy.Inputs{})
		case errors.As(err, &problems):
			for _, one := range problems {
				if one.Pos.Line < 1 || one.Pos.Column < 1 || one.Detail == "" {
					t.Errorf("no place or detail: %+v", one)
				}
			}
		case p != nil:
			t.Error("an error and a pack")
		}
	})
}

// Whatever is handed in as facts, reading them ends.
func FuzzFacts(f *testing.F) {
	for _, seed := range []string{"entity: e", `{"entity":"e","devices":[{"serial":null}],"personal_information":{"residents":{"CA":1}}}`, "record: {events: {received: x}}", "categories: 3"} {
		f.Add([]byte(seed))
	}
	p := load(f, small)
	f.Fuzz(func(t *testing.T, src []byte) {
		if in, err := p.Facts("facts", src); err == nil {
			p.Assess(in)
		}
	})
}
