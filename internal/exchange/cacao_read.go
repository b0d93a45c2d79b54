package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
	"tocsin/internal/jsonin"
)

// cacaoLimits bounds a file that comes in: far above what people write by hand.
var cacaoLimits = jsonin.Limits{SizeBytes: 512 << 10, Text: 20_000, Items: 200, Depth: 12}

// MaxSteps is how many steps a procedure that comes in may have.
const MaxSteps = 100

// readPlaybook is a playbook of CACAO 2.0 with every property that the standard gives it. What is Raw is held only to being an object:
// variables, credentials, targets, markings and signatures have no place in a list of tasks for people.
type readPlaybook struct {
	Type        string              `json:"type" required:"true" enum:"playbook"`
	SpecVersion string              `json:"spec_version" required:"true" enum:"cacao-2.0"`
	ID          string              `json:"id" required:"true" maxLength:"300"`
	Name        string              `json:"name" required:"true" maxLength:"300"`
	Description string              `json:"description" maxLength:"5000"`
	Types       []string            `json:"playbook_types" maxLength:"250"`
	Activities  []string            `json:"playbook_activities" maxLength:"250"`
	Summary     jsonin.Raw          `json:"playbook_processing_summary"`
	CreatedBy   string              `json:"created_by" required:"true" maxLength:"300"`
	Created     string              `json:"created" required:"true" maxLength:"64"`
	Modified    string              `json:"modified" required:"true" maxLength:"64"`
	Revoked     bool                `json:"revoked"`
	ValidFrom   string              `json:"valid_from" maxLength:"64"`
	ValidUntil  string              `json:"valid_until" maxLength:"64"`
	DerivedFrom []string            `json:"derived_from" maxLength:"300"`
	RelatedTo   []string            `json:"related_to" maxLength:"300"`
	Priority    int                 `json:"priority" minimum:"0"`
	Severity    int                 `json:"severity" minimum:"0"`
	Impact      int                 `json:"impact" minimum:"0"`
	Sectors     []string            `json:"industry_sectors" maxLength:"250"`
	Labels      []string            `json:"labels" maxLength:"1000"`
	References  []readReference     `json:"external_references"`
	Markings    []string            `json:"markings" maxLength:"300"`
	Variables   jsonin.Raw          `json:"playbook_variables"`
	Start       string              `json:"workflow_start" required:"true" maxLength:"300"`
	Exception   string              `json:"workflow_exception" maxLength:"300"`
	Workflow    map[string]readStep `json:"workflow" required:"true"`

	Extensions  map[string]jsonin.Raw `json:"playbook_extensions"`
	Credentials jsonin.Raw            `json:"authentication_info_definitions"`
	Agents      map[string]readAgent  `json:"agent_definitions"`
	Targets     jsonin.Raw            `json:"target_definitions"`
	Defined     jsonin.Raw            `json:"extension_definitions"`
	Marks       jsonin.Raw            `json:"data_marking_definitions"`
	Signatures  []jsonin.Raw          `json:"signatures"`
}

// readStep has the properties of every type of step; which of them a type may have, stepParts says.
type readStep struct {
	Type        string                `json:"type" required:"true" enum:"start,end,action,playbook-action,parallel,if-condition,while-condition,switch-condition"`
	Name        string                `json:"name" maxLength:"300"`
	Description string                `json:"description" maxLength:"5000"`
	References  []readReference       `json:"external_references"`
	Delay       int64                 `json:"delay" minimum:"1"`
	Timeout     *int64                `json:"timeout"`
	Variables   jsonin.Raw            `json:"step_variables"`
	Owner       string                `json:"owner" maxLength:"300"`
	Completion  string                `json:"on_completion" maxLength:"300"`
	Success     string                `json:"on_success" maxLength:"300"`
	Failure     string                `json:"on_failure" maxLength:"300"`
	Extensions  map[string]jsonin.Raw `json:"step_extensions"`

	Commands   []readCommand     `json:"commands" maxItems:"50"`
	Agent      string            `json:"agent" maxLength:"300"`
	Targets    []string          `json:"targets" maxLength:"300"`
	In         []string          `json:"in_args" maxLength:"300"`
	Out        []string          `json:"out_args" maxLength:"300"`
	Branches   []string          `json:"next_steps" maxLength:"300"`
	Condition  string            `json:"condition" maxLength:"2000"`
	True       string            `json:"on_true" maxLength:"300"`
	False      string            `json:"on_false" maxLength:"300"`
	Switch     string            `json:"switch" maxLength:"2000"`
	Cases      map[string]string `json:"cases" maxLength:"300"`
	PlaybookID string            `json:"playbook_id" maxLength:"300"`
	Version    string            `json:"playbook_version" maxLength:"64"`
}

type readReference struct {
	Name        string `json:"name" required:"true" maxLength:"1000"`
	Description string `json:"description"`
	Source      string `json:"source"`
	URL         string `json:"url"`
	External    string `json:"external_id"`
	Reference   string `json:"reference_id"`
}

type readCommand struct {
	Type        string          `json:"type" required:"true" maxLength:"100"`
	Description string          `json:"description" maxLength:"5000"`
	Version     string          `json:"version" maxLength:"100"`
	Activity    string          `json:"playbook_activity" maxLength:"250"`
	References  []readReference `json:"external_references"`
	Command     string          `json:"command" maxLength:"10000"`
	Encoded     string          `json:"command_b64" maxLength:"14000"`
	Headers     jsonin.Raw      `json:"headers"`
	Content     string          `json:"content" maxLength:"10000"`
	ContentB64  string          `json:"content_b64" maxLength:"14000"`
}

// readAgent is who carries out a step; how a machine of that type is reached does not matter here.
type readAgent struct {
	Type        string     `json:"type" required:"true" maxLength:"250"`
	Name        string     `json:"name" required:"true" maxLength:"300"`
	Description string     `json:"description"`
	Location    jsonin.Raw `json:"location"`
	Extensions  jsonin.Raw `json:"agent_target_extensions"`
	Contact     jsonin.Raw `json:"contact"`
	Address     jsonin.Raw `json:"address"`
	Port        string     `json:"port"`
	Credentials string     `json:"authentication_info"`
	Username    string     `json:"username"`
	Sector      string     `json:"sector"`
	Category    []string   `json:"category"`
}

var (
	identifierForm = regexp.MustCompile(
		`^[a-z][a-z0-9-]+[a-z0-9]--[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$`)
	timestampForm = regexp.MustCompile(
		`^[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(\.[0-9]+)?Z$`)
)

// agentTypes are those that the standard defines; others are programs' own.
var agentTypes = []string{"group", "individual", "location", "organization", "sector", "http-api", "linux", "net-address",
	"security-category", "ssh"}

// reading collects what is wrong with a file, so that a person learns of everything at once.
type reading struct {
	doc    readPlaybook
	faults fault.List
}

// ReadCACAO reads a CACAO 2.0 playbook as a response procedure: each action, and each condition that a person has to look at, is a step,
// in an order in which one person could do them. Commands for machines become words of the guide; nothing is ever run. The error is a
// list of refusals, each with the property and the remedy. MA 6.6.2.2
func ReadCACAO(data []byte) (policy.Foreign, error) {
	r := &reading{}
	if err := jsonin.Decode(data, &r.doc, cacaoLimits); err != nil {
		return policy.Foreign{}, inTheirWords(err)
	}
	r.check()
	if len(r.faults) > 0 {
		return policy.Foreign{}, r.faults.Err()
	}
	b := r.playbook()
	if len(r.faults) > 0 {
		return policy.Foreign{}, r.faults.Err()
	}
	sum := sha256.Sum256(data)
	return policy.Foreign{Playbook: b, Origin: r.doc.ID, Author: r.doc.CreatedBy, Modified: r.doc.Modified,
		SHA256: hex.EncodeToString(sum[:])}, nil
}

// inTheirWords mends the remedies that speak of the contract of filings.
func inTheirWords(err error) error {
	var out fault.List
	for _, f := range fault.All(err) {
		g := *f
		switch {
		case strings.Contains(f.Remedy, "openapi.json"):
			g.Remedy = "Leave it out; CACAO 2.0 has no such property here."
		case strings.Contains(f.Remedy, "supplement"):
			g.Remedy = fmt.Sprintf("Split the playbook: a file has at most %d bytes, and no list more than %d entries.",
				cacaoLimits.SizeBytes, cacaoLimits.Items)
		}
		out = append(out, &g)
	}
	return out.Err()
}

const faultsShown = 50

func (r *reading) refuse(field, detail, remedy string) {
	if len(r.faults) < faultsShown {
		r.faults = append(r.faults, fault.Invalid(field, detail, remedy))
	}
}

const (
	longestIdentifier = 300 // also of those that stand as names of properties
	longestShown      = 100
)

func isIdentifier(id string) bool {
	return len(id) <= longestIdentifier && identifierForm.MatchString(id)
}

// shown is the name of a property as a refusal repeats it: names come with the file, one file can have many refusals, and they are read
// on pages and in terminals. What is long is cut, and what is no visible character is marked.
func shown(name string) string {
	if r := []rune(name); len(r) > longestShown {
		name = string(r[:longestShown]) + "…"
	}
	return fault.Visible(name)
}

func (r *reading) identifier(field, id string) {
	if id != "" && !isIdentifier(id) {
		r.refuse(field, "This is no identifier.", "Write type--UUID, such as playbook--00000000-0000-4000-8000-000000000000.")
	}
}

func (r *reading) timestamp(field, at string) {
	if at != "" && !timestampForm.MatchString(at) {
		r.refuse(field, "This is no timestamp.", "Write it as 2026-11-21T12:00:00.000Z.")
	}
}

// check holds the document to the standard, beyond the types of its properties.
func (r *reading) check() {
	d := &r.doc
	for field, id := range map[string]string{"id": d.ID, "created_by": d.CreatedBy, "workflow_start": d.Start,
		"workflow_exception": d.Exception} {
		r.identifier(field, id)
	}
	for field, at := range map[string]string{"created": d.Created, "modified": d.Modified, "valid_from": d.ValidFrom,
		"valid_until": d.ValidUntil} {
		r.timestamp(field, at)
	}
	for field, ids := range map[string][]string{"derived_from": d.DerivedFrom, "related_to": d.RelatedTo, "markings": d.Markings} {
		for i, id := range ids {
			r.identifier(fmt.Sprintf("%s[%d]", field, i), id)
		}
	}
	for field, n := range map[string]int{"priority": d.Priority, "severity": d.Severity, "impact": d.Impact} {
		if n > 100 {
			r.refuse(field, "The number is too large.", "Use 0 to 100.")
		}
	}
	if !strings.HasPrefix(d.ID, "playbook--") {
		r.refuse("id", "This is not the identifier of a playbook.", "Begin it with playbook--.")
	}
	if strings.TrimSpace(d.Name) == "" {
		r.refuse("name", "The playbook has no name.", "Name it: the incident shows it as a heading.")
	}
	if d.Revoked {
		r.refuse("revoked", "Whoever made this playbook has revoked it.", "Ask them for the version that replaces it.")
	}
	for id, a := range d.Agents {
		r.identifier("agent_definitions", id)
		kind, _, _ := strings.Cut(id, "--")
		if kind != a.Type && slices.Contains(agentTypes, kind) {
			r.refuse("agent_definitions."+shown(id)+".type", "This agent does not stand under its identifier.",
				"Begin the identifier with the type and --.")
		}
	}
	r.extensions("playbook_extensions", d.Extensions)
	if s, ok := d.Workflow[d.Start]; !ok || s.Type != "start" {
		r.refuse("workflow_start", "The workflow has no start step of this identifier.", "Name the step of type start.")
	}
	if _, ok := d.Workflow[d.Exception]; d.Exception != "" && !ok {
		r.refuse("workflow_exception", "The workflow has no step of this identifier.", "Name a step of the workflow, or leave it out.")
	}
	for _, id := range r.steps() {
		r.checkStep(id, d.Workflow[id])
	}
	slices.SortStableFunc(r.faults, func(a, b *fault.Error) int { return strings.Compare(a.Field, b.Field) })
}

// steps lists the identifiers of the steps in an order that does not change.
func (r *reading) steps() (ids []string) {
	for id := range r.doc.Workflow {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (r *reading) extensions(field string, keys map[string]jsonin.Raw) {
	for id := range keys {
		if !isIdentifier(id) || !strings.HasPrefix(id, "extension-definition--") {
			r.refuse(field, "An extension stands under another name than that of its definition.",
				"Begin it with extension-definition-- and a UUID.")
		}
	}
}
