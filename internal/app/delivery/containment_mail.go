package delivery

import (
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
)

// aboutAssets puts in the assets that a message is about, as they were when it became owed.
func (c *composer) aboutAssets(n *notify.Notice) {
	switch c.m.Kind {
	case incident.KindAssetAffected, incident.KindAssetIsolated, incident.KindAssetReturned, incident.KindAssetSettled, incident.KindContainmentFailed:
	default:
		return
	}
	n.Authority = ""
	for _, id := range strings.Fields(c.m.About) {
		if a, ok := c.st.Asset(id); ok {
			t := incident.ReadAssetText(c.texts[a.Text])
			n.Assets = append(n.Assets, notify.Affected{Name: t.Name, Kind: t.Kind, Rating: a.Rating, State: strings.ReplaceAll(a.State, "_", " "), Networks: t.Networks})
		}
	}
}

// toolCall writes the command that a tool is told. A tool must not learn of a restricted incident more than what to do: it gets neither
// number nor address, and a member records what came of it.
func (c *composer) toolCall() (act.Outgoing, error) {
	k, _ := c.st.Call(c.m.About)
	tool, ok := c.Tool(c.m.Tool)
	target := string(c.texts[k.Text])
	if !ok || target == "" {
		return act.Outgoing{}, fault.NotFound("the tool is not configured any more, or what it acts on was disposed of")
	}
	order := notify.Command{ID: c.m.ID, Action: k.Action, Kind: k.Target, Target: target, Until: time.UnixMicro(k.AnswerBy), Demonstration: c.Demo}
	if !c.sealed {
		order.Incident, order.Result = c.st.Number, c.BaseURL+"/api/v1/incidents/"+c.st.Number+"/containment/"+k.Command+"/result"
	}
	body, err := order.Payload()
	return act.Outgoing{Hook: &notify.Hook{ID: notify.HookID(c.m.ID), URL: tool.URL, Secret: tool.Secret, Payload: body}}, err
}
