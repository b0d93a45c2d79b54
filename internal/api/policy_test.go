package api_test

import (
	"context"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/policy"
	"tocsin/packs"
)

// packView is a pack in force.
func (f *fake) packView() app.PackView {
	p, err := packs.Load("example-us-ca-matrix")
	if err != nil {
		panic(err)
	}
	return app.PackView{Pack: p, Roots: []string{"California"}, Now: at}
}

func (f *fake) PolicyPacks(context.Context, access.Actor) ([]app.PackView, error) {
	return []app.PackView{f.packView()}, f.did("PolicyPacks")
}

func (f *fake) PolicyHistory(_ context.Context, _ access.Actor, id string) (app.PackHistory, error) {
	return app.PackHistory{Pack: f.packView(), Versions: []app.VersionLine{{Version: "1", Digest: "d1", Shipped: true}}}, f.did("PolicyHistory", id)
}

func (f *fake) PolicyVersion(_ context.Context, _ access.Actor, id, digest string) (app.PackVersion, error) {
	return app.PackVersion{Pack: f.packView(), Line: app.VersionLine{Version: "1", Digest: digest}, Changes: []policy.Change{{Group: "g", Title: "t", What: policy.Added}}}, f.did("PolicyVersion", id, digest)
}

func (f *fake) ProposePack(_ context.Context, _ access.Actor, id string, files []policy.Upload) (string, error) {
	return "p1", f.did("ProposePack", id, files[0].Name)
}

func (f *fake) PreviewPack(_ context.Context, _ access.Actor, id, proposal, from string) (app.PolicyPreview, error) {
	due := at.Add(time.Hour)
	return app.PolicyPreview{Pack: f.packView(), From: at, Past: app.PastEffects{Looked: 1, Effects: []app.IncidentEffect{{Incident: "7K2-9QX-4D", ReceivedAt: at,
		Effect: policy.Effect{LevelWas: policy.Low, LevelIs: policy.High, Duties: []policy.DutyEffect{{What: "w", How: policy.Added, DueIs: &due}}}}}}}, f.did("PreviewPack", id, proposal, from)
}

func (f *fake) EnactPack(_ context.Context, _ access.Actor, id, proposal, from, reason string) error {
	return f.did("EnactPack", id, proposal, from, reason)
}

func (f *fake) DiscardProposal(_ context.Context, _ access.Actor, id, proposal string) error {
	return f.did("DiscardProposal", id, proposal)
}

func (f *fake) WithdrawPack(_ context.Context, _ access.Actor, id, digest, reason string) error {
	return f.did("WithdrawPack", id, digest, reason)
}
