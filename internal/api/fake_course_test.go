package api_test

import (
	"context"

	"tocsin/internal/domain/access"
)

func (f *fake) ImportPlaybook(_ context.Context, _ access.Actor, number, file string, data []byte) error {
	return f.did("ImportPlaybook", number, file, string(data))
}
