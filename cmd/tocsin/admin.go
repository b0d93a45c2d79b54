package main

import "tocsin/internal/app"

// admin holds what the administrator's and the operator's pages stand on.
func (w *wiring) admin() app.Admin {
	return app.Admin{Registry: w.record, Probes: w.record}
}
