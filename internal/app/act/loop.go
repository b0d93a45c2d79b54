package act

import (
	"context"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/ledger"
)

// RunAs runs a command of a work loop on a stream; log holds the delivery attempts that caused it.
func (a *Kernel) RunAs(ctx context.Context, stream, loop string, c incident.Command, log []ledger.Attempt) error {
	by := access.System(loop)
	_, err := a.Record.Update(ctx, stream, func(st incident.State) (ledger.Decision, error) {
		s, err := a.SettingFor(ctx, st.Entity)
		if err != nil {
			return ledger.Decision{}, err
		}
		drafts, err := incident.Decide(st, c, a.Env(s, by))
		d := a.Decision(s, by, drafts, nil)
		d.Log = log
		return d, err
	})
	if err == nil {
		a.Committed()
	}
	return err
}
