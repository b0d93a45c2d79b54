package work

import "context"

// Reporter puts the reports whose turn has come into the queue.
type Reporter interface {
	SendReports(ctx context.Context) error
}

// Report lets the reports be sent that are due.
func Report(r Reporter) func(context.Context, int64) (bool, error) {
	return func(ctx context.Context, _ int64) (bool, error) { return false, r.SendReports(ctx) }
}
