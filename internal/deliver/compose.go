package deliver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	netmail "net/mail"

	"github.com/wneessen/go-mail"

	"tocsin/internal/domain/notify"
)

// compose writes a message in its final form. The same message gives the same bytes every time, so that a second copy is
// recognisable down to the last byte. It is composed before DATA: a failure in the middle could otherwise end as a
// truncated message that looks complete.
func compose(m notify.Mail) ([]byte, error) {
	sum := sha256.Sum256([]byte(m.MessageID))
	msg := mail.NewMsg(mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingQP),
		mail.WithBoundary("tocsin-"+hex.EncodeToString(sum[:12])), mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&netmail.Address{Name: m.From.Name, Address: m.From.Email})
	msg.ToMailAddress(&netmail.Address{Name: m.To.Name, Address: m.To.Email})
	msg.SetMessageIDWithValue(m.MessageID)
	msg.SetDateWithValue(m.Date)
	msg.Subject(m.Subject)
	// Nobody's holiday notice shall answer us, and no other system's answer shall start a loop. RFC 3834
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	for name, value := range m.Headers {
		msg.SetGenHeader(mail.Header(name), value)
	}
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("message %s could not be composed: %w", m.MessageID, err)
	}
	return b.Bytes(), nil
}
