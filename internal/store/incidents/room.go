// Package incidents is the store's room of that name. Store keeps incidents and answers questions over all of them, as far as a reader may see.
package incidents

import "tocsin/internal/store/streams"

// Store keeps incidents and answers questions over all of them, as far as a reader may see.
type Store struct {
	*streams.Streams
	often often
}
