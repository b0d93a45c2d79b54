// Package investigation is the store's room of that name. Store keeps what is found out about incidents, and the sections of Legal and Human Resources.
package investigation

import "tocsin/internal/store/streams"

// Store keeps what is found out about incidents, and the sections of Legal and Human Resources.
type Store struct {
	*streams.Streams
}
