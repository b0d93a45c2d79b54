package response

import (
	"tocsin/internal/api/serve"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// containmentRoutes are the routes of affected assets and containment tools. MA 6.6.3.2
func containmentRoutes() []serve.Route {
	const at = serve.OneIncident + "/containment"
	const asset = at + "/assets/{id}"
	return []serve.Route{
		serve.View(at, "containment", "The affected assets, and what was done about them", (*app.App).Containment),
		serve.Do(at+"/assets", "add-assets", access.Work, "Put assets on the list",
			func(c serve.Call, at serve.IncidentPath, v newAssets) error {
				return c.App.AddAssets(c, c.By, at.Number, v.Assets)
			}),
		serve.Do(asset+"/description", "describe-asset", access.Work, "Correct what is known of an asset",
			func(c serve.Call, at serve.NumberedPath, v app.AssetEntry) error {
				return c.App.DescribeAsset(c, c.By, at.Number, at.ID, v)
			}),
		serve.Do(asset+"/steps", "step-asset", access.Work, "Record a step of an asset",
			func(c serve.Call, at serve.NumberedPath, v app.AssetStep) error {
				return c.App.StepAsset(c, c.By, at.Number, at.ID, v)
			}),
		serve.Do(asset+"/statements", "state-for-return", access.Work, "State what a return to service needs",
			func(c serve.Call, at serve.NumberedPath, v forReturn) error {
				return c.App.StateForReturn(c, c.By, at.Number, at.ID, v.About, v.Statement)
			}),
		serve.Do(asset+"/commands", "order-tool", access.Contain, "Tell a containment tool to act on an asset",
			func(c serve.Call, at serve.NumberedPath, v app.ToolOrder) error {
				return c.App.OrderTool(c, c.By, at.Number, at.ID, v)
			}),
		serve.Do(at+"/{command}/result", "tool-result", access.Contain, "Say what became of a command, as the tool",
			func(c serve.Call, at CommandPath, v toolResult) error {
				return c.App.RecordResult(c, c.By, at.Number, at.Command, v.Status, v.Text)
			}),
	}
}

type (
	newAssets struct {
		Assets []app.AssetEntry `json:"assets" required:"true" minItems:"1" maxItems:"200" doc:"What is on the list already is left out."`
	}
	forReturn struct {
		About     string `json:"about" required:"true" enum:"source,changes,access,validated" doc:"What is stated; the coordinator validates."`
		Statement string `json:"statement" required:"true" maxLength:"20000"`
	}
	toolResult struct {
		Status int    `json:"status" required:"true" minimum:"102" maximum:"599" doc:"Status of an OpenC2 response: 102 while it runs, 200 for done, 4xx or 5xx for a failure."`
		Text   string `json:"status_text,omitempty" maxLength:"20000" doc:"What the tool says beside it."`
	}
)

// CommandPath names a command to a tool.
type CommandPath struct {
	serve.IncidentPath
	Command string `path:"command" maxLength:"64" doc:"Id of the command inside the incident."`
}
