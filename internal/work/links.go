package work

import (
	"context"
	"errors"
)

// Linker gives the other side of links between incidents its fact, and tells those whom notes name, where a server stopped in between.
type Linker interface {
	SettleLinks(ctx context.Context) error
	SettleMentions(ctx context.Context) error
}

// Links settles once. A second time changes nothing.
func Links(l Linker) func(context.Context, int64) (bool, error) {
	return func(ctx context.Context, _ int64) (bool, error) {
		return false, errors.Join(l.SettleLinks(ctx), l.SettleMentions(ctx))
	}
}
