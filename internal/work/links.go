package work

import "context"

// Linker gives the other side of links between incidents its fact, where a server stopped in between.
type Linker interface {
	SettleLinks(ctx context.Context) error
}

// Links settles once. A second time changes nothing.
func Links(l Linker) func(context.Context, int64) (bool, error) {
	return func(ctx context.Context, _ int64) (bool, error) { return false, l.SettleLinks(ctx) }
}
