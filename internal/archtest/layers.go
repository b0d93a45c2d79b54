package archtest

import (
	"slices"
	"strconv"
	"strings"
)

// layer is a part of the tree and what of ours it may import besides itself.
type layer struct {
	dir string
	may []string
	why string
}

// layers is the direction of imports, ARCHITECTURE.md "Who may import whom". A folder that is not below one of these
// is a problem of its own: say first what it is for.
var layers = []layer{
	{"internal/domain", nil, "rules are pure; inside, ranks decide"},
	{"internal/ledger", []string{"internal/domain/fault"}, "a verifier must not need the product to check a proof"},
	{"internal/app", []string{"internal/domain", "internal/ledger"}, "use cases declare the ports they need and never see who fills them"},

	{"internal/store", core, adapter},
	{"internal/blob", core, adapter},
	{"internal/deliver", core, adapter},
	{"internal/feed", core, adapter},
	{"internal/document", core, adapter},
	{"internal/exchange", slices.Concat(core, []string{"internal/jsonin"}), adapter},
	{"internal/oidc", core, adapter},

	{"internal/web", slices.Concat(use, []string{"internal/jsonin", "internal/sheet"}), edge},
	{"internal/api", slices.Concat(use, []string{"internal/jsonin"}), edge},
	{"internal/work", use, edge},

	{"internal/sheet", nil, "reads and writes tables for spreadsheets; knows nothing of what is in them"},
	{"internal/jsonin", []string{"internal/domain"}, "reads JSON from outside, strictly, into words of the domain"},

	{"internal/demo", []string{"internal/app", "internal/domain", "internal/ledger", "internal/deliver", "packs"},
		"the demonstration wires like cmd does, and nothing but cmd may depend on it"},
	{"internal/client", []string{"internal/domain", "internal/jsonin"},
		"files over HTTP from other machines; knows nothing of the server's inside"},
	{"internal/testkit", []string{"internal/app", "internal/domain", "internal/ledger", "internal/store", "internal/blob",
		"internal/demo", "internal/work",
		"internal/deliver", "internal/document", "internal/exchange", "packs"}, "a harness wires the parts for tests"},
	{"internal/archtest", []string{"internal/api", "internal/app", "internal/domain", "internal/web"},
		"it reads the code; of the code it uses the edges, to hold every route against what is expected"},

	{"packs", []string{"internal/domain"}, "data, embedded, and how to load it"},
	{"cmd", []string{"internal", "packs"}, "wiring"},
	{"tools", []string{"internal/archtest"}, "what the gate runs"},
	{"bench", []string{"internal", "packs"}, "measures every part"},
	{"e2e", []string{"internal/domain", "internal/ledger", "internal/testkit", "packs"},
		"drives the binary from outside; may name domain words and check proofs"},
}

var (
	core = []string{"internal/domain", "internal/ledger"}
	use  = []string{"internal/app", "internal/domain", "internal/ledger"}
)

const (
	adapter = "adapters know the domain and the ledger, never app, never each other"
	edge    = "edges know app and the domain, never adapters, never each other"
)

// forTests is what every test may use besides what its package may.
var forTests = []string{"internal/testkit", "packs"}

// never is what no importer of the listed folders gets, whatever its layer allows.
var never = map[string]string{
	"internal/archtest": "only tools and tests read the code",
	"internal/testkit":  "fakes and harnesses are for tests",
}

// ranks orders the packages of the domain: a package may import those of a lower rank only. Equal ranks never import
// each other, so that no aggregate knows another.
var ranks = map[string]int{
	"fault": 0, "record": 0, "paper": 0, "calendar": 1, "account": 1, "directory": 2, "access": 3, "policy": 4, "duty": 5, "notify": 6,
	"operation": 7, "enactment": 7, "incident": 7, "designation": 7, "section": 7, "team": 7, "investigation": 7, "intake": 7, "breach": 7,
	"evidence": 7, "alert": 7, "baseline": 7, "review": 7, "program": 7, "retention": 7,
}

// parts orders the packages beneath an aggregate that is too large for one: a part may import those of a lower rank only, the aggregate
// all of them, and none of them the aggregate.
var parts = map[string]map[string]int{
	"incident": {"part": 0, "containment": 1, "review": 1, "communication": 1, "filing": 1, "listing": 1, "response": 1},
}

// foreign is what domain packages may import from other modules. Everything else of theirs is the standard library.
var foreign = map[string][]string{
	"policy": {"cel.dev/", "github.com/goccy/go-yaml"}, // ADR 0004
}

// Imports reports every import against the direction of the layers.
func Imports(t *Tree) []Problem {
	var out []Problem
	for _, f := range t.Files {
		l := layerOf(f.Dir)
		if l == nil {
			out = append(out, Problem{Path: f.Path,
				Text: "stands in no known part of the tree; add its folder to internal/archtest/layers.go with a reason"})
			continue
		}
		for _, imp := range f.AST.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			if why := refuse(f, l, name); why != "" {
				out = append(out, t.problem(f, imp.Pos(), "may not import %s: %s", name, why))
			}
		}
	}
	return out
}

// refuse says why a file may not import a name, or "".
func refuse(f *File, l *layer, name string) string {
	rel, ours := strings.CutPrefix(name, Module+"/")
	if strings.HasPrefix(f.Dir, "internal/domain") {
		return refuseDomain(f, name, rel, ours)
	}
	if !ours || within(rel, l.dir) || f.Test && anyWithin(rel, forTests) {
		return ""
	}
	if !anyWithin(rel, l.may) {
		return l.why
	}
	for dir, why := range never {
		if within(rel, dir) && !f.Test && !slices.Contains(l.may, dir) {
			return why
		}
	}
	return ""
}

// refuseDomain applies the ranks. A domain package that nobody ranked is refused whatever it imports: its place must be
// decided before others build on it.
func refuseDomain(f *File, name, rel string, ours bool) string {
	from := domainPackage(f.Dir)
	rank, known := ranks[from]
	to := domainPackage(rel)
	switch {
	case !known:
		return "domain package " + from + " has no rank; give it one in internal/archtest/layers.go"
	case f.Test && (!ours || anyWithin(rel, forTests)):
		return ""
	case strings.HasSuffix(f.AST.Name.Name, "_test") && within(rel, "internal/domain"):
		return "" // from outside the package, to hold two of them against each other
	case !ours && isStandard(name):
		return ""
	case !ours:
		if slices.ContainsFunc(foreign[from], func(p string) bool { return strings.HasPrefix(name, p) }) {
			return ""
		}
		return "the domain stands on the standard library alone"
	case !within(rel, "internal/domain"):
		return "the domain knows nothing outside itself"
	case to == from:
		return refusePart(parts[from], partOf(f.Dir, from), partOf(rel, from))
	case ranks[to] < rank && to != "":
		return ""
	}
	return "a domain package imports lower ones only, and aggregates never each other"
}

// refusePart says why one part of an aggregate may not import another, or the aggregate itself, which is "".
func refusePart(order map[string]int, from, to string) string {
	rank, known := order[from]
	switch {
	case order == nil, from == "":
		return ""
	case !known:
		return "part " + from + " has no rank; give it one in internal/archtest/layers.go"
	case to == from, to != "" && order[to] < rank:
		return ""
	}
	return "a part knows lower parts only, never the aggregate that it is of"
}

// partOf returns "review" for "internal/domain/incident/review" and "incident", and "" for the aggregate itself.
func partOf(dir, aggregate string) string {
	rest := strings.TrimPrefix(strings.TrimPrefix(dir, "internal/domain/"+aggregate), "/")
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// domainPackage returns "policy" for "internal/domain/policy/lint".
func domainPackage(dir string) string {
	rest := strings.TrimPrefix(strings.TrimPrefix(dir, "internal/domain"), "/")
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// layerOf finds the part of the tree that a folder belongs to. Layers do not nest, so the first that fits is the only one.
func layerOf(dir string) *layer {
	for i := range layers {
		if within(dir, layers[i].dir) {
			return &layers[i]
		}
	}
	return nil
}

// isStandard tells the standard library by its first element, which has no dot.
func isStandard(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return !strings.Contains(first, ".")
}

// within compares whole path elements: internal/apple is not within internal/app.
func within(dir, root string) bool { return dir == root || strings.HasPrefix(dir, root+"/") }

func anyWithin(dir string, roots []string) bool {
	return slices.ContainsFunc(roots, func(r string) bool { return within(dir, r) })
}
