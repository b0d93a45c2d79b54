// Package operations is the store's room of that name. Store answers how queues, loops and the record stand.
package operations

import "tocsin/internal/store/streams"

// Store answers how queues, loops and the record stand.
type Store struct {
	*streams.Streams
}
