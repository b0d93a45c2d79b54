package mailbox

import (
	"bytes"
	"compress/flate"
	"encoding/gob"
	"fmt"
	"io"
	"sync"
)

// blockSize is how many messages are packed together. Messages resemble each other, so that packed together they take a
// small part of the room: about half a kilobyte each instead of about ten.
const blockSize = 64

// box keeps messages: the latest as they are, the older ones packed in blocks of blockSize.
type box struct {
	capacity int // rounded down to whole blocks when it is reached

	mu      sync.Mutex
	blocks  [][]byte
	open    []Message // fewer than blockSize
	total   int       // ever received
	dropped int
	arrived chan struct{} // closed and replaced with every message
}

// put keeps a message. It packs a full block outside of nobody's way: once in blockSize messages, in a few milliseconds.
func (b *box) put(m Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.open) == blockSize {
		packed, err := pack(b.open)
		if err != nil {
			return err
		}
		b.blocks, b.open = append(b.blocks, packed), make([]Message, 0, blockSize)
	}
	if len(b.blocks)*blockSize+len(b.open) >= b.capacity && len(b.blocks) > 0 {
		b.blocks = b.blocks[1:]
		b.dropped += blockSize
	}
	b.total++
	m.Number = b.total
	b.open = append(b.open, m)
	close(b.arrived)
	b.arrived = make(chan struct{})
	return nil
}

// Count is how many messages are kept.
func (b *box) Count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.total - b.dropped
}

// Dropped is how many messages made room for later ones.
func (b *box) Dropped() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dropped
}

// Messages returns every message kept, oldest first. It is never nil.
func (b *box) Messages() []Message {
	out := []Message{}
	b.each(0, func(m Message) bool { out = append(out, m); return true })
	return out
}

// Latest returns at most limit messages, newest first, of those before the message with that number; 0 begins at the newest.
func (b *box) Latest(before, limit int) []Message {
	if before <= 0 || before > b.last() {
		before = b.last() + 1
	}
	var out []Message
	b.each(before-limit-1, func(m Message) bool {
		if m.Number < before {
			out = append(out, m)
		}
		return m.Number < before
	})
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// Message returns the message with a number, while it is kept.
func (b *box) Message(number int) (Message, bool) {
	return b.find(number-1, func(m Message) bool { return m.Number == number })
}

// Find returns the messages that want accepts, oldest first.
func (b *box) Find(want func(Message) bool) []Message {
	var out []Message
	b.each(0, func(m Message) bool {
		if want(m) {
			out = append(out, m)
		}
		return true
	})
	return out
}

// find returns the first message after number from that want accepts.
func (b *box) find(from int, want func(Message) bool) (found Message, ok bool) {
	b.each(from, func(m Message) bool {
		if want(m) {
			found, ok = m, true
		}
		return !ok
	})
	return found, ok
}

// last is the number of the newest message; 0 where there is none.
func (b *box) last() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.total
}

// next is closed when another message arrives.
func (b *box) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.arrived
}

// each calls f with every message after number from, oldest first, until f says no. Unpacking happens outside the lock.
func (b *box) each(from int, f func(Message) bool) {
	b.mu.Lock()
	number := b.dropped // of the last message before the block
	blocks, open := b.blocks, append([]Message(nil), b.open...)
	b.mu.Unlock()
	for _, packed := range blocks {
		if number += blockSize; number <= from {
			continue
		}
		list, err := unpack(packed)
		if err != nil {
			continue // packed by us in this process: cannot be damaged
		}
		for _, m := range list {
			if m.Number > from && !f(m) {
				return
			}
		}
	}
	for _, m := range open {
		if m.Number > from && !f(m) {
			return
		}
	}
}

func pack(list []Message) ([]byte, error) {
	var out bytes.Buffer
	z, err := flate.NewWriter(&out, flate.BestSpeed+2)
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	if err := gob.NewEncoder(z).Encode(list); err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	return bytes.Clone(out.Bytes()), nil
}

func unpack(packed []byte) (list []Message, err error) {
	r := flate.NewReader(bytes.NewReader(packed))
	defer r.Close()
	if err := gob.NewDecoder(io.LimitReader(r, 1<<30)).Decode(&list); err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	return list, nil
}
