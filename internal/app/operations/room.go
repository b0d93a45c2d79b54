// Package operations is the application's room of that name. Room shows an operator how queues, loops, stores and the ledger stand.
package operations

import (
	"tocsin/internal/app/act"
	"tocsin/internal/app/delivery"
)

// Room shows an operator how queues, loops, stores and the ledger stand.
type Room struct {
	*act.Kernel
	Delivery  *delivery.Room
	Probes    delivery.Probes
	Queues    Queues
	Gauges    Gauges
	Machine   func() Machine // what this process knows of itself; nil where there is none, as in tools
	Witnesses []string       // names of the witnesses of checkpoints, as the operator gave them
}
