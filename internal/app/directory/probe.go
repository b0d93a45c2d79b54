package directory

import (
	"tocsin/internal/domain/notify"
)

// TestView is a test message and what became of it.
type TestView struct {
	notify.Probe
	ByName  string
	Seconds int64 // until the receiving server took it, or so far
}
