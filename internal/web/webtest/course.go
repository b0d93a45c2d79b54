package webtest

import (
	"context"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

// ImportPlaybook implements web.Courses.
func (f *Fake) ImportPlaybook(context.Context, access.Actor, string, string, []byte) error {
	return nil
}

// UnlinkIncident implements web.Courses.
func (f *Fake) UnlinkIncident(context.Context, access.Actor, string, app.UnlinkRequest) error {
	return nil
}

// SplitIncident implements web.Courses.
func (f *Fake) SplitIncident(_ context.Context, _ access.Actor, number string, _ app.SplitRequest) (string, error) {
	return number, nil
}
