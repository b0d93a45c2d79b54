package investigation

import (
	_ "embed"
	"strings"
	"sync"
)

// attackList is id, name and tactics of the enterprise techniques of ATT&CK. (c) The MITRE Corporation. This work is reproduced and
// distributed with the permission of The MITRE Corporation; ATTACK-LICENSE.txt. The file is made by tools/attack.
//
//go:embed attack.txt
var attackList string

// Technique is one technique of MITRE ATT&CK.
type Technique struct {
	ID      string // T1059, T1059.001
	Name    string // of a sub-technique with that of its parent before it
	Tactics []string
}

// Tactics lists the tactics of ATT&CK in the order of an attack.
var Tactics = []string{"reconnaissance", "resource-development", "initial-access", "execution", "persistence", "privilege-escalation", "stealth",
	"defense-impairment", "credential-access", "discovery", "lateral-movement", "collection", "command-and-control", "exfiltration", "impact"}

var techniques = sync.OnceValue(func() map[string]Technique {
	all := map[string]Technique{}
	for line := range strings.Lines(attackList) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		t := Technique{ID: f[0], Name: f[1], Tactics: strings.Split(f[2], ",")}
		if parent, _, sub := strings.Cut(t.ID, "."); sub && all[parent].Name != "" {
			t.Name = all[parent].Name + ": " + t.Name // parents come first in the list
		}
		all[t.ID] = t
	}
	return all
})

// TechniqueByID answers a technique of ATT&CK by its id.
func TechniqueByID(id string) (Technique, bool) {
	t, ok := techniques()[id]
	return t, ok
}

// onlyTactic is the tactic of a technique that serves one only; else empty.
func onlyTactic(id string) string {
	if t := techniques()[id]; len(t.Tactics) == 1 {
		return t.Tactics[0]
	}
	return ""
}
