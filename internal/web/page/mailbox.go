package page

import (
	"context"
	"time"
)

// Mailbox is the built-in mail server of the demonstration: what it received, oldest first.
type Mailbox interface {
	Messages(ctx context.Context) ([]Mail, error)
}

// Mail is one message that the built-in mail server received. Text is its plain-text part.
type Mail struct {
	To         []string  `json:"to"`
	From       string    `json:"from"`
	Subject    string    `json:"subject"`
	MessageID  string    `json:"message_id"`
	ReceivedAt time.Time `json:"received_at"`
	Text       string    `json:"text"`
}
