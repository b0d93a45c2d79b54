package api

import (
	"context"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// Containing takes what is done about affected assets, and shows them.
type Containing interface {
	Containment(ctx context.Context, by access.Actor, number string) (app.ContainmentView, error)
	AddAssets(ctx context.Context, by access.Actor, number string, entries []app.AssetEntry) error
	DescribeAsset(ctx context.Context, by access.Actor, number, asset string, e app.AssetEntry) error
	StepAsset(ctx context.Context, by access.Actor, number, asset string, x app.AssetStep) error
	StateForReturn(ctx context.Context, by access.Actor, number, asset, about, statement string) error
}

// Tooling tells containment tools to act, and takes their answers.
type Tooling interface {
	OrderTool(ctx context.Context, by access.Actor, number, asset string, o app.ToolOrder) error
	RecordResult(ctx context.Context, by access.Actor, number, command string, status int, words string) error
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
	IncidentPath
	Command string `path:"command" maxLength:"64" doc:"Id of the command inside the incident."`
}

type (
	newAssetsIn struct {
		IncidentPath
		Body body[newAssets]
	}
	describeIn struct {
		NumberedPath
		Body body[app.AssetEntry]
	}
	stepIn struct {
		NumberedPath
		Body body[app.AssetStep]
	}
	forReturnIn struct {
		NumberedPath
		Body body[forReturn]
	}
	orderIn struct {
		NumberedPath
		Body body[app.ToolOrder]
	}
	resultIn struct {
		CommandPath
		Body body[toolResult]
	}
)

// containmentRoutes are the routes of affected assets and containment tools. MA 6.6.3.2
func containmentRoutes() []route {
	at := one + "/containment"
	asset := at + "/assets/{id}"
	return []route{
		{Route{get, at, access.Read, "incident", "log"}, "containment", "The affected assets, and what was done about them", 200, noBody, nil, with((*server).containment)},
		{Route{post, at + "/assets", access.Work, "incident", "fact"}, "add-assets", "Put assets on the list", 204, needsBody, of[newAssets], with((*server).addAssets)},
		{Route{post, asset + "/description", access.Work, "incident", "fact"}, "describe-asset", "Correct what is known of an asset", 204, needsBody, of[app.AssetEntry], with((*server).describeAsset)},
		{Route{post, asset + "/steps", access.Work, "incident", "fact"}, "step-asset", "Record a step of an asset", 204, needsBody, of[app.AssetStep], with((*server).stepAsset)},
		{Route{post, asset + "/statements", access.Work, "incident", "fact"}, "state-for-return", "State what a return to service needs", 204, needsBody, of[forReturn], with((*server).stateForReturn)},
		{Route{post, asset + "/commands", access.Contain, "incident", "fact"}, "order-tool", "Tell a containment tool to act on an asset", 204, needsBody, of[app.ToolOrder], with((*server).orderTool)},
		{Route{post, at + "/{command}/result", access.Contain, "incident", "fact"}, "tool-result", "Say what became of a command, as the tool", 204, needsBody, of[toolResult], with((*server).toolResult)},
	}
}

func (s *server) containment(ctx context.Context, in *IncidentPath) (*reply[app.ContainmentView], error) {
	v, err := s.Containing.Containment(ctx, actorOf(ctx), in.Number)
	return &reply[app.ContainmentView]{v}, err
}

func (s *server) addAssets(ctx context.Context, in *newAssetsIn) (*nothing, error) {
	return done, s.Containing.AddAssets(ctx, actorOf(ctx), in.Number, in.Body.Value.Assets)
}

func (s *server) describeAsset(ctx context.Context, in *describeIn) (*nothing, error) {
	return done, s.Containing.DescribeAsset(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value)
}

func (s *server) stepAsset(ctx context.Context, in *stepIn) (*nothing, error) {
	return done, s.Containing.StepAsset(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value)
}

func (s *server) stateForReturn(ctx context.Context, in *forReturnIn) (*nothing, error) {
	return done, s.Containing.StateForReturn(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value.About, in.Body.Value.Statement)
}

func (s *server) orderTool(ctx context.Context, in *orderIn) (*nothing, error) {
	return done, s.Tooling.OrderTool(ctx, actorOf(ctx), in.Number, in.ID, in.Body.Value)
}

func (s *server) toolResult(ctx context.Context, in *resultIn) (*nothing, error) {
	return done, s.Tooling.RecordResult(ctx, actorOf(ctx), in.Number, in.Command, in.Body.Value.Status, in.Body.Value.Text)
}
