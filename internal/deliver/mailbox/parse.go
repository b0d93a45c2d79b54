package mailbox

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"unicode/utf8"
)

// Bounds of what is parsed out of one message.
const (
	maxDepth = 4       // multiparts inside each other
	maxParts = 50      // parts looked at
	maxText  = 2 << 20 // bytes kept of each form
)

// parse reads the parts of a message that are shown. It never fails: what it cannot read it keeps as text.
func parse(raw []byte) Message {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Message{Text: utf8Text(raw)}
	}
	out := Message{
		From:      decodeHeader(m.Header.Get("From")),
		Subject:   decodeHeader(m.Header.Get("Subject")),
		MessageID: strings.Trim(m.Header.Get("Message-Id"), "<> \t"),
	}
	p := parser{left: maxParts}
	p.part(textproto.MIMEHeader(m.Header), m.Body, 0)
	out.Text, out.HTML = p.text, p.html
	return out
}

// parser collects the first plain text and the first HTML of a message.
type parser struct {
	left       int
	text, html string
}

func (p *parser) part(h textproto.MIMEHeader, body io.Reader, depth int) {
	if p.left--; p.left < 0 || depth > maxDepth {
		return
	}
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) || kind == "" {
		kind = "text/plain" // RFC 2045 5.2
	}
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		parts := multipart.NewReader(body, params["boundary"])
		for p.left > 0 {
			sub, err := parts.NextRawPart()
			if err != nil {
				return
			}
			p.part(sub.Header, sub, depth+1)
		}
		return
	}
	if strings.HasPrefix(h.Get("Content-Disposition"), "attachment") {
		return
	}
	switch {
	case kind == "text/plain" && p.text == "":
		p.text = text(h, body, params["charset"])
	case kind == "text/html" && p.html == "":
		p.html = text(h, body, params["charset"])
	}
}

// text decodes a part. Bytes that do not decode end it; what was read so far is kept.
func text(h textproto.MIMEHeader, body io.Reader, charset string) string {
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	b, _ := io.ReadAll(io.LimitReader(body, maxText))
	if strings.EqualFold(charset, "iso-8859-1") {
		return latin(b)
	}
	return utf8Text(b)
}

func latin(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return strings.ReplaceAll(string(r), "\r\n", "\n")
}

func utf8Text(b []byte) string {
	return strings.ReplaceAll(strings.ToValidUTF8(string(b[:min(len(b), maxText)]), "\uFFFD"), "\r\n", "\n")
}

// decodeHeader reads encoded words (RFC 2047); what it cannot read it leaves as it stands.
func decodeHeader(s string) string {
	d := mime.WordDecoder{}
	if out, err := d.DecodeHeader(s); err == nil {
		s = out
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
