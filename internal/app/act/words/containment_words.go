package words

import (
	"fmt"
	"strings"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/incident"
)

// containmentWords says in plain words what the facts about assets and tools record.
func containmentWords(f incident.Fact, a *act.Kernel, s act.Setting) string {
	person := func(id string) string { return act.ActorName("person:"+id, s.Dir) }
	switch f := f.(type) {
	case *incident.AssetAffected:
		return "Asset " + f.ID + " is on the list of those that may be affected"
	case *incident.AssetDescribed:
		return "Asset " + f.Asset + " described anew"
	case *incident.IsolationAsked:
		return "Asset " + f.Asset + " was asked to be taken off the networks"
	case *incident.IsolationInfeasible:
		return "Asset " + f.Asset + " cannot be taken off the networks; accepted by " + person(f.AcceptedBy)
	case *incident.AssetTakenOff:
		w := "Asset " + f.Asset + " " + f.How
		if f.How == incident.OffRemoved {
			w += " from the network"
		}
		if f.Command != "" {
			w += " by the tool, command " + f.Command
		}
		return w
	case *incident.AssetMoved:
		return "Asset " + f.Asset + ": " + strings.ReplaceAll(f.To, "_", " ")
	case *incident.ReturnStated:
		return "Asset " + f.Asset + ": stated for the return to service: " + f.What
	case *incident.ContainmentCalled:
		return fmt.Sprintf("%s was told to %s asset %s (command %s)", a.ToolName(f.Tool), f.Action, f.Asset, f.Command)
	case *incident.ContainmentAnswered:
		return fmt.Sprintf("Command %s answered: %d, %s", f.Command, f.Status, StatusWords(f.Status))
	case *incident.ContainmentCallEnded:
		if f.Why == incident.CallOvertaken {
			return "Command " + f.Command + " is not needed any more"
		}
		return "Command " + f.Command + " was not answered in time"
	}
	return lifecycleWords(f, s)
}

// StatusWords says what a status of OpenC2 means. OpenC2 Language Specification 1.0, 3.3.2.2
func StatusWords(status int64) string {
	switch {
	case status < 200:
		return "at work on it"
	case status < 300:
		return "done"
	}
	return "failed"
}
