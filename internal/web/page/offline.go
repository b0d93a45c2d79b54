package page

import (
	"sync"
	"time"

	"tocsin/internal/domain/policy"
)

// offlineTable keeps the answer that every browser asks for at every visit.
type offlineTable struct {
	Mu   sync.Mutex
	Made time.Time
	Body []byte
	All  []policy.Contact
}
