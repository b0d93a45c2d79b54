package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/exchange"
	"tocsin/internal/testkit"
	"tocsin/packs"
)

// exported is a procedure of Massachusetts as a CACAO file.
func exported(t *testing.T, id string) []byte {
	t.Helper()
	p, err := packs.Load("us-ma")
	check(t, err)
	i := slices.IndexFunc(p.Playbooks(), func(b policy.Playbook) bool { return b.ID == id })
	data, err := exchange.CACAO(p, p.Playbooks()[i], time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	check(t, err)
	return data
}

// courseStory touches every fact about procedures from outside.
func courseStory(t *testing.T, h *testkit.Harness) {
	t.Helper()
	number := ransom(t, h, 2_000_000)
	lead := h.As("ma-lead")
	check(t, h.StartResponse(ctx, lead, number, "", "Cut off.", nil))
	check(t, h.ImportPlaybook(ctx, lead, number, "play.json", exported(t, "ma-play-malware")))
}

// A procedure that was exported and is imported puts the same tasks on the list as following it: role, aim, time, guidance, order,
// and what may be left out; and the incident says where it came from. MA 6.6.2.2
func TestImportedPlaybookIsFollowedLikeAnother(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		followed, number := ransom(t, h, 2_000_000), ransom(t, h, 2_000_000)
		lead := h.As("ma-lead")
		file := exported(t, "ma-play-malware")
		if err := h.ImportPlaybook(ctx, lead, number, "play.json", file); fault.KindOf(err) != fault.KindConflict || !strings.Contains(err.Error(), "start it") {
			t.Errorf("before the response began: %v", err)
		}
		check(t, h.StartResponse(ctx, lead, followed, "", "Cut off.", []string{"ma-play-malware"}))
		check(t, h.StartResponse(ctx, lead, number, "", "Cut off.", nil))
		check(t, h.ImportPlaybook(ctx, lead, number, "play.json", file))
		check(t, h.ImportPlaybook(ctx, lead, number, "again.json", file)) // changes nothing
		want, err := h.Response(ctx, lead, followed)
		check(t, err)
		got, err := h.Response(ctx, lead, number)
		check(t, err)
		if len(got.Tasks) != len(want.Tasks) || len(got.Imports) != 1 {
			t.Fatalf("%d tasks, want %d; imports %+v", len(got.Tasks), len(want.Tasks), got.Imports)
		}
		for i, a := range got.Tasks {
			b := want.Tasks[i]
			if a.ID != b.ID || a.Title != b.Title || a.Guide != b.Guide || a.Aim != b.Aim || a.Role != b.Role || a.Within != b.Within || !slices.Equal(a.After, b.After) ||
				a.Optional != b.Optional || a.Clause != b.Clause {
				t.Errorf("task %+v\nwant %+v", a, b)
			}
		}
		if x := got.Imports[0]; x.File != "play.json" || len(x.SHA256) != 64 || x.By == "" || x.Tasks != len(got.Tasks) || !strings.HasPrefix(x.Origin, "playbook--") {
			t.Errorf("import %+v", x)
		}
		if err := h.EnterPhase(ctx, lead, number, "post_incident", ""); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("required tasks of the import do not gate the phase: %v", err)
		}
		refused(t, h, number, file)
	})
}

// refused: who may not work here, and files that are none, change nothing.
func refused(t *testing.T, h *testkit.Harness, number string, file []byte) {
	t.Helper()
	for _, c := range []struct {
		by   access.Actor
		data []byte
		kind fault.Kind
	}{{h.As("ma-auditor"), file, fault.KindForbidden}, {h.As("ca-coordinator"), file, fault.KindNotFound}, {h.As("ma-lead"), []byte("{"), fault.KindInvalid}, {h.As("ma-lead"), nil, fault.KindInvalid}} {
		if err := h.ImportPlaybook(ctx, c.by, number, "f", c.data); fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v, want %s", c.by.Person, err, c.kind)
		}
	}
}
