package page

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/designation"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// PhaseBar is the phases as a picture, with the same in words.
type PhaseBar struct {
	Phases []app.PhaseView
	Words  string
}

// PhaseBarOf returns the phases as the bar above a page shows them.
func PhaseBarOf(phases []app.PhaseView) PhaseBar {
	var words []string
	for _, p := range phases {
		words = append(words, p.Title+": "+phaseStates[p.State])
	}
	return PhaseBar{phases, strings.Join(words, "; ")}
}

var phaseStates = map[string]string{"before": "before any incident", "done": "entered before", "current": "now", "ahead": "not entered"}

// X is where a phase's part of the picture begins.
func (PhaseBar) X(i int) int { return i * 101 }

// Width is that of the picture.
func (p PhaseBar) Width() int { return len(p.Phases)*101 - 1 }

// State says in words how far a phase is.
func (PhaseBar) State(state string) string { return phaseStates[state] }

// dayWords writes the date of a letter as pages write dates; what is no date stays as it is.
func dayWords(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.Format("Jan 2, 2006")
}

func endedWords(reason string) string {
	switch reason {
	case designation.Left:
		return "Left"
	case designation.RoleRemoved:
		return "Role taken away in the directory"
	}
	return "Withdrawn"
}

func handedWords(as string) string {
	switch as {
	case designation.ToCoordinator:
		return "as IR coordinator, because nobody else is designated"
	case designation.ToOperator:
		return "the operator, because there is neither an alternate nor an IR coordinator"
	}
	return "as designated beside them"
}

// Newest returns the last n of a list, the newest first.
func Newest[T any](all []T, n int) []T {
	some := slices.Clone(all[max(0, len(all)-n):])
	slices.Reverse(some)
	return some
}

// ScopeWords says in words what an access key may do.
func ScopeWords(a access.Action) string {
	switch a {
	case access.Read:
		return "Read incidents"
	case access.File:
		return "File reports"
	case access.Rate:
		return "Decide ratings"
	case access.Discharge:
		return "State that duties were fulfilled"
	case access.Respond:
		return "Answer for an authority"
	case access.Reply:
		return "Answer questions of authorities"
	case access.Triage:
		return "See what people without an account sent"
	case access.Restrict:
		return "Restrict incidents to members, change them, release"
	case access.Break:
		return "Open restricted incidents without being a member (rings the alarm)"
	case access.Review:
		return "Review how restricted incidents were opened"
	case access.Contain:
		return "Answer for a containment tool"
	case access.Work:
		return "Work on the response"
	case access.Staff:
		return "Say who is of the response team"
	case access.Operate:
		return "See the operator’s pages"
	case access.Enact:
		return "Put versions of packs into force"
	case access.Provision:
		return "Bring in people and groups (SCIM)"
	}
	return Sentence(string(a))
}

// Functions are what templates may call. None returns markup: everything is escaped where it stands.
var Functions = template.FuncMap{
	"level":        LevelWords,
	"track":        trackWords,
	"kind":         KindWords,
	"duty":         dutyWords,
	"message":      messageWords,
	"status":       statusWords,
	"role":         RoleWords,
	"method":       methodWords,
	"discharge":    dischargeWords,
	"scope":        ScopeWords,
	"day":          dayWords,
	"ended":        endedWords,
	"handed":       handedWords,
	"fieldID":      FieldID,
	"pair":         func(p, v any) pair { return pair{p, v} },
	"segment":      url.PathEscape,
	"query":        url.QueryEscape,
	"title":        Sentence,
	"tint":         tint,
	"add":          func(a, b int) int { return a + b },
	"join":         strings.Join,
	"classname":    app.ClassName,
	"rolename":     app.RoleName,
	"outcome":      app.OutcomeName,
	"relation":     app.RelationName,
	"remainkind":   remainWords,
	"phasebar":     PhaseBarOf,
	"newestOne":    func(all []app.FilingView) []app.FilingView { return Newest(all, 1) },
	"markinglabel": app.MarkingLabel,
	"assetstate":   app.AssetStateName,
}

// pair hands a part of the page together with the page itself to a template.
type pair struct{ P, V any }

// LevelWords says a rating in words.
func LevelWords(l policy.Level) string {
	switch l {
	case policy.High:
		return "High"
	case policy.Medium:
		return "Medium"
	case policy.Low:
		return "Low"
	}
	return "Not rated"
}

// statuses in words, and the tint of their tag. A tag always carries the words; the tint only helps the eye.
var (
	trackStatus = map[string][2]string{
		"owed": {"Message on its way", "quiet"}, "sent": {"Sent", "quiet"}, "delivered": {"Delivered", "info"},
		"acknowledged": {"Acknowledged", "good"}, "asked": {"Asked for more", "warn"},
		"declined": {"Declined", "quiet"}, "closed": {"Closed", "quiet"},
	}
	dutyStatus = map[string][2]string{
		"owed": {"Owed", "info"}, "overdue": {"Overdue", "bad"}, "discharged": {"Done", "good"},
	}
	messageStatus = map[string][2]string{
		"owed": {"Being delivered", "info"}, "delivered": {"Delivered", "good"}, "escalated": {"Escalated to a person", "bad"},
		"withdrawn": {"Taken back", "quiet"},
	}
	incidentStatus = map[string][2]string{
		"telephoned": {"Telephoned, not filed", "warn"}, "open": {"Open", "info"}, "closed": {"Closed", "quiet"},
	}
)

// WordsIn returns a function that looks words up.
func WordsIn(m map[string][2]string) func(string) string {
	return func(s string) string {
		if w, ok := m[s]; ok {
			return w[0]
		}
		return Sentence(s)
	}
}

var (
	trackWords   = WordsIn(trackStatus)
	dutyWords    = WordsIn(dutyStatus)
	messageWords = WordsIn(messageStatus)
	statusWords  = WordsIn(incidentStatus)
)

// tint answers the look of a status tag.
func tint(status any) string {
	if l, ok := status.(policy.Level); ok {
		return "level-" + LevelTint(l)
	}
	s, _ := status.(string)
	for _, m := range []map[string][2]string{trackStatus, dutyStatus, messageStatus, incidentStatus} {
		if w, ok := m[s]; ok {
			return w[1]
		}
	}
	return "quiet"
}

// LevelTint is the color class of a rating.
func LevelTint(l policy.Level) string {
	if l.Rank() == 0 {
		return "unrated"
	}
	return string(l)
}

// KindWords says in words what kind of report this is.
func KindWords(kind string) string {
	switch kind {
	case incident.Supplement:
		return "Supplement"
	case incident.Written:
		return "Written report"
	}
	return "First report"
}

// dischargeWords says what ends a duty.
func dischargeWords(d string) string {
	words := map[string]string{
		policy.DischargeStatement: "a statement that it was done", policy.DischargeFiled: "filing the report here",
		policy.DischargeWritten: "filing the written report", policy.DischargeItems: "stating every required item",
		policy.DischargeRated: "a rating", policy.DischargeComplete: "stating what could still raise the rating",
		policy.DischargeAcknowledged: "the authority's answer", policy.DischargeAnswered: "an answer to the question",
		policy.DischargeResponse: "a statement that the response began", policy.DischargeAnalysis: "the signature of the analysis",
		policy.DischargeAction: "carrying it out, with evidence", policy.DischargeVerified: "a look at the evidence",
		policy.DischargeItem: "stating it", policy.DischargeValidated: "the coordinator’s validation",
		incident.DischargeTriaged: "reopening, or a decision to keep it closed", policy.DischargeManagement: "issuing the report to management",
	}
	if w, ok := words[d]; ok {
		return w
	}
	return SentenceLower(d)
}

// RoleWords says a role in words.
func RoleWords(r directory.Role) string {
	words := map[directory.Role]string{
		directory.ISO: "Information Security Officer", directory.CIO: "Chief Information Officer",
		directory.CISO: "Chief Information Security Officer", directory.IRCoordinator: "IR coordinator",
		directory.IRLead: "IR lead", directory.IRAnalyst: "IR analyst", directory.SOCAnalyst: "SOC analyst",
		directory.Legal: "Counsel",
	}
	if w, ok := words[r]; ok {
		return w
	}
	return Sentence(string(r))
}

// Sentence begins a text with a capital letter and has spaces for underscores.
func Sentence(s string) string {
	s = SentenceLower(s)
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// SentenceLower has spaces for underscores.
func SentenceLower(s string) string { return strings.ReplaceAll(s, "_", " ") }

// YesNo says yes, no, or that it is not known.
func YesNo(b *bool) string {
	switch {
	case b == nil:
		return "Not stated"
	case *b:
		return "Yes"
	}
	return "No"
}

// OpenDuties parts what is still owed, soonest first, from what is done.
func OpenDuties(all []app.DutyView) (open, done []app.DutyView) {
	for _, d := range all {
		if d.Status == "discharged" {
			done = append(done, d)
		} else {
			open = append(open, d)
		}
	}
	slices.SortStableFunc(open, func(a, b app.DutyView) int {
		switch {
		case a.Due == nil || b.Due == nil:
			return cmp.Compare(zero(a.Due), zero(b.Due))
		default:
			return a.Due.Compare(*b.Due)
		}
	})
	return open, done
}

// zero sorts what has no time after what has one.
func zero(t *time.Time) int {
	if t == nil {
		return 1
	}
	return 0
}

// methodWords says how somebody signed in.
func methodWords(m access.SignInMethod) string {
	switch m {
	case access.ByPasskey:
		return "Passkey"
	case access.ByPassword:
		return "Password and code"
	case access.ByRecoveryCode:
		return "Password and recovery code"
	case access.ByOpenID:
		return "Your organisation"
	case access.ByKey:
		return "Access key"
	case access.ByDemo:
		return "Demonstration"
	}
	return Sentence(string(m))
}

// remainWords says what kind of thing is still open.
func remainWords(kind string) string {
	return map[string]string{"duty": "Owed", "task": "Required task", "question": "Question not answered", "track": "Authority",
		"handover": "Handover", "asset": "Affected asset"}[kind]
}

// IncidentAddress is the address of an incident's page.
func IncidentAddress(number string) string { return "/incidents/" + url.PathEscape(number) }
