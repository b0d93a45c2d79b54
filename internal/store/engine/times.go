package engine

import (
	"time"
)

// FromMicro returns the time of microseconds since 1970, the zero time for 0.
func FromMicro(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
