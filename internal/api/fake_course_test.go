package api_test

import (
	"context"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

func (f *fake) ImportPlaybook(_ context.Context, _ access.Actor, number, file string, data []byte) error {
	return f.did("ImportPlaybook", number, file, string(data))
}

func (f *fake) UnlinkIncident(_ context.Context, _ access.Actor, number string, u app.UnlinkRequest) error {
	return f.did("UnlinkIncident", number, u.Relation, u.Other, u.Reason)
}

func (f *fake) SplitIncident(_ context.Context, _ access.Actor, number string, r app.SplitRequest) (string, error) {
	return "7K2-9QX-4D", f.did("SplitIncident", number, r.What, r.Reason)
}
