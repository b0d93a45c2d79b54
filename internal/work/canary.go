package work

import "context"

// Canaries sends the next canary when its time has come.
type Canaries interface {
	RunCanary(ctx context.Context) error
}

// Sing lets the canary be sent and looked after.
func Sing(c Canaries) func(context.Context, int64) (bool, error) {
	return func(ctx context.Context, _ int64) (bool, error) { return false, c.RunCanary(ctx) }
}
