package notify

import (
	"fmt"
	"strings"
)

// words are what a kind of message says: its name in the subject, what the subject adds, its opening sentences, and the parts
// that follow in order. The table below is the whole difference between kinds.
type words struct {
	kind        string
	detail      func(Notice) []string // left out of the subject where confidential
	lead        func(Notice) []string
	acknowledge bool // asks for an acknowledgement
	parts       []func(Notice) []section
}

// wordsOf returns the words of a kind; a kind without words of its own still says its name and shows the facts.
func wordsOf(k Kind) words {
	if w, ok := vocabulary[k]; ok {
		return w
	}
	return words{
		kind:  line(strings.ReplaceAll(string(k), "_", " "), 60),
		lead:  func(n Notice) []string { return []string{stop(sentence(who(n) + " is concerned by this message"))} },
		parts: report,
	}
}

// report is everything there is to say of an incident, facts to act on before grounds.
var report = []func(Notice) []section{facts, duties, contacts, call, told, personal, description, actions, devices, reasons, missing, receipt}

// status is what people who know the report need: what is owed, who has it.
var status = []func(Notice) []section{facts, told, duties, call, reasons, missing, receipt}

var vocabulary map[Kind]words

// The table refers to functions that refer to Notice only; init keeps it free of an initialisation cycle.
func init() {
	vocabulary = map[Kind]words{
		AuthorityNotice: {"new report", byLevelAndEntity, leadReport, true, report},
		AuthorityUpdate: {"addition to a report", byFilingAndEntity, leadUpdate, true, report},
		RoleNotice:      {"report for your attention", byLevelAndEntity, leadRole, false, report},
		Telephoned:      {"report by telephone recorded", byEntity, leadTelephoned, true, append([]func(Notice) []section{telephone}, report...)},
		ConfirmDelivered: {"your report was delivered", byEntity, lead("Your report was delivered: the mail servers of the authorities below have taken it.",
			"Delivered is not yet read. You get another message when they have acknowledged it."), false, status},
		ConfirmAcknowledged: {"your report was acknowledged", byEntity,
			lead("Your report was acknowledged by the authorities below. Your own duties stay as they are."), false, status},
		Chase:      {"acknowledgement awaited", byLevelAndEntity, leadChase, true, report},
		Escalation: {"no acknowledgement", byAuthority, leadEscalation, false, append([]func(Notice) []section{reason}, report...)},
		Alarm: {"ALARM", byEntity, lead("A promise of the reporting system is about to be broken. A person must act now."), false,
			append([]func(Notice) []section{reason, trouble}, status...)},
		Question:      {"question", byAuthority, leadQuestion, false, []func(Notice) []section{asked, duties, facts, description}},
		AnswerGiven:   {"answer to a question", byEntity, leadAnswer, false, []func(Notice) []section{asked, facts, description}},
		DutyOwed:      {"something is owed", byFirstDuty, lead("Something is now owed by you."), false, owedFirst},
		DutyWarning:   {"due soon", byFirstDuty, lead("Something that you owe falls due soon."), false, owedFirst},
		DutyOverdue:   {"OVERDUE", byFirstDuty, lead("Something that you owe is late. It stays owed until it is done."), false, owedFirst},
		DutyEscalated: {"OVERDUE at another", byFirstDuty, lead("Something owed by another is late, and you are the person it escalates to. Please see to it."), false, owedFirst},
		LoweringProposed: {"lower rating proposed", byEntity, lead("The latest facts would give this incident a lower rating.", "The rating in force stays until you decide, with a reason."),
			false, append([]func(Notice) []section{reason}, report...)},
		TrackClosed: {"finished", byAuthority, func(n Notice) []string {
			return []string{stop(sentence(authority(n)) + " has finished its work on this report. Your own duties stay as they are")}
		}, false, append([]func(Notice) []section{reason}, status...)},
		Undeliverable: {"message not delivered", byTrouble, leadUndeliverable, false, append([]func(Notice) []section{trouble}, status...)},
		RatingRaised:  {"rating raised", byLevelAndEntity, leadRaised, false, append([]func(Notice) []section{reason}, report...)},
		Declined:      {"declined", byAuthority, leadDeclined, false, append([]func(Notice) []section{reason}, status...)},
		MemberAdded: {"you are a member of a restricted incident", nil, lead("This incident is restricted, and you are one of its named members.", "Speak of it with members only."),
			false, status},
		GlassBroken: {"a restricted incident was opened by somebody who is not a member", nil,
			lead("Somebody who is not a member opened a restricted incident, with a reason that stands in the record.", "Please review it."), false, nil},
		TrackAssigned: {"handed to you", byLevelAndEntity, lead("A colleague handed this report to you."), false, report},
		HandoverOffered: {"take over the lead?", byLevelAndEntity, lead("You are asked to take over the lead of this incident. Until you accept, whoever leads it goes on.",
			"Please accept or decline on the page of its response."), false, append([]func(Notice) []section{reason}, report...)},
		HandoverAnswered: {"answer about the lead", byEntity, func(n Notice) []string { return []string{line(n.Why, maxValue)} }, false, append([]func(Notice) []section{reason}, status...)},
		WorkReturned:     {"a colleague's work is yours now", byLevelAndEntity, func(n Notice) []string { return []string{line(n.Why, maxValue)} }, false, status},
		Engaged: {"you are called in", byLevelAndEntity, lead("You are called in to support the response to this incident."), false,
			append([]func(Notice) []section{reason}, report...)},
		Mentioned: {"you are mentioned", byEntity, lead("A note of the investigation names you. Its words are not in this message: open the notes of the incident to read them."),
			false, nil},
		IncidentDeclined: {"found to be no incident", byEntity, lead("It was found that what you reported is no incident. Thank you for reporting it.",
			"If you know more that speaks against this, add it to the report: a filing is never refused."), false, append([]func(Notice) []section{reason}, status...)},
		IncidentClosed: {"closed", byEntity, lead("The response to your report has ended. What is still owed stays owed.", "You can still add to the report."),
			false, append([]func(Notice) []section{reason}, status...)},
		FiledAfterClosing: {"filing on a closed incident", byLevelAndEntity, lead("A filing came in after this incident was closed. It stays closed until somebody decides.",
			"Please reopen it, or record why it stays closed."), false, report},
		ManagementReport: {"report to management", byReport, leadManagement, false, []func(Notice) []section{brief, facts}},
		StatusUpdate:     {"status update", byAudience, lead("This is an update on an incident that you are kept informed of."), false, []func(Notice) []section{updated}},
		UpdateApproval: {"update to approve", byAudience, lead("An update on this incident is written, and leaves only when you have approved it.", "Approve it in the system, or send it back with a reason."),
			false, []func(Notice) []section{updated}},
		UpdateReturned: {"update sent back", byAudience, lead("An update that you wrote was sent back to you. Please revise it."), false, []func(Notice) []section{reason, updated}},
		ItemAwaited: {"an item is asked of you", nil, lead("The report to management on this incident needs something from you. Please state it in the system, or tell the response team."),
			false, []func(Notice) []section{wanted, facts}},
		AssetAffected: {"an asset of yours may be affected", byAssets, lead("Information assets that you own or support may be affected by a security incident.",
			"Change nothing on them before the response team has spoken with you: it could destroy evidence."), false, aboutAssets},
		AssetIsolated: {"an asset of yours is off the network", byAssets, lead("Information assets that you own or support were taken off the network because of a security incident.",
			"Please do not connect them again before the response team says so."), false, aboutAssets},
		AssetReturned: {"an asset of yours is in service again", byAssets, lead("Information assets that you own or support are back in service."), false, aboutAssets},
		AssetSettled: {"an asset of yours is settled", byAssets, lead("Information assets that you own or support were found not to be affected, or are given up; the list says which."),
			false, aboutAssets},
		ContainmentFailed: {"NOT CONTAINED by the tool", byAssets, lead("A containment tool was told to contain an asset and has not. A person must act now."),
			false, append([]func(Notice) []section{reason}, aboutAssets...)},
		Canary: {"delivery check", nil, lead("This message proves that mail from the incident reporting system arrives. Nothing happened and nothing is to be done."),
			false, nil},
		TestMessage: {"TEST, nothing happened", nil, lead("This is a test of how you are reached. Nothing happened and nothing is to be done."),
			false, []func(Notice) []section{reason}},
		StatisticsReport: {"statistics", byPeriod, leadStatistics, false, []func(Notice) []section{figures}},
		Digest:           {"summary", byEntity, lead("A summary of what is open."), false, status},
	}
}

// aboutAssets is for who answers for assets, and for nothing else of the incident.
var aboutAssets = []func(Notice) []section{assets, facts, call}

var owedFirst = []func(Notice) []section{duties, facts, missing, told, call, reasons, receipt}

func lead(sentences ...string) func(Notice) []string {
	return func(Notice) []string { return sentences }
}

// who names the entity; "an entity" where it is not given.
func who(n Notice) string {
	if name := line(n.Entity.Name, maxLabel); name != "" {
		return name
	}
	return "an entity"
}

func authority(n Notice) string {
	if name := line(n.Authority, maxLabel); name != "" {
		return name
	}
	return "the authority"
}

func level(n Notice) string {
	if n.Rating.Level == "" {
		return ""
	}
	s := line(n.Rating.Level, 30)
	if n.Rating.Provisional && s != "unrated" {
		s += " (provisional)"
	}
	return s
}

func byEntity(n Notice) []string          { return []string{n.Entity.Name} }
func byAuthority(n Notice) []string       { return []string{n.Authority} }
func byLevelAndEntity(n Notice) []string  { return []string{level(n), n.Entity.Name} }
func byFilingAndEntity(n Notice) []string { return []string{filing(n), n.Entity.Name} }
func byTrouble(n Notice) []string         { return []string{n.Trouble.To} }

func byAssets(n Notice) []string {
	if len(n.Assets) == 1 {
		return []string{n.Assets[0].Name}
	}
	return []string{n.Entity.Name}
}

func byFirstDuty(n Notice) []string {
	if len(n.Duties) == 0 {
		return nil
	}
	return []string{n.Duties[0].What}
}

// filing says which submission is meant: "filing 2, supplement".
func filing(n Notice) string {
	if n.Filing.Number == 0 {
		return ""
	}
	return line(strings.TrimSuffix(fmt.Sprintf("filing %d, %s", n.Filing.Number, n.Filing.Kind), ", "), 60)
}

func leadReport(n Notice) []string {
	return []string{stop(sentence(who(n)) + " reported an information-security incident. You receive the report" + as(n))}
}

func leadUpdate(n Notice) []string {
	return []string{stop(sentence(who(n)) + " added to a report that you have: " + filing(n))}
}

func leadRole(n Notice) []string {
	return []string{stop(sentence(who(n)) + " reported an information-security incident. You are told" + as(n))}
}

func leadTelephoned(n Notice) []string {
	return []string{"An incident was reported by telephone. A call does not count as a filing: the filing is still owed."}
}

func leadChase(n Notice) []string {
	return []string{stop("This report was sent to you" + as(n) + " and has not been acknowledged. " + sentence(who(n)) + " is waiting for it")}
}

func leadEscalation(n Notice) []string {
	return []string{stop(sentence(authority(n)) + " has not acknowledged the report below in the time set for it. Please reach them by another way")}
}

func leadQuestion(n Notice) []string {
	return []string{stop(sentence(authority(n)) + " asks something about your report. Please answer in the system")}
}

func leadAnswer(n Notice) []string {
	return []string{stop(sentence(who(n)) + " answered a question about its report")}
}

func leadUndeliverable(n Notice) []string {
	s := []string{"A message about this incident has not reached its recipient. Please reach them by another way and record it."}
	if n.Trouble.Trying {
		return append(s, "The system keeps trying.")
	}
	return append(s, "It was refused for good, and is not tried again.")
}

func leadRaised(n Notice) []string {
	s := "The rating of this incident was raised"
	if was := line(n.Rating.Was, 30); was != "" {
		s += " from " + was
	}
	if now := line(n.Rating.Level, 30); now != "" {
		s += " to " + now
	}
	return []string{stop(s)}
}

func leadDeclined(n Notice) []string {
	return []string{stop(sentence(authority(n)) + " will not act on this report. Your own duties stay as they are")}
}

// as names the capacity in which the recipient is told.
func as(n Notice) string {
	if o := line(n.Office, maxLabel); o != "" {
		return " as " + o
	}
	return ""
}
