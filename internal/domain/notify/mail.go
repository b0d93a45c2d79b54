package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"tocsin/internal/domain/fault"
)

// Address is a mail address with the name shown beside it. Name may be empty.
type Address struct {
	Name  string
	Email string
}

// Mail is one message to one recipient. A resend is the same Mail with the same MessageID and Date, so that the receiving
// side and a person can tell a second copy from a second message.
type Mail struct {
	MessageID string // without angle brackets; see MessageID
	From      Address
	To        Address // one recipient: results are per recipient
	Subject   string
	Text      string            // plain text, LF line ends; the primary form
	HTML      string            // the same content; empty for plain text only
	Headers   map[string]string // only names in AllowedHeaders
	Date      time.Time         // when the message was first owed, not when it is sent
}

// AllowedHeaders are the headers that a Mail may carry beyond those every mail has. Whatever else a caller asks for is an
// error, so that text from outside can never name a header.
var AllowedHeaders = []string{"In-Reply-To", "References", "Importance", "List-Id", "X-Tocsin-Incident", "X-Tocsin-Kind",
	"X-Tocsin-Message"}

const (
	maxAddress = 254 // RFC 5321 4.5.3.1.3, less the angle brackets
	maxHeader  = 400
	maxSubject = 180
	maxName    = 120
)

// Check says whether the message can be handed to a mail server as it stands. Errors are fault.Invalid.
func (m Mail) Check() error {
	var l fault.List
	if !cleanID(m.MessageID) {
		l = append(l, fault.Invalid("message_id", "is not of the form left@right", ""))
	}
	if err := m.From.check("from"); err != nil {
		l = append(l, err)
	}
	if err := m.To.check("to"); err != nil {
		l = append(l, err)
	}
	if m.Date.IsZero() {
		l = append(l, fault.Invalid("date", "is missing", ""))
	}
	if m.Subject == "" || m.Subject != line(m.Subject, maxSubject) {
		l = append(l, fault.Invalid("subject", "is empty, too long or not one clean line", ""))
	}
	if m.Text == "" {
		l = append(l, fault.Invalid("text", "is missing", ""))
	}
	for name, value := range m.Headers {
		if err := checkHeader(name, value); err != nil {
			l = append(l, err)
		}
	}
	return l.Err()
}

// check accepts an address that means to a mail server exactly what it means to us: no comments, no routes, no quoting.
func (a Address) check(field string) *fault.Error {
	p, err := mail.ParseAddress(a.Email)
	if err != nil || p.Address != a.Email || p.Name != "" || len(a.Email) > maxAddress ||
		strings.ContainsAny(a.Email, " \"<>(),:;\\[]") || line(a.Email, maxAddress) != a.Email {
		return fault.Invalid(field, "is not one plain mail address", "give it as name@host")
	}
	if a.Name != line(a.Name, maxName) {
		return fault.Invalid(field, "has a name that is not one clean line", "")
	}
	return nil
}

// ASCII says whether the address needs no internationalised mail (RFC 6531).
func (a Address) ASCII() bool {
	return strings.IndexFunc(a.Email, func(r rune) bool { return r > 0x7e }) < 0
}

func checkHeader(name, value string) *fault.Error {
	allowed := false
	for _, a := range AllowedHeaders {
		allowed = allowed || a == name
	}
	if !allowed {
		return fault.Invalid("headers", "has a name that is not allowed", "")
	}
	if value == "" || len(value) > maxHeader || strings.IndexFunc(value, func(r rune) bool { return r < ' ' || r > 0x7e }) >= 0 {
		return fault.Invalid("headers."+name, "is empty, too long or not printable ASCII", "")
	}
	return nil
}

// cleanID accepts a dot-atom on each side of one at sign (RFC 5322 3.6.4).
func cleanID(id string) bool {
	left, right, ok := strings.Cut(id, "@")
	return ok && len(id) <= 200 && dotAtom(left) && dotAtom(right)
}

func dotAtom(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_')
	}) < 0
}

// MessageID is the one stable Message-ID of a message and recipient, without angle brackets. host is a domain name of ours;
// what is not a letter, digit, dot or hyphen in it is left out.
func MessageID(message, recipient, host string) string {
	sum := sha256.Sum256([]byte(message + "\x00" + strings.ToLower(recipient)))
	return hex.EncodeToString(sum[:16]) + "@" + idHost(host)
}

// ThreadID is the Message-ID that all mails of an incident refer to, so that mail programs show them together. It is a
// digest: the number itself stands in the subject only.
func ThreadID(incident, host string) string {
	sum := sha256.Sum256([]byte("incident\x00" + incident))
	return "incident." + hex.EncodeToString(sum[:12]) + "@" + idHost(host)
}

func idHost(host string) string {
	host = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return -1
	}, host)
	host = strings.Trim(host, ".-")
	if !dotAtom(host) || len(host) > 120 {
		return "tocsin.invalid"
	}
	return strings.ToLower(host)
}

// NewAddress cleans a name so that the address passes Check where its Email does.
func NewAddress(name, email string) Address {
	return Address{Name: line(name, maxName), Email: strings.TrimSpace(email)}
}

// Headers are the extra headers of a notice's mail: what it is about and which thread it belongs to.
func (n Notice) Headers(host string) map[string]string {
	h := map[string]string{"X-Tocsin-Kind": asciiOnly(string(n.Kind))}
	if n.Incident != "" {
		h["X-Tocsin-Incident"] = asciiOnly(n.Incident)
		h["References"] = fmt.Sprintf("<%s>", ThreadID(n.Incident, host))
	}
	if LaneOf(n.Kind) <= LaneAlarm && n.Kind != Canary {
		h["Importance"] = "high"
	}
	return h
}

// asciiOnly keeps the printable ASCII of a token; a header value is never empty.
func asciiOnly(s string) string {
	s = strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r
		}
		return -1
	}, clip(s, 100))
	if s == "" {
		return "-"
	}
	return s
}
