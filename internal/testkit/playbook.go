package testkit

import (
	"slices"
	"testing"
	"time"

	"tocsin/internal/domain/policy"
	"tocsin/internal/exchange"
	"tocsin/packs"
)

// ExportedPlaybook is a procedure of a pack as a CACAO 2.0 file.
func ExportedPlaybook(t testing.TB, pack, id string) []byte {
	t.Helper()
	p, err := packs.Load(pack)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(p.Playbooks(), func(b policy.Playbook) bool { return b.ID == id })
	data, err := exchange.CACAO(p, p.Playbooks()[i], time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
