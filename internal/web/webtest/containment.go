package webtest

import (
	"context"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// The affected assets of every incident of the fake are the same ones, as far as the incident may be seen.

// Containment implements web.Containing.
func (f *Fake) Containment(ctx context.Context, by access.Actor, number string) (app.ContainmentView, error) {
	v, err := f.Incident(ctx, by, number)
	if err != nil {
		return app.ContainmentView{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	out := app.ContainmentView{Incident: v.Incident, CutOff: "MA 6.6.3.2", Marking: f.marking, Assets: append([]app.AssetView{}, f.assets...), MayWork: true, MayValidate: true, MayCall: true,
		People:    []app.PersonView{{ID: "ca-dmv-iso", Name: f.word("Dana Reyes")}},
		Accepters: []app.PersonView{{ID: "ca-dmv-iso", Name: f.word("Dana Reyes")}},
		Choices:   []app.AssetChoice{{ID: "kiosks", Name: f.word("Kiosks"), Rating: "medium", OwnerName: f.word("Pia")}}}
	if len(f.assets) > 1 {
		out.Tools = []app.ToolView{{ID: "edr", Name: f.word("Agents"), Actions: []string{"contain"}, Targets: []string{"device"}}}
	}
	for _, state := range incident.AssetStates {
		c := app.StateCount{State: state}
		for _, a := range f.assets {
			if a.State == state {
				c.Count++
			}
		}
		out.Counts = append(out.Counts, c)
	}
	return out, nil
}

// AddAssets implements web.Containing. An asset without a name is refused.
func (f *Fake) AddAssets(_ context.Context, _ access.Actor, _ string, entries []app.AssetEntry) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(entries) == 0 {
		return fault.Invalid("assets", "0 assets are named", "name one")
	}
	for i, e := range entries {
		if e.Name == "" && e.Directory == "" {
			return fault.Invalid("assets["+string(rune('0'+i))+"].name", "an asset has a name", "write it")
		}
	}
	at := f.now()
	for _, e := range entries {
		seconds := int64(5400)
		a := app.AssetView{ID: "a" + string(rune('1'+len(f.assets))), Name: f.word(e.Name), Kind: f.word(e.Kind), Rating: e.Rating, OwnerName: f.word("Pia"), State: "suspected", Since: at, AddedAt: at,
			AddedBy: f.word("Dana"), OnFor: &seconds, StandsOut: true, Networks: []app.NetworkView{{}},
			Next:  []app.NextView{{To: "isolated"}, {To: "cleaned", Explain: true}, {To: "cleared", Explain: true}},
			Calls: []app.CallView{{ID: "k1", ToolName: f.word("Agents"), Action: "contain", Target: f.word("ws-1"), Open: true, At: at, AnswerBy: at, Delivery: "owed"}}}
		for i, n := range e.Networks {
			if i == 0 {
				a.Networks = nil
			}
			a.Networks = append(a.Networks, app.NetworkView{Number: int64(i + 1), Name: f.word(n)})
		}
		for _, item := range incident.ReturnItems {
			a.Return = append(a.Return, app.ReturnView{About: item})
		}
		f.assets = append(f.assets, a)
	}
	return nil
}

// DescribeAsset implements web.Containing.
func (f *Fake) DescribeAsset(_ context.Context, _ access.Actor, _, asset string, e app.AssetEntry) error {
	return f.asset(asset, func(a *app.AssetView) error { a.Name = e.Name; return nil })
}

// StepAsset implements web.Containing. A step out of the usual order needs its reason.
func (f *Fake) StepAsset(_ context.Context, _ access.Actor, _, asset string, x app.AssetStep) error {
	return f.asset(asset, func(a *app.AssetView) error {
		at := time.Now()
		said := &app.StatementView{At: at, By: f.word("Dana Reyes"), Recorded: "Dana Reyes", Text: x.Done + x.Reason}
		for _, n := range a.Next {
			if n.To == x.Step && n.Explain && x.Reason == "" {
				return fault.Invalid("reason", "this step leaves the usual order", "say why")
			}
		}
		switch {
		case x.Step == app.StepAsked:
			a.Asked = said
			return nil
		case x.Step == app.StepInfeasible:
			a.Infeasible, a.StandsOut = said, false
			return nil
		case x.Done == "":
			return fault.Invalid("done", "say what was done", "write a sentence")
		}
		a.State, a.StandsOut = x.Step, false
		a.Steps = append(a.Steps, app.StepView{To: x.Step, At: at, By: f.word("Dana Reyes"), Recorded: "Dana Reyes", Done: x.Done, Why: x.Reason})
		a.Next = []app.NextView{{To: "suspected", Explain: true}, {To: "returned"}}
		return nil
	})
}

// StateForReturn implements web.Containing.
func (f *Fake) StateForReturn(_ context.Context, _ access.Actor, _, asset, about, statement string) error {
	return f.asset(asset, func(a *app.AssetView) error {
		for i := range a.Return {
			if a.Return[i].About == about {
				a.Return[i].Stated = &app.StatementView{At: time.Now(), By: f.word("Dana Reyes"), Text: statement}
			}
		}
		return nil
	})
}

// OrderTool implements web.Tooling.
func (f *Fake) OrderTool(_ context.Context, _ access.Actor, _, asset string, o app.ToolOrder) error {
	return f.asset(asset, func(*app.AssetView) error {
		if o.Target == "" {
			return fault.Invalid("target", "this is no host name", "write it")
		}
		return nil
	})
}

// RecordResult implements web.Tooling.
func (f *Fake) RecordResult(_ context.Context, _ access.Actor, _, command string, status int, words string) error {
	return f.asset("a1", func(a *app.AssetView) error {
		at := time.Now()
		c := &a.Calls[0]
		c.Open, c.Status, c.Words, c.Answer, c.AnsweredAt, c.AnsweredBy, c.ByHand = false, int64(status), "done", words, &at, command, true
		return nil
	})
}

func (f *Fake) asset(id string, change func(*app.AssetView) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.assets {
		if f.assets[i].ID == id {
			return change(&f.assets[i])
		}
	}
	return fault.NotFound("no such asset")
}
