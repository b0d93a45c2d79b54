package web

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
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// functions are what templates may call. None returns markup: everything is escaped where it stands.
var functions = template.FuncMap{
	"level":        levelWords,
	"track":        trackWords,
	"kind":         kindWords,
	"duty":         dutyWords,
	"message":      messageWords,
	"status":       statusWords,
	"role":         roleWords,
	"method":       methodWords,
	"discharge":    dischargeWords,
	"scope":        scopeWords,
	"day":          dayWords,
	"ended":        endedWords,
	"handed":       handedWords,
	"fieldID":      fieldID,
	"pair":         func(p, v any) pair { return pair{p, v} },
	"segment":      url.PathEscape,
	"query":        url.QueryEscape,
	"title":        sentence,
	"tint":         tint,
	"add":          func(a, b int) int { return a + b },
	"join":         strings.Join,
	"classname":    app.ClassName,
	"rolename":     app.RoleName,
	"outcome":      app.OutcomeName,
	"relation":     app.RelationName,
	"remainkind":   remainWords,
	"phasebar":     phaseBarOf,
	"newestOne":    func(all []app.FilingView) []app.FilingView { return newest(all, 1) },
	"markinglabel": app.MarkingLabel,
	"assetstate":   app.AssetStateName,
}

// pair hands a part of the page together with the page itself to a template.
type pair struct{ P, V any }

func levelWords(l policy.Level) string {
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

func wordsIn(m map[string][2]string) func(string) string {
	return func(s string) string {
		if w, ok := m[s]; ok {
			return w[0]
		}
		return sentence(s)
	}
}

var (
	trackWords   = wordsIn(trackStatus)
	dutyWords    = wordsIn(dutyStatus)
	messageWords = wordsIn(messageStatus)
	statusWords  = wordsIn(incidentStatus)
)

// tint answers the look of a status tag.
func tint(status any) string {
	if l, ok := status.(policy.Level); ok {
		return "level-" + levelTint(l)
	}
	s, _ := status.(string)
	for _, m := range []map[string][2]string{trackStatus, dutyStatus, messageStatus, incidentStatus} {
		if w, ok := m[s]; ok {
			return w[1]
		}
	}
	return "quiet"
}

func levelTint(l policy.Level) string {
	if l.Rank() == 0 {
		return "unrated"
	}
	return string(l)
}

func kindWords(kind string) string {
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
	return sentenceLower(d)
}

func roleWords(r directory.Role) string {
	words := map[directory.Role]string{
		directory.ISO: "Information Security Officer", directory.CIO: "Chief Information Officer",
		directory.CISO: "Chief Information Security Officer", directory.IRCoordinator: "IR coordinator",
		directory.IRLead: "IR lead", directory.IRAnalyst: "IR analyst", directory.SOCAnalyst: "SOC analyst",
		directory.Legal: "Counsel",
	}
	if w, ok := words[r]; ok {
		return w
	}
	return sentence(string(r))
}

func sentence(s string) string {
	s = sentenceLower(s)
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

func sentenceLower(s string) string { return strings.ReplaceAll(s, "_", " ") }

func yesNo(b *bool) string {
	switch {
	case b == nil:
		return "Not stated"
	case *b:
		return "Yes"
	}
	return "No"
}

// openDuties parts what is still owed, soonest first, from what is done.
func openDuties(all []app.DutyView) (open, done []app.DutyView) {
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
	return sentence(string(m))
}

// remainWords says what kind of thing is still open.
func remainWords(kind string) string {
	return map[string]string{"duty": "Owed", "task": "Required task", "question": "Question not answered", "track": "Authority", "handover": "Handover", "asset": "Affected asset"}[kind]
}
