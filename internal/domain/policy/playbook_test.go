package policy_test

import (
	"reflect"
	"testing"

	"tocsin/internal/domain/policy"
)

// The procedures for what was reported come before those for every incident.
func TestPlaybooksFor(t *testing.T) {
	p := load(t, small)
	ids := func(books []policy.Playbook) (out []string) {
		for _, b := range books {
			out = append(out, b.ID)
		}
		return out
	}
	for _, tc := range []struct {
		categories []string
		want       []string
	}{{[]string{"malware"}, []string{"play", "always"}}, {[]string{"other"}, []string{"always"}}, {nil, []string{"always"}}} {
		if got := ids(p.PlaybooksFor(tc.categories)); !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%v: %v, want %v", tc.categories, got, tc.want)
		}
	}
	want := policy.Step{ID: "clean", Title: "Clean it", Guide: "Rebuild it", Aim: policy.AimEradication, Role: "technical_support", After: []string{"cut"},
		Optional: true, Clause: "X 8"}
	if got := p.Playbooks()[0].Steps[1]; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := p.Playbooks()[0].Steps[0].Within; got != "1 hour" {
		t.Errorf("within %q", got)
	}
}
