package words

import (
	"fmt"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/incident"
)

// reviewWords says in plain words what the facts of what comes afterwards record.
func reviewWords(f incident.Fact, s act.Setting) string {
	name := func(person string) string { return act.ActorName("person:"+person, s.Dir) }
	switch f := f.(type) {
	case *incident.AnalysisWritten:
		return "Post-incident analysis: the section on " + f.Section + " was written"
	case *incident.AnalysisSigned:
		return fmt.Sprintf("Post-incident analysis signed, edition %d", f.Edition)
	case *incident.AnalysisReopened:
		return "Post-incident analysis taken up again"
	case *incident.ActionAssigned:
		return "Corrective action " + f.ID + " given to " + name(f.Owner)
	case *incident.ActionChanged:
		return "Corrective action " + f.Action + " changed; it is with " + name(f.Owner)
	case *incident.ActionCompleted:
		return "Corrective action " + f.Action + " carried out"
	case *incident.ActionVerified:
		return "Corrective action " + f.Action + " verified"
	case *incident.ActionReturned:
		return "Corrective action " + f.Action + " returned: the evidence does not hold"
	case *incident.ActionDropped:
		return "Corrective action " + f.Action + " dropped"
	case *incident.ChangeProposed:
		return "Change " + f.ID + " proposed: " + f.Kind
	case *incident.ProposalDecided:
		return "Proposed change " + f.Proposal + map[bool]string{true: " accepted", false: " rejected"}[f.Accepted]
	case *incident.ProposalDone:
		return "Proposed change " + f.Proposal + " made"
	}
	return f.FactName()
}
