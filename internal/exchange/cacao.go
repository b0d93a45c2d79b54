// Package exchange writes what the record and the packs hold in formats that other programs read.
package exchange

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"

	"tocsin/internal/domain/policy"
)

// cacaoSpace is the name space of the identifiers that are made here: the same playbook of the same pack has the same
// identifiers wherever it is exported.
var cacaoSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:tocsin:playbook"))

// cacaoPlaybook is a playbook of CACAO 2.0, as far as a procedure that people carry out needs it.
type cacaoPlaybook struct {
	Type        string                `json:"type"`
	SpecVersion string                `json:"spec_version"`
	ID          string                `json:"id"`
	Name        string                `json:"name"`
	Description string                `json:"description"`
	Types       []string              `json:"playbook_types"`
	Activities  []string              `json:"playbook_activities"`
	CreatedBy   string                `json:"created_by"`
	Created     string                `json:"created"`
	Modified    string                `json:"modified"`
	Labels      []string              `json:"labels"`
	References  []cacaoReference      `json:"external_references"`
	Start       string                `json:"workflow_start"`
	Workflow    map[string]cacaoStep  `json:"workflow"`
	Agents      map[string]cacaoAgent `json:"agent_definitions"`

	Extensions map[string]playbookExtension `json:"playbook_extensions"`
	Defined    map[string]cacaoExtension    `json:"extension_definitions"`
}

type cacaoReference struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

type cacaoStep struct {
	Type        string           `json:"type"`
	Name        string           `json:"name,omitempty"`
	Description string           `json:"description,omitempty"`
	References  []cacaoReference `json:"external_references,omitempty"`
	Next        string           `json:"on_completion,omitempty"`
	Commands    []cacaoCommand   `json:"commands,omitempty"`
	Agent       string           `json:"agent,omitempty"`

	Extensions map[string]stepExtension `json:"step_extensions,omitempty"`
}

type cacaoCommand struct {
	Type     string `json:"type"`
	Command  string `json:"command"`
	Activity string `json:"playbook_activity,omitempty"`
}

type cacaoAgent struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// cacaoOf maps an aim to CACAO's vocabularies of playbook types and activities.
var cacaoOf = map[policy.Aim]struct{ kind, activity string }{
	policy.AimAnalysis:      {"investigation", "analyze-collected-data"},
	policy.AimEvidence:      {"investigation", "identify-indicators"},
	policy.AimContainment:   {"mitigation", "restrict-access"},
	policy.AimEradication:   {"remediation", "eliminate-risk"},
	policy.AimRecovery:      {"remediation", "restore-capabilities"},
	policy.AimCommunication: {"notification", "deliver-content"},
	policy.AimReview:        {"prevention", "identify-steps"},
}

// CACAO writes a response procedure as a CACAO 2.0 playbook: one manual action after the other, each done by the role that
// the pack names. at is when this version of the pack was published. MA 6.6.2.2
func CACAO(pack *policy.Pack, b policy.Playbook, at time.Time) ([]byte, error) {
	id := func(kind, name string) string {
		return kind + "--" + uuid.NewSHA1(cacaoSpace, []byte(strings.Join([]string{pack.ID, b.ID, kind, name}, "\x00"))).String()
	}
	when := at.UTC().Format("2006-01-02T15:04:05.000Z")
	out := cacaoPlaybook{Type: "playbook", SpecVersion: "cacao-2.0", ID: id("playbook", ""), Name: b.Title, Description: b.Purpose,
		CreatedBy: "identity--" + uuid.NewSHA1(cacaoSpace, []byte(pack.ID)).String(), Created: when, Modified: when,
		Labels:     append([]string{pack.ID, pack.Version}, b.Categories...),
		References: []cacaoReference{{Name: b.Clause, Description: pack.Title}},
		Start:      id("start", ""), Workflow: map[string]cacaoStep{}, Agents: map[string]cacaoAgent{},
		Extensions: map[string]playbookExtension{extensionID: {ID: b.ID, Categories: b.Categories, Clause: b.Clause}},
		Defined:    map[string]cacaoExtension{extensionID: ourExtension}}
	out.Workflow[id("end", "")] = cacaoStep{Type: "end", Name: "End"}
	next := id("end", "")
	for i := len(b.Steps) - 1; i >= 0; i-- { // from the end, so that each knows what comes after it
		s := b.Steps[i]
		words := cacaoOf[s.Aim]
		agent := id("group", s.Role)
		out.Agents[agent] = cacaoAgent{Type: "group", Name: strings.ReplaceAll(s.Role, "_", " ")}
		out.Workflow[id("action", s.ID)] = cacaoStep{Type: "action", Name: s.Title, Description: describe(s),
			References: []cacaoReference{{Name: s.Clause}},
			Next:       next, Commands: []cacaoCommand{{Type: "manual", Command: s.Title + ". " + s.Guide, Activity: words.activity}}, Agent: agent,
			Extensions: map[string]stepExtension{extensionID: {ID: s.ID, Aim: string(s.Aim), Role: s.Role, Within: s.Within, After: s.After,
				Optional: s.Optional, Clause: s.Clause}}}
		next = id("action", s.ID)
	}
	out.Workflow[out.Start] = cacaoStep{Type: "start", Name: "Start", Next: next}
	for _, aim := range policy.Aims {
		for _, s := range b.Steps {
			if s.Aim == aim {
				out.Types, out.Activities = with(out.Types, cacaoOf[aim].kind), with(out.Activities, cacaoOf[aim].activity)
			}
		}
	}
	return json.MarshalIndent(out, "", "  ")
}

// describe says what the format has no field for: when, and whether it may be left out.
func describe(s policy.Step) string {
	parts := []string{"Aim: " + string(s.Aim) + "."}
	if s.Within != "" {
		parts = append(parts, "Within "+s.Within+" of the start of the response.")
	}
	if s.Optional {
		parts = append(parts, "May be left out.")
	}
	return strings.Join(parts, " ")
}

func with(list []string, word string) []string {
	for _, w := range list {
		if w == word {
			return list
		}
	}
	return append(list, word)
}
