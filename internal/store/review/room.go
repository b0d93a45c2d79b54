// Package review is the store's room of that name. Store keeps who gets the statistics by mail.
package review

import "tocsin/internal/store/streams"

// Store keeps who gets the statistics by mail.
type Store struct {
	*streams.Streams
}
