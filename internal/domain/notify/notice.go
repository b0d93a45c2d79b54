package notify

import "time"

// Notice is everything a message may say. The application fills what it knows and what this recipient may see; the kind
// decides which parts are shown and in which order. An empty part is left out, except where its absence is news.
type Notice struct {
	Kind          Kind
	Demonstration bool
	// Confidential leaves only number, kind, due time and a link in the mail: the pack says that the content must not
	// stand in a mailbox.
	Confidential bool
	Marking      string         // of the incident, as it stands on papers; in a message that holds content, empty for none. MA 6.5.4
	Zone         *time.Location // in which times are shown, with their offset; nil is UTC
	Delay        time.Duration  // how late the message leaves; said in the mail when an hour or more

	To     string // name of the recipient
	Office string // the authority or role that the recipient is told as
	Why    string // why this recipient is told
	Clause string // the clause that says so

	Incident string // number
	Entity   Party
	Filing   Filing

	Received   time.Time // when this filing was received
	Discovered time.Time
	Occurred   time.Time

	Rating     Rating
	Reportable Reportable
	Outage     string // plain words: "3 hours 10 minutes"; empty where unstated
	Categories []string

	Told     []Told
	Duties   []Duty // owed by this recipient, soonest first
	Missing  []Item
	Contacts []Contact // reporter, ISO, alternate
	Call     []Contact // whom to call at this hour

	Description string
	Actions     string
	Crime       string // yes, no, unknown; empty where not asked
	Devices     []Device
	Assets      []Affected // that the message is about
	Personal    Personal

	Authority string // the authority that a chase, question, declining or escalation is about
	Question  Asked
	Reason    string // why declined, why raised, what the alarm is about: free text
	Trouble   Trouble
	Telephone Call

	Period  string // which time numbers are about: "1 to 30 June 2026"
	Figures []Figures

	Report   Report
	Update   string // the text of a status update
	Audience string // whom it is for

	Links Links
}

// Report is a version of the report to management. MA 6.5.3
type Report struct {
	Number int
	Lines  []BriefLine
}

// BriefLine is one item of a report, with what is known of it.
type BriefLine struct {
	Label, Value, Clause string
	Changed              bool // stated since the version before
}

// Party is the reporting entity.
type Party struct {
	Name, Address, OrgCode string
}

// Filing says which submission the message is about.
type Filing struct {
	Number int
	Kind   string // initial, supplement, written
}

// Rating is the impact rating with its grounds. MA 6.5.1.
type Rating struct {
	Level       string // high, medium, low, unrated; empty where the message is not about it
	Was         string // the level before, where it changed
	Provisional bool
	Reasons     []Ground
	Open        []string // what is unstated and could still raise it
}

// Ground is one reason with its clause.
type Ground struct {
	Text, Clause string
}

// Reportable says whether the pack's categories make this reportable.
type Reportable struct {
	Answer  string // yes, no, unknown; empty where not asked
	Reasons []Ground
}

// Told is one other recipient and what became of their message.
type Told struct {
	Name   string
	Status string // owed, sent, delivered, acknowledged, asked, declined, closed
	At     time.Time
}

// Duty is something this recipient owes.
type Duty struct {
	What   string
	To     string
	Due    time.Time // zero: no time is set
	Clock  string    // plain words: "10 business days (ca-state-offices)"
	Clause string
	LateBy time.Duration // zero while not late
}

// Item is a required item that nothing stated so far answers.
type Item struct {
	Label, Clause string
}

// Contact is a person or office to reach. CA step 2.
type Contact struct {
	Role    string // reporter, ISO, alternate; or what the number is for
	Name    string
	Email   string
	Phones  []string
	Address string
	When    string // opening hours, for offices
}

// Device is one affected computer or device. CA step 2.
type Device struct {
	MakeModel, Serial, AssetID, Hostname, OS, Location string
	IP                                                 []string
	Encrypted                                          string // yes, no, unknown; empty where unstated
}

// Affected is one affected asset as a message names it.
type Affected struct {
	Name, Kind, Rating, State string
	Networks                  []string
}

// Personal is what is known of personal information. CA step 3.
type Personal struct {
	Involved  string // yes, no, unknown; empty where the message is not about it
	Types     []string
	Residents []Residents
}

// Residents is how many residents of one state are affected.
type Residents struct {
	State string
	Count int64
}

// Asked is a question of an authority and its answer.
type Asked struct {
	Text       string
	By         string
	At         time.Time
	Answer     string
	AnsweredBy string
	AnsweredAt time.Time
}

// Trouble says which message could not be handed over, for kind Undeliverable and Alarm.
type Trouble struct {
	Kind     Kind
	To       string // who did not get it
	Email    string
	Reply    string // what the other side said
	Since    time.Time
	Attempts int
	Trying   bool // attempts go on
}

// Call is a report made by telephone. CA step 4.
type Call struct {
	Caller, Called, Reference string
	At                        time.Time
}

// Links lead into the application. Acknowledge is the signed single-purpose link; it opens a page with a button, and
// following it changes nothing by itself.
type Links struct {
	Incident, Acknowledge, Receipt string
}

// firstDue is the earliest due instant of the recipient's duties, or zero.
func (n Notice) firstDue() time.Time {
	var first time.Time
	for _, d := range n.Duties {
		if !d.Due.IsZero() && (first.IsZero() || d.Due.Before(first)) {
			first = d.Due
		}
	}
	return first
}
