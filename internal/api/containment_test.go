package api_test

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

func (f *fake) Containment(_ context.Context, _ access.Actor, number string) (app.ContainmentView, error) {
	return app.ContainmentView{Incident: number, Marking: "none", Assets: []app.AssetView{{ID: "a1", Name: "Kiosk", State: "suspected"}}}, f.did("Containment", number)
}

func (f *fake) AddAssets(_ context.Context, _ access.Actor, number string, entries []app.AssetEntry) error {
	return f.did("AddAssets", number, written(entries))
}

func (f *fake) DescribeAsset(_ context.Context, _ access.Actor, number, asset string, e app.AssetEntry) error {
	return f.did("DescribeAsset", number, asset, written(e))
}

func (f *fake) StepAsset(_ context.Context, _ access.Actor, number, asset string, x app.AssetStep) error {
	return f.did("StepAsset", number, asset, written(x))
}

func (f *fake) StateForReturn(_ context.Context, _ access.Actor, number, asset, about, statement string) error {
	return f.did("StateForReturn", number, asset, about, statement)
}

func (f *fake) OrderTool(_ context.Context, _ access.Actor, number, asset string, o app.ToolOrder) error {
	return f.did("OrderTool", number, asset, written(o))
}

func (f *fake) RecordResult(_ context.Context, _ access.Actor, number, command string, status int, words string) error {
	return f.did("RecordResult", number, command, strconv.Itoa(status), words)
}

func written(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// containmentActs are sound bodies with the call that each leads to.
var containmentActs = map[string]struct{ body, call string }{
	"/assets":                 {`{"assets":[{"name":"Kiosk","networks":["Field"]}]}`, `AddAssets 7K2-9QX-4D [{"name":"Kiosk","networks":["Field"]}]`},
	"/assets/{id}/steps":      {`{"step":"isolated","how":"removed","networks":[1],"done":"Cut."}`, `StepAsset 7K2-9QX-4D d1 {"step":"isolated","done":"Cut.","how":"removed","networks":[1]}`},
	"/assets/{id}/statements": {`{"about":"access","statement":"Clerks."}`, "StateForReturn 7K2-9QX-4D d1 access Clerks."},
	"/assets/{id}/commands":   {`{"tool":"edr","action":"contain","target_kind":"device","target":"ws-1"}`, `OrderTool 7K2-9QX-4D d1 {"tool":"edr","action":"contain","target_kind":"device","target":"ws-1"}`},
	"/{command}/result":       {`{"status":200,"status_text":"ok"}`, "RecordResult 7K2-9QX-4D k1 200 ok"},
}

const containmentAt = "/api/v1/incidents/{number}/containment"

func init() {
	for path, c := range containmentActs {
		bodies["POST "+containmentAt+path] = c.body
	}
	bodies["POST "+containmentAt+"/assets/{id}/description"] = `{"name":"Kiosk 4"}`
}

// Every act on an asset reaches its use case once, answers nothing, and needs what it is about.
func TestContainmentActs(t *testing.T) {
	for path, c := range containmentActs {
		f := &fake{}
		srv := serve(t, f)
		res, body := ask(t, srv, "POST", fill(containmentAt+path), c.body)
		if res.StatusCode != 204 || body != "" || !slices.Equal(f.calls, []string{c.call}) {
			t.Errorf("%s: %d %q %q", path, res.StatusCode, body, f.calls)
		}
		for _, wrong := range []string{`{}`, `{"stauts":200}`} {
			if res, body = ask(t, srv, "POST", fill(containmentAt+path), wrong); problemOf(t, res, body).Status != 422 || len(f.calls) != 1 {
				t.Errorf("%s with %s: %d %s", path, wrong, res.StatusCode, body)
			}
		}
	}
}
