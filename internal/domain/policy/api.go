// Package policy reads a jurisdiction's rules, a pack, and answers from them: how an incident is rated, whether it is
// reportable, who is told, what is owed by whom and when, which items are required, whom to call at this hour; each
// answer with its reason and clause. It knows no database, clock or network: the same inputs give the same answer.
package policy

import "time"

// Level is an impact rating. MA 6.5.1.
type Level string

// The levels, lowest first. Unrated is not low: it says that nothing was stated that could be rated.
const (
	Unrated Level = "unrated"
	Low     Level = "low"
	Medium  Level = "medium"
	High    Level = "high"
)

// Rank orders levels: Unrated 0, Low 1, Medium 2, High 3.
func (l Level) Rank() int {
	switch l {
	case Low:
		return 1
	case Medium:
		return 2
	case High:
		return 3
	}
	return 0
}

// Answer is yes, no or not yet known. Rules are evaluated in three values, because a report may leave anything unstated.
type Answer string

// The answers.
const (
	Yes     Answer = "yes"
	No      Answer = "no"
	Unknown Answer = "unknown"
)

// Inputs is what is known about an incident when a rule is asked. A nil pointer, a nil slice or map, an empty string and
// a zero time all mean "not stated", never "no" and never zero.
type Inputs struct {
	Entity     string
	Categories []string // ids of the pack's categories

	CrimeSuspected     *bool
	TerrorismSuspected *bool
	MediaCoverage      *bool
	OutageMinutes      *int64

	HumanSafety      *bool
	AssetRating      string // critical, high, medium, low
	LiabilityUSD     *int64 // whole dollars
	InformationClass string // restricted, confidential, internal, public

	PersonalInformation string           // yes, no, unknown
	PITypes             []string         // ids of the pack's personal-information elements
	Residents           map[string]int64 // affected residents by state, e.g. "CA"

	Devices          int   // how many devices are listed; 0 is not stated
	DevicesEncrypted *bool // all listed devices encrypted

	// SP 800-61r2 impact categories, carried when stated.
	FunctionalImpact  string   // none, low, medium, high
	InformationImpact []string // none, privacy_breach, proprietary_breach, integrity_loss
	Recoverability    string   // regular, supplemented, extended, not_recoverable

	// PostIncidentReport is the IR coordinator's own decision to require a report (or not) at Low. MA 6.5.1.
	PostIncidentReport *bool
	// Level is a person's decision on the rating. Empty lets the matrix decide.
	Level Level
	// Held is the level in force so far, the one that Events["rated"] belongs to. Without a person's decision the rating
	// never falls below it; what the matrix would say is then Rating.Proposed. Empty: nothing was rated before.
	Held Level
	// At is the instant of this assessment. Where it reaches another level than Held, clocks from "rated" begin here.
	At time.Time

	// Stated holds the field paths of the filing contract that carry a value ("reporter.email", "devices.serial"), over
	// all filings so far. Items are missing when a field of theirs is not in it.
	Stated map[string]bool

	// Instants by event name; an event that has not happened is absent. Names: occurred, discovered, telephoned,
	// received (first filing), written (written report), rated (current level reached), pi_determined (a person found that
	// personal information was, or is reasonably believed to have been, acquired).
	Events map[string]time.Time
	// TelephonedAfterHours says that the telephone report was made through the after-hours desk.
	TelephonedAfterHours bool

	// RulesOn is an instant whose rules are to apply; zero for those of the first filing. A record never sets it: it is for
	// asking what another day's rules would say.
	RulesOn time.Time
}

// Reason is one ground for an answer, with the clause it rests on.
type Reason struct {
	Rule   string `json:"rule"` // rule id in the pack
	Text   string `json:"text"`
	Clause string `json:"clause"` // "MA 6.5.1", "CA step 3; Civ. Code 1798.29(e)"
}

// Rating is the level with its reasons. Provisional says that something unstated could still raise it; Open names those inputs.
type Rating struct {
	Level       Level    `json:"level"`
	Provisional bool     `json:"provisional"`
	Reasons     []Reason `json:"reasons"`
	Open        []string `json:"open,omitempty"` // field paths that could raise the level
	// Proposed is what the matrix says where that is not the level in force; empty where they agree.
	Proposed Level `json:"proposed,omitempty"`
}

// Reportability says whether the pack's categories make this reportable. A filing is accepted in every case.
type Reportability struct {
	Answer  Answer   `json:"answer"`
	Reasons []Reason `json:"reasons"`
}

// Recipient names who is told or owes: exactly one of Authority, Role and Person is set; a pack names no person. A Role is looked for at the incident's
// entity and then upwards (At "entity"), or at the root of the jurisdiction (At "state").
type Recipient struct {
	Authority string `json:"authority,omitempty"`
	Role      string `json:"role,omitempty"`
	At        string `json:"at,omitempty"` // "entity" or "state"
	Person    string `json:"person,omitempty"`
}

// Duty is something that is owed now that its condition holds.
type Duty struct {
	Rule       string    `json:"rule"` // rule id; an incident owes a rule at most once (per level for rules with PerLevel)
	What       string    `json:"what"` // plain words: "Send the written report"
	By         Recipient `json:"by"`   // who owes it
	To         Recipient `json:"to"`   // to whom; may be empty
	ToLabel    string    `json:"to_label"`
	Due        time.Time `json:"due"`      // zero: no time is set by the rule
	Warn       time.Time `json:"warn"`     // zero: no warning
	Escalate   time.Time `json:"escalate"` // zero: no escalation beyond the due instant
	EscalateTo Recipient `json:"escalate_to"`
	From       string    `json:"from"`      // event name the clock runs from
	Clock      string    `json:"clock"`     // plain words: "10 business days (ca-state-offices)"
	Calendar   string    `json:"calendar"`  // id of the calendar, where business days count
	Discharge  string    `json:"discharge"` // what discharges it: one of the Discharge* names
	Clause     string    `json:"clause"`
	Unverified bool      `json:"unverified,omitempty"` // the pack marks the rule's source unverified
}

// What discharges a duty. Each is a fact of the incident or a person's statement.
const (
	DischargeStatement    = "statement"         // a named person states that it was done
	DischargeFiled        = "filed"             // an initial filing reaches the system (after a telephone report)
	DischargeWritten      = "written_report"    // a filing of kind "written"
	DischargeItems        = "items_complete"    // no required item is missing any more
	DischargeRated        = "rated"             // the level is no longer unrated
	DischargeComplete     = "rating_complete"   // the rating is no longer provisional
	DischargeAcknowledged = "acknowledged"      // the authority named in By acknowledged, declined or closed its track
	DischargeAnswered     = "answered"          // the question that caused it was answered
	DischargeAnalysis     = "analysis_signed"   // the coordinator signed the post-incident analysis off. MA 6.8
	DischargeAction       = "action_completed"  // the corrective action was carried out, with evidence
	DischargeVerified     = "action_verified"   // the coordinator looked at the evidence
	DischargeReplaced     = "replaced"          // how, never what: what was owed was put off, given to another or dropped, with a reason
	DischargeResponse     = "response_started"  // a named person states that response began, and when
	DischargeManagement   = "management_report" // a version of the report to management was issued
	DischargeItem         = "item_stated"       // the item that was asked for was stated. MA 6.5.2.3
	DischargeValidated    = "results_validated" // the coordinator validated the results of the response. MA 6.3.1.1.3
)

// Tell says that a recipient is to be told now.
type Tell struct {
	Rule       string    `json:"rule"` // an incident tells a rule's recipient once per rule id
	To         Recipient `json:"to"`
	Track      bool      `json:"track"`            // an authority that gets a track of its own
	Report     string    `json:"report,omitempty"` // "management": the recipient gets each version of that report
	Confirms   bool      `json:"confirms"`         // one of the authorities whose receipt the reporters are told of. CA step 1
	Why        string    `json:"why"`
	Clause     string    `json:"clause"`
	Unverified bool      `json:"unverified,omitempty"`
}

// Item is a required item of the report that nothing stated so far answers.
type Item struct {
	ID     string   `json:"item"`   // "reporter", "devices.serial"
	Label  string   `json:"label"`  // plain words
	Fields []string `json:"fields"` // field paths still unstated
	Clause string   `json:"clause"`
	Report string   `json:"report"` // which list it belongs to: "initial", "management"
	// Material says that a change after an issued report calls for a new version.
	Material bool `json:"material,omitempty"`
}

// Advice is something a person should know or do that is no duty: call the liaison officer, ask for the devices.
type Advice struct {
	Rule       string `json:"rule"`
	Text       string `json:"text"`
	Clause     string `json:"clause"`
	Phone      string `json:"phone,omitempty"`
	Unverified bool   `json:"unverified,omitempty"`
}

// Assessment is everything the pack says about one set of inputs.
type Assessment struct {
	Rating        Rating
	Reportability Reportability
	Tell          []Tell
	Duties        []Duty
	Missing       []Item // each names its list in Report
	Advice        []Advice
}

// Acknowledge says in what time an authority answers, and what happens when it does not. It is applied to each track as
// a duty of the authority: Warn chases the authority, Due escalates to a named person, Escalate alarms the operator.
type Acknowledge struct {
	Chase    time.Duration
	Due      time.Duration
	Escalate time.Duration
	To       Recipient // the named person's role
	Clause   string
}

// Contact is whom to call at a given hour.
type Contact struct {
	Name       string `json:"name"`
	Authority  string `json:"authority,omitempty"` // its id, where the directory may know more
	Phone      string `json:"phone,omitempty"`
	Email      string `json:"email,omitempty"`
	When       string `json:"when"` // plain words: "8 a.m. to 5 p.m. on business days", "at any hour"
	For        string `json:"for"`  // plain words: what it is for
	Clause     string `json:"clause"`
	Unverified bool   `json:"unverified,omitempty"`
}

// Term is one entry of a pack's vocabulary: an incident category, a personal-information element.
type Term struct {
	ID         string `json:"id"`
	Label      string `json:"label"`
	Help       string `json:"help,omitempty"`
	Clause     string `json:"clause"`
	Unverified bool   `json:"unverified,omitempty"`
	// Triggers says, of an element of personal information, that it is one whose breach can call for notice.
	Triggers bool `json:"triggers_notice,omitempty"`
}

// AuthorityInfo is an authority that the pack names.
type AuthorityInfo struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	For      string `json:"for"` // plain words: what it is told for
	Clause   string `json:"clause"`
	Confirms bool   `json:"confirms"` // the reporters are told when it has the report. CA step 1
}

// Rule is one rule of a pack as pages show it.
type Rule struct {
	ID            string `json:"id"`
	Kind          string `json:"kind"` // rating, reportable, tell, duty, advice, contact, statement, item, category …
	Title         string `json:"title"`
	Citation      string `json:"citation"`
	Source        string `json:"source"`
	SourceURL     string `json:"source_url,omitempty"`
	Retrieved     string `json:"retrieved,omitempty"` // date
	EffectiveFrom string `json:"effective_from,omitempty"`
	EffectiveTo   string `json:"effective_to,omitempty"`
	Status        string `json:"status"` // in_force, proposed, superseded
	Mark          string `json:"mark"`   // source, official, secondary, unverified, configuration
	Unverified    bool   `json:"unverified,omitempty"`
	Note          string `json:"note,omitempty"`
}

// MatrixRow is one impact characteristic. MA 6.5.1.
type MatrixRow struct {
	Rule       string `json:"rule"`
	Level      Level  `json:"level"`
	Text       string `json:"text"`
	Clause     string `json:"clause"`
	Unverified bool   `json:"unverified,omitempty"`
}

// Phase is a phase of the response, with the functions under which SP 800-61r3 treats the same work. MA 6.2.1, MA 6.1.1.1.
type Phase struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Clause string   `json:"clause"`
	CSF    []string `json:"csf,omitempty"`
	// Aims are those whose required tasks are settled before the phase is left.
	Aims []Aim `json:"aims,omitempty"`
}

// Control is one row of a control mapping, as printed; an empty cell is empty.
type Control struct {
	NIST string `json:"nist,omitempty"` // SP 800-53 r5
	CIS  string `json:"cis,omitempty"`  // CIS v8
	CSF  string `json:"csf,omitempty"`  // CSF 1.1
}

// ControlSection is the mapping of one section of a standard. Its number in the body and the one that the mapping table
// prints differ; Title is the key.
type ControlSection struct {
	Title  string    `json:"title"`
	Body   string    `json:"body_section"`
	Table  string    `json:"table_section"`
	Clause string    `json:"clause"`
	Rows   []Control `json:"rows"`
}
