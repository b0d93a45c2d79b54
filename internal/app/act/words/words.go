// Package words says in plain words what the facts of an incident mean, for its history and its mails.
package words

import (
	"fmt"
	"strings"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// FactWords says in plain words what a fact records.
func FactWords(f incident.Fact, a *act.Kernel, s act.Setting) string {
	switch f := f.(type) {
	case *incident.Reported:
		return fmt.Sprintf("Filing %d (%s) received", f.Filing, f.Kind)
	case *incident.Telephoned:
		return "Report made by telephone recorded; this does not count as filed"
	case *incident.Rated:
		return ratedWords(f)
	case *incident.LoweringProposed:
		return fmt.Sprintf("The latest facts would give %s; the coordinator decides", f.Level)
	case *incident.PostReportDecided:
		if f.Required {
			return "Post-incident report required by the coordinator"
		}
		return "Post-incident report not required, decided by the coordinator"
	case *incident.DutiesOwed:
		return "Owed: " + joined(f.Duties, func(d incident.OwedDuty) string { return d.What })
	case *incident.MessagesOwed:
		return "To be told: " + joined(f.Messages, func(m incident.OwedMessage) string { return a.MessageTo(m, s) })
	case *incident.DutyDischarged:
		if f.LateBy > 0 {
			return fmt.Sprintf("Duty %s fulfilled, late", f.Duty)
		}
		return fmt.Sprintf("Duty %s fulfilled", f.Duty)
	case *incident.DutyStageReached:
		return fmt.Sprintf("Duty %s: %s", f.Duty, map[string]string{incident.StageWarned: "reminder sent", incident.StageOverdue: "due instant passed", incident.StageEscalated: "escalated"}[f.Stage])
	}
	return trackWords(f, a, s)
}

func trackWords(f incident.Fact, a *act.Kernel, s act.Setting) string {
	switch f := f.(type) {
	case *incident.MessageSent:
		return "A message was sent and not yet accepted"
	case *incident.MessageDelivered:
		return "A message was accepted by the recipient's mail server"
	case *incident.MessageRefused:
		return "A message could not be delivered; a person was told"
	case *incident.Acknowledged:
		return a.AuthorityName(f.Authority, s) + " acknowledged the report"
	case *incident.Asked:
		return a.AuthorityName(f.Authority, s) + " asked for more"
	case *incident.Answered:
		return fmt.Sprintf("Question %s answered", f.Question)
	case *incident.Declined:
		return a.AuthorityName(f.Authority, s) + " declined to act"
	case *incident.TrackClosed:
		return a.AuthorityName(f.Authority, s) + " closed its track"
	case *incident.Disposed:
		return "Texts lawfully disposed; every proof still stands"
	}
	return restrictionWords(f, a, s)
}

// responseWords says in plain words what the facts of the response record.
func responseWords(f incident.Fact, a *act.Kernel, s act.Setting) string {
	name := func(person string) string { return act.ActorName("person:"+person, s.Dir) }
	switch f := f.(type) {
	case *incident.ResponseStarted:
		return "Response started, led by " + name(f.Lead)
	case *incident.LeadChanged:
		return "Handed over to " + name(f.Lead)
	case *incident.TasksAdded:
		return fmt.Sprintf("Procedure followed: %d steps are on the list", len(f.Tasks))
	case *incident.PlaybookImported:
		return fmt.Sprintf("Procedure imported from a file: %d steps are on the list", len(f.Tasks))
	case *incident.TaskNoted:
		return "Task " + f.ID + " added"
	case *incident.TaskTaken:
		if f.Person == "" {
			return "Task " + f.Task + " put back"
		}
		return "Task " + f.Task + " taken by " + name(f.Person)
	case *incident.TaskDone:
		return "Task " + f.Task + " done"
	case *incident.TaskSkipped:
		return "Task " + f.Task + " left out"
	case *incident.TaskReopened:
		return "Task " + f.Task + " open again"
	}
	return containmentWords(f, a, s)
}

func ratedWords(f *incident.Rated) string {
	if f.Level == policy.Unrated {
		return "Not rated: nothing that decides the rating was stated"
	}
	w := "Rated " + string(f.Level)
	if f.Provisional {
		w += ", provisionally"
	}
	return w
}

func joined[T any](items []T, name func(T) string) string {
	var names []string
	seen := map[string]bool{}
	for _, it := range items {
		if n := name(it); n != "" && !seen[n] {
			seen[n] = true
			names = append(names, n)
		}
	}
	return strings.Join(names, "; ")
}

// openWords names what is unstated and could still raise a rating, for people who never saw a field's path. MA 6.5.1
var openWords = map[string]string{
	"impact.human_safety":           "whether anyone's safety is threatened",
	"impact.asset_rating":           "the risk rating of the affected asset",
	"impact.liability_usd":          "the financial or legal liability",
	"impact.information_class":      "the class of the information that may be compromised",
	"personal_information.involved": "whether personal information is involved",
}

// OpenLabels returns what is still open of a rating, in words.
func OpenLabels(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		if out[i] = openWords[p]; out[i] == "" {
			out[i] = strings.NewReplacer("_", " ", ".", ": ").Replace(p)
		}
	}
	return out
}
