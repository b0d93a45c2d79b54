package notify

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/fault"
)

func good() Mail {
	return Mail{MessageID: MessageID("m1", "a@example.gov", "tocsin.example.gov"), From: Address{"Tocsin", "tocsin@example.gov"},
		To: Address{"Ana", "ana@example.gov"}, Subject: "Incident 1: new report", Text: "hello\n", Date: instant("2026-11-21T00:00:00Z")}
}

func TestMailCheck(t *testing.T) {
	if err := good().Check(); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		field  string
		change func(*Mail)
	}{
		{"message_id", func(m *Mail) { m.MessageID = "x" }},
		{"message_id", func(m *Mail) { m.MessageID = "x@y>\r\nBcc: z" }},
		{"message_id", func(m *Mail) { m.MessageID = strings.Repeat("x", 300) + "@y" }},
		{"from", func(m *Mail) { m.From.Email = "" }},
		{"to", func(m *Mail) { m.To.Email = "a@example.gov, b@example.gov" }},
		{"to", func(m *Mail) { m.To.Email = "Ana <a@example.gov>" }},
		{"to", func(m *Mail) { m.To.Email = "a@example.gov\r\nRCPT TO:<b@example.gov>" }},
		{"to", func(m *Mail) { m.To.Email = `"a b"@example.gov` }},
		{"to", func(m *Mail) { m.To.Email = "a@[127.0.0.1]" }},
		{"to", func(m *Mail) { m.To.Email = strings.Repeat("a", 250) + "@example.gov" }},
		{"to", func(m *Mail) { m.To.Name = "Ana\r\nBcc: x@example.org" }},
		{"subject", func(m *Mail) { m.Subject = "" }},
		{"subject", func(m *Mail) { m.Subject = "a\r\nBcc: x" }},
		{"subject", func(m *Mail) { m.Subject = strings.Repeat("s", 500) }},
		{"text", func(m *Mail) { m.Text = "" }},
		{"date", func(m *Mail) { m.Date = time.Time{} }},
		{"headers", func(m *Mail) { m.Headers = map[string]string{"Bcc": "x@example.org"} }},
		{"headers.References", func(m *Mail) { m.Headers = map[string]string{"References": "<a@b>\r\nBcc: x"} }},
	}
	for _, c := range cases {
		m := good()
		c.change(&m)
		all := fault.All(m.Check())
		if len(all) != 1 || all[0].Field != c.field {
			t.Errorf("%+v: %v, want one fault in %s", m, m.Check(), c.field)
		}
	}
}

func TestNamesAreCleanedForCheck(t *testing.T) {
	for _, h := range hostile {
		m := good()
		m.To = NewAddress(h, " ana@example.gov ")
		m.Subject = Subject(Notice{Kind: AuthorityNotice, Incident: h, Entity: Party{Name: h}})
		m.Headers = Notice{Kind: Kind(h), Incident: h}.Headers(h)
		m.MessageID = MessageID(h, h, h)
		if err := m.Check(); err != nil {
			t.Errorf("%.40q: %v", h, err)
		}
	}
}

func TestMessageIDIsStableAndDistinct(t *testing.T) {
	a := MessageID("m1", "Ana@Example.gov", "H.example")
	if a != MessageID("m1", "ana@example.gov", "h.example") {
		t.Error("case of the recipient changes the id")
	}
	if a == MessageID("m1", "bob@example.gov", "h.example") || a == MessageID("m2", "ana@example.gov", "h.example") {
		t.Error("two messages share an id")
	}
	if !cleanID(ThreadID("7K3M", "h.example")) || !cleanID(MessageID("", "", "..")) {
		t.Error("not a message id")
	}
}

func TestHookPayloadIsThin(t *testing.T) {
	b, err := full(AuthorityNotice).Payload(instant("2026-11-21T23:04:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"type":"incident.authority_notice","timestamp":"2026-11-21T23:04:00Z","data":{"incident":"7K3M-92QD-X","filing":2,` +
		`"due":"2026-11-22T23:04:00Z","link":"https://tocsin.example.gov/incidents/7K3M-92QD-X","demonstration":true}}`
	if string(b) != want {
		t.Errorf("%s\nwant\n%s", b, want)
	}
	if !json.Valid(b) || HookID("0190-ab.c/d") != "msg_0190-ab_c_d" {
		t.Error(HookID("0190-ab.c/d"))
	}
}
