package words

import (
	"fmt"
	"strings"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/incident"
)

// tellingWords says in plain words what the facts about telling management and others record.
func tellingWords(f incident.Fact, a *act.Kernel, s act.Setting) string {
	title := func(item string) string {
		it, _ := incident.ItemByID(item)
		return it.Title
	}
	switch f := f.(type) {
	case *incident.Marked:
		return map[string]string{incident.MarkConfidential: "Categorised as confidential"}[f.Marking] +
			map[string]string{incident.MarkNone: "No longer categorised as confidential"}[f.Marking]
	case *incident.Assessed:
		return "Stated: " + title(f.Item)
	case *incident.Awaited:
		from := act.ActorName("person:"+f.Person, s.Dir)
		if f.Role != "" {
			from = act.RoleName(f.Role)
		}
		return title(f.Item) + ": awaited from " + from
	case *incident.ManagementReportIssued:
		return fmt.Sprintf("Report to management %d issued, %d of %d items known", f.Report, len(f.Known), len(f.Known)+len(f.Unknown))
	case *incident.UpdateDrafted:
		return "Status update " + f.Update + " drafted for " + strings.ReplaceAll(f.Audience, "_", " ")
	case *incident.UpdateRevised:
		return "Status update " + f.Update + " revised"
	case *incident.UpdateApproved:
		return "Status update " + f.Update + " approved: " + act.RoleName(f.For.Role)
	case *incident.UpdateReturned:
		return "Status update " + f.Update + " sent back to its writer"
	case *incident.UpdateSent:
		return "Status update " + f.Update + " left by " + f.Via
	case *incident.UpdateDropped:
		return "Status update " + f.Update + " given up"
	case *incident.CommunicationLogged:
		return "Communication by " + f.Channel + " logged"
	}
	return responseWords(f, a, s)
}
