package webtest

import (
	"context"

	"tocsin/internal/domain/access"
)

// ImportPlaybook implements web.Courses.
func (f *Fake) ImportPlaybook(context.Context, access.Actor, string, string, []byte) error {
	return nil
}
