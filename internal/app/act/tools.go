package act

import (
	"slices"

	"tocsin/internal/domain/incident"
)

// Tool returns the operator's tool of an id.
func (a *Kernel) Tool(id string) (incident.Tool, bool) {
	i := slices.IndexFunc(a.Tools, func(t incident.Tool) bool { return t.ID == id })
	if i < 0 {
		return incident.Tool{}, false
	}
	return a.Tools[i], true
}

// ToolName returns the name of a tool, or its id where the operator has taken it away.
func (a *Kernel) ToolName(id string) string {
	if t, ok := a.Tool(id); ok {
		return t.Name
	}
	return id
}
