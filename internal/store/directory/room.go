// Package directory is the store's room of that name. Store keeps the directory.
package directory

import "tocsin/internal/store/streams"

// Store keeps the directory.
type Store struct {
	*streams.Streams
}
