package words

import (
	"fmt"
	"strings"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/incident"
)

// PhaseName shows a phase in words.
func PhaseName(id string) string {
	return map[string]string{"": "Not begun", incident.PhaseDetection: "Detection and analysis", incident.PhaseContainment: "Containment, eradication and recovery",
		incident.PhasePostIncident: "Post-incident activity"}[id]
}

// ClassName shows what was reported in words.
func ClassName(class string) string {
	return map[string]string{incident.ClassIncident: "An incident", incident.ClassNearMiss: "A near miss", incident.ClassEvent: "An event"}[class]
}

// OutcomeName shows how an incident ended in words.
func OutcomeName(outcome string) string {
	return map[string]string{incident.OutcomeResolved: "resolved", incident.OutcomeDeclined: "no incident", incident.OutcomeDuplicate: "worked on under another number"}[outcome]
}

// RelationName shows how an incident relates to another in words.
func RelationName(relation string) string {
	return map[string]string{incident.Related: "Related to", incident.DuplicateOf: "Duplicate of", incident.DuplicatedBy: "Has the duplicate", incident.SplitFrom: "Split from",
		incident.SplitInto: "Split into", incident.MergedInto: "Merged into", incident.MergedFrom: "Merged from"}[relation]
}

// lifecycleWords says in plain words what the facts of the life cycle and of the team record. A link does not say to which incident:
// who reads this may not see that one.
func lifecycleWords(f incident.Fact, s act.Setting) string {
	name := func(person string) string { return act.ActorName("person:"+person, s.Dir) }
	switch f := f.(type) {
	case *incident.PhaseEntered:
		return "Phase entered: " + PhaseName(f.Phase)
	case *incident.MilestoneReached:
		return "Stated: " + f.Milestone
	case *incident.Closed:
		w := "Closed: " + OutcomeName(f.Outcome)
		if n := len(f.Remains); n > 0 {
			w += fmt.Sprintf("; %d things were open and accepted", n)
		}
		return w
	case *incident.Reopened:
		return "Reopened"
	case *incident.ResultsValidated:
		return "Results of the response validated"
	case *incident.Classified:
		return "Found to be: " + ClassName(f.As)
	case *incident.KeptClosed:
		return "Looked at what came in after closing; it stays closed"
	case *incident.Linked:
		return "Linked with another incident"
	case *incident.Mentioned:
		if len(f.Told) == 0 {
			return "Note " + f.Note + " names somebody who may not see the incident any more; nobody was told"
		}
		return "Named in note " + f.Note + " and told: " + joined(f.Told, name)
	case *incident.Unlinked:
		return "A link with another incident was undone"
	case *incident.HandoverOffered:
		return "Lead offered to " + name(f.To)
	case *incident.HandoverDeclined:
		if f.Withdrawn {
			return "The offer of the lead was withdrawn"
		}
		return "The offer of the lead was declined"
	case *incident.WorkReturned:
		return returnedWords(f, name)
	case *incident.TasksOrdered:
		return "The list of tasks was put into another order"
	case *incident.Engaged:
		return name(f.Person) + " was called in: " + act.RoleName(f.Role)
	case *incident.ContinuityDecided:
		if f.Activated {
			return "Business continuity activated"
		}
		return "Business continuity not activated, or ended"
	}
	return reviewWords(f, s)
}

// returnedWords says whose work came to whom, and what it was.
func returnedWords(f *incident.WorkReturned, name func(string) string) string {
	var what []string
	if f.Lead {
		what = append(what, "the lead")
	}
	if f.Handover {
		what = append(what, "an offer of the lead that had no answer")
	}
	counted := func(n int, one string) {
		switch {
		case n == 1:
			what = append(what, "1 "+one)
		case n > 1:
			what = append(what, fmt.Sprintf("%d %ss", n, one))
		}
	}
	counted(len(f.Tasks), "open task")
	counted(len(f.Actions), "corrective action")
	why := " is away: "
	if f.Cause == incident.CauseLeft {
		why = " has left: "
	}
	to := "; nobody was found to take it"
	if f.To != "" {
		to = " came to " + name(f.To)
	}
	return name(f.From) + why + strings.Join(what, ", ") + to
}
