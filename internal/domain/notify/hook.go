package notify

import (
	"encoding/json"
	"strings"
	"time"
)

// Hook is one webhook call to one target, in the Standard Webhooks form.
type Hook struct {
	ID      string // stable over attempts; the target's key against duplicates. No full stop: it is signed with stops between
	URL     string
	Secret  string // "whsec_" and base64; several, separated by spaces, while a secret is being changed
	Payload []byte
}

// hookBody is thin on purpose: the target fetches the rest with its own rights, so a leaked URL leaks no report.
type hookBody struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      hookData  `json:"data"`
}

type hookData struct {
	Incident      string     `json:"incident,omitempty"`
	Filing        int        `json:"filing,omitempty"`
	Due           *time.Time `json:"due,omitempty"`
	Link          string     `json:"link,omitempty"`
	Demonstration bool       `json:"demonstration,omitempty"`
}

// HookID turns a message id into a webhook id.
func HookID(message string) string {
	return "msg_" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, message)
}

// Payload is the body of the notice's webhook call: kind, number, due time and a link, whether confidential or not. at is
// when the cause happened; it stays the same over attempts.
func (n Notice) Payload(at time.Time) ([]byte, error) {
	b := hookBody{Type: "incident." + string(n.Kind), Timestamp: at.UTC(), Data: hookData{
		Incident: line(n.Incident, 60), Filing: n.Filing.Number, Link: webLink(n.Links.Incident), Demonstration: n.Demonstration,
	}}
	if due := n.firstDue(); !due.IsZero() {
		due = due.UTC()
		b.Data.Due = &due
	}
	return json.Marshal(b)
}
