package policy

import (
	"sync"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/interpreter"
)

// stage says when a variable is known: what a later stage works out, an earlier one cannot ask for.
type stage int

const (
	given      stage = iota // from the Inputs
	rated                   // once the rating is worked out
	reported                // once reportability is
	itemised                // once the missing items are
	afterwards              // nothing: every variable may be asked for
)

// variable is a named input of conditions.
type variable struct {
	name   string
	typ    *cel.Type
	stage  stage
	values []string // all that it can be, where that is a closed list
	doc    string
	event  bool // a map by event name
	cat    bool // holds ids of the pack's categories
	pi     bool // holds ids of the pack's personal-information elements
}

// Indexes into variables. A set of variables is a bit mask over them.
const (
	vCategories = iota
	vCrime
	vTerrorism
	vMedia
	vOutage
	vSafety
	vAsset
	vLiability
	vClass
	vFunctional
	vInformation
	vRecoverability
	vPIInvolved
	vPITypes
	vResidents
	vDevices
	vEncrypted
	vPostReport
	vEntity
	vEvents
	vAfterHours
	vLevel
	vProvisional
	vReportable
	vMissing
	variableCount
)

var (
	assetRatings = []string{"critical", "high", "medium", "low"}
	infoClasses  = []string{"restricted", "confidential", "internal", "public"}
	levels       = []string{string(Unrated), string(Low), string(Medium), string(High)}
	stringList   = cel.ListType(cel.StringType)
)

// eventNames are the events that clocks run from. pi_determined is the finding that personal information was acquired.
var eventNames = []string{"occurred", "discovered", "telephoned", "received", "written", "rated", "pi_determined"}

// variables is the whole vocabulary of conditions, in the order of the indexes above.
var variables = [variableCount]variable{
	vCategories:     {name: "categories", typ: stringList, cat: true, doc: "ids of the pack's categories"},
	vCrime:          {name: "crime_suspected", typ: cel.BoolType, doc: "a computer-related crime or theft is suspected"},
	vTerrorism:      {name: "terrorism_suspected", typ: cel.BoolType, doc: "terrorism is suspected"},
	vMedia:          {name: "media_coverage", typ: cel.BoolType, doc: "it generates media coverage"},
	vOutage:         {name: "outage_minutes", typ: cel.IntType, doc: "how long a mission-critical or public-facing service was down"},
	vSafety:         {name: "impact.human_safety", typ: cel.BoolType, doc: "threat to human safety"},
	vAsset:          {name: "impact.asset_rating", typ: cel.StringType, values: assetRatings, doc: "risk rating of the affected asset"},
	vLiability:      {name: "impact.liability_usd", typ: cel.IntType, doc: "financial or legal liability in whole US dollars"},
	vClass:          {name: "impact.information_class", typ: cel.StringType, values: infoClasses, doc: "class of the information that may be compromised"},
	vFunctional:     {name: "impact.functional", typ: cel.StringType, values: []string{"none", "low", "medium", "high"}, doc: "SP 800-61r2 functional impact"},
	vInformation:    {name: "impact.information", typ: stringList, values: []string{"none", "privacy_breach", "proprietary_breach", "integrity_loss"}, doc: "SP 800-61r2 information impact"},
	vRecoverability: {name: "impact.recoverability", typ: cel.StringType, values: []string{"regular", "supplemented", "extended", "not_recoverable"}, doc: "SP 800-61r2 recoverability effort"},
	vPIInvolved:     {name: "personal_information.involved", typ: cel.StringType, values: []string{"yes", "no"}, doc: "personal information is involved; \"unknown\" counts as not stated"},
	vPITypes:        {name: "personal_information.types", typ: stringList, pi: true, doc: "ids of the pack's elements of personal information"},
	vResidents:      {name: "personal_information.residents", typ: cel.MapType(cel.StringType, cel.IntType), doc: "affected residents by state; a state that is not in it is not stated"},
	vDevices:        {name: "devices.count", typ: cel.IntType, doc: "how many devices are listed"},
	vEncrypted:      {name: "devices.encrypted", typ: cel.BoolType, doc: "all listed devices are encrypted"},
	vPostReport:     {name: "decisions.post_incident_report", typ: cel.BoolType, doc: "the coordinator's decision on a post-incident report"},
	vEntity:         {name: "entity", typ: cel.StringType, doc: "id of the reporting entity"},
	vEvents:         {name: "events", typ: cel.MapType(cel.StringType, cel.TimestampType), event: true, doc: "instants by event; has(events.received) asks whether it has happened"},
	vAfterHours:     {name: "telephone.after_hours", typ: cel.BoolType, doc: "the telephone report was made through the after-hours desk"},
	vLevel:          {name: "rating.level", typ: cel.StringType, stage: rated, values: levels, doc: "the level"},
	vProvisional:    {name: "rating.provisional", typ: cel.BoolType, stage: rated, doc: "something unstated could still raise the level"},
	vReportable:     {name: "reportable", typ: cel.StringType, stage: reported, values: []string{"yes", "no", "unknown"}, doc: "whether the incident is reportable"},
	vMissing:        {name: "report.missing", typ: cel.IntType, stage: itemised, doc: "how many required items are missing"},
}

// mask is a set of variables.
type mask uint32

func (m mask) has(v int) bool { return m&(1<<v) != 0 }

var variableIndex = func() map[string]int {
	index := make(map[string]int, variableCount)
	for i, v := range variables {
		index[v.name] = i
	}
	return index
}()

var unknownPatterns = func() (out [variableCount]*cel.AttributePatternType) {
	for i, v := range variables {
		out[i] = cel.AttributePattern(v.name)
	}
	return out
}()

// environment is the one language environment of all packs: it holds the vocabulary and no rule.
var environment = sync.OnceValues(func() (*cel.Env, error) {
	opts := make([]cel.EnvOption, variableCount)
	for i, v := range variables {
		opts[i] = cel.Variable(v.name, v.typ)
	}
	return cel.NewEnv(opts...)
})

// activation is a set of inputs as the expression language sees it. It is used by one assessment and never shared.
type activation struct {
	values  [variableCount]ref.Val
	stated  mask
	unknown []*cel.AttributePatternType
}

// ResolveName gives the value of a stated variable.
func (a *activation) ResolveName(name string) (any, bool) {
	i, ok := variableIndex[name]
	if !ok || !a.stated.has(i) {
		return nil, false
	}
	return a.values[i], true
}

// Parent is nil: inputs stand alone.
func (a *activation) Parent() interpreter.Activation { return nil }

// UnknownAttributePatterns lists what is not stated.
func (a *activation) UnknownAttributePatterns() []*cel.AttributePatternType { return a.unknown }

// AsPartialActivation says that unstated variables are unknown rather than errors.
func (a *activation) AsPartialActivation() (interpreter.PartialActivation, bool) { return a, true }

func (a *activation) set(v int, value ref.Val) {
	a.values[v] = value
	a.stated |= 1 << v
}

func (a *activation) text(v int, s string) {
	if s != "" {
		a.set(v, types.String(s))
	}
}

func (a *activation) truth(v int, b *bool) {
	if b != nil {
		a.set(v, types.Bool(*b))
	}
}

func (a *activation) number(v int, n *int64) {
	if n != nil {
		a.set(v, types.Int(*n))
	}
}

func (a *activation) list(v int, list []string) {
	if len(list) > 0 {
		a.set(v, types.NewStringList(types.DefaultTypeAdapter, list))
	}
}

// activate turns inputs into an activation. Naming an element of personal information, or counting residents, says that
// personal information is involved unless the report itself says otherwise.
func activate(in *Inputs) *activation {
	a := &activation{}
	a.list(vCategories, in.Categories)
	a.truth(vCrime, in.CrimeSuspected)
	a.truth(vTerrorism, in.TerrorismSuspected)
	a.truth(vMedia, in.MediaCoverage)
	a.number(vOutage, in.OutageMinutes)
	a.truth(vSafety, in.HumanSafety)
	a.text(vAsset, in.AssetRating)
	a.number(vLiability, in.LiabilityUSD)
	a.text(vClass, in.InformationClass)
	a.text(vFunctional, in.FunctionalImpact)
	a.list(vInformation, in.InformationImpact)
	a.text(vRecoverability, in.Recoverability)
	a.text(vPIInvolved, involved(in))
	a.list(vPITypes, in.PITypes)
	none := involved(in) == "no"
	if none && len(in.PITypes) == 0 {
		a.set(vPITypes, types.NewStringList(types.DefaultTypeAdapter, nil))
	}
	if none || len(in.Residents) > 0 {
		counted, _ := types.DefaultTypeAdapter.NativeToValue(in.Residents).(traits.Mapper)
		a.set(vResidents, residents{counted, none})
	}
	if in.Devices > 0 {
		a.set(vDevices, types.Int(in.Devices))
	}
	a.truth(vEncrypted, in.DevicesEncrypted)
	a.truth(vPostReport, in.PostIncidentReport)
	a.text(vEntity, in.Entity)
	a.set(vEvents, eventMap(in.Events))
	a.set(vAfterHours, types.Bool(in.TelephonedAfterHours))
	a.unknown = make([]*cel.AttributePatternType, 0, variableCount)
	for i := range variableCount {
		if variables[i].stage == given && !a.stated.has(i) {
			a.unknown = append(a.unknown, unknownPatterns[i])
		}
	}
	return a
}

// involved is "yes", "no" or, for not stated, "".
func involved(in *Inputs) string {
	switch in.PersonalInformation {
	case "yes", "no":
		return in.PersonalInformation
	}
	counted := false
	for _, n := range in.Residents {
		counted = counted || n > 0
	}
	if counted || len(in.PITypes) > 0 {
		return "yes"
	}
	return ""
}

// residents counts affected people by state. A state that nobody counted is unknown, and unknown is never zero; but
// where no personal information is involved nobody is affected.
type residents struct {
	traits.Mapper
	none bool
}

// Find gives the number for a state, an unknown where it was not counted.
func (r residents) Find(state ref.Val) (ref.Val, bool) {
	if n, ok := r.Mapper.Find(state); ok {
		return n, true
	}
	if r.none {
		return types.IntZero, true
	}
	return types.NewUnknown(0, types.NewAttributeTrail(variables[vResidents].name)), true
}

// Get is Find for an index expression.
func (r residents) Get(state ref.Val) ref.Val {
	n, _ := r.Find(state)
	return n
}

func eventMap(events map[string]time.Time) ref.Val {
	m := make(map[ref.Val]ref.Val, len(events))
	for name, at := range events {
		if !at.IsZero() {
			m[types.String(name)] = types.Timestamp{Time: at}
		}
	}
	return types.NewRefValMap(types.DefaultTypeAdapter, m)
}
