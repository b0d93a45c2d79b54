// Package check is the store's room of that name. Store verifies and prints the record.
package check

import "tocsin/internal/store/streams"

// Store verifies and prints the record.
type Store struct {
	*streams.Streams
}
