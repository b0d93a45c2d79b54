// Package filing is what an entity says when it reports: the fields of a report, what is wrong with one, which of it is stated, and which
// of it is kept as texts out of the ledger. CA step 2, MA 6.5.2.2
package filing

// Filing is what an entity submits, once, never changed: the one contract of the API, the command line and the form.
// Only Entity, and a description or one category, are needed. Whatever else is unstated is listed and chased, never
// refused. JSON null and absence mean the same: not stated.
type Filing struct {
	Entity   string `json:"entity" doc:"Id of the reporting entity." example:"ca-demo-dmv"`
	Kind     string `json:"kind,omitempty" doc:"initial, supplement or written. Default: initial." enum:"initial,supplement,written"`
	Incident string `json:"incident,omitempty" doc:"Number of the incident, for a supplement or a written report, or for the initial filing that follows a telephone report."`

	Reporter         *Contact `json:"reporter,omitempty" doc:"The reporting person."`
	ISO              *Contact `json:"iso,omitempty" doc:"The entity's Information Security Officer."`
	AlternateContact *Contact `json:"alternate_contact,omitempty" doc:"Another person to reach: alternate ISO, system administrator."`

	Description  string `json:"description,omitempty" doc:"What happened, in plain words."`
	OccurredAt   string `json:"occurred_at,omitempty" format:"date-time" doc:"When it occurred. RFC 3339 with offset."`
	DiscoveredAt string `json:"discovered_at,omitempty" format:"date-time" doc:"When it was discovered. RFC 3339 with offset."`
	ActionsTaken string `json:"actions_taken,omitempty" doc:"What was done at and after discovery, before this filing."`

	Categories         []string `json:"categories,omitempty" doc:"Ids of the pack's categories."`
	CrimeSuspected     *bool    `json:"crime_suspected,omitempty" doc:"Whether a computer-related crime or theft is suspected."`
	TerrorismSuspected *bool    `json:"terrorism_suspected,omitempty" doc:"Whether terrorism is suspected."`
	Devices            []Device `json:"devices,omitempty" doc:"Affected computers and devices."`

	PersonalInformation *PersonalInformation `json:"personal_information,omitempty"`
	Impact              *Impact              `json:"impact,omitempty"`
	OutageMinutes       *int64               `json:"outage_minutes,omitempty" minimum:"0" doc:"How long a mission-critical or public-facing service was down, in minutes."`
	MediaCoverage       *bool                `json:"media_coverage,omitempty" doc:"Whether it generates media coverage."`

	Management *Management `json:"management,omitempty" doc:"Items of the report to management that are not asked elsewhere."`
}

// Contact is a person to reach.
type Contact struct {
	Name    string   `json:"name,omitempty"`
	Email   string   `json:"email,omitempty"`
	Phones  []string `json:"phones,omitempty"`
	Address string   `json:"address,omitempty"`
}

// Device is one affected computer or device. CA step 2: the six items for computer-related theft or crime.
type Device struct {
	MakeModel string   `json:"make_model,omitempty"`
	Serial    string   `json:"serial,omitempty"`
	AssetID   string   `json:"asset_id,omitempty" doc:"State asset identification number."`
	IP        []string `json:"ip,omitempty"`
	Hostname  string   `json:"hostname,omitempty" doc:"Assigned name."`
	OS        string   `json:"os,omitempty"`
	Location  string   `json:"location,omitempty"`
	Encrypted *bool    `json:"encrypted,omitempty"`
}

// PersonalInformation is what is known of personal information involved. CA step 3.
type PersonalInformation struct {
	Involved  string           `json:"involved,omitempty" enum:"yes,no,unknown"`
	Types     []string         `json:"types,omitempty" doc:"Ids of the pack's personal-information elements."`
	Residents map[string]int64 `json:"residents,omitempty" doc:"Affected residents by state or territory, e.g. CA."`
}

// Impact is what is known of the impact. MA 6.5.1; SP 800-61r2 for the last three.
type Impact struct {
	HumanSafety      *bool    `json:"human_safety,omitempty"`
	AssetRating      string   `json:"asset_rating,omitempty" enum:"critical,high,medium,low"`
	LiabilityUSD     *int64   `json:"liability_usd,omitempty" minimum:"0" doc:"Financial or legal liability in whole US dollars."`
	InformationClass string   `json:"information_class,omitempty" enum:"restricted,confidential,internal,public"`
	Functional       string   `json:"functional,omitempty" enum:"none,low,medium,high"`
	Information      []string `json:"information,omitempty" doc:"none, privacy_breach, proprietary_breach, integrity_loss"`
	Recoverability   string   `json:"recoverability,omitempty" enum:"regular,supplemented,extended,not_recoverable"`
}

// Management holds the items of the report to management (MA 6.5.3) that no other field carries.
type Management struct {
	Location               string   `json:"location,omitempty"`
	AffectedSystems        []string `json:"affected_systems,omitempty"`
	UserGroups             []string `json:"user_groups,omitempty"`
	RecoveryExpectation    string   `json:"recovery_expectation,omitempty"`
	StakeholdersToNotify   []string `json:"stakeholders_to_notify,omitempty"`
	Measures               string   `json:"measures,omitempty" doc:"Identification, containment and eradication measures."`
	EvidenceCollected      string   `json:"evidence_collected,omitempty"`
	PendingActions         string   `json:"pending_actions,omitempty"`
	DiscoveredBy           *Contact `json:"discovered_by,omitempty"`
	ReportedToManagementAt string   `json:"reported_to_management_at,omitempty" format:"date-time"`
}

// Telephone is a report made by telephone while the system could not be reached. It starts duties; it never counts as filed.
// CA step 4.
type Telephone struct {
	Entity       string `json:"entity"`
	Incident     string `json:"incident,omitempty" doc:"Number, when the incident is already known."`
	Caller       string `json:"caller" doc:"Who called."`
	Called       string `json:"called" doc:"Whom: the authority's id, or a name."`
	CalledAt     string `json:"called_at" format:"date-time"`
	AfterHours   *bool  `json:"after_hours,omitempty" doc:"Whether the after-hours desk took the call. Unstated: worked out from the calendar."`
	Reference    string `json:"reference,omitempty" doc:"The number that the desk gave."`
	Description  string `json:"description,omitempty"`
	DiscoveredAt string `json:"discovered_at,omitempty" format:"date-time"`
}

// Kinds of filing.
const (
	Initial    = "initial"
	Supplement = "supplement"
	Written    = "written"
)
