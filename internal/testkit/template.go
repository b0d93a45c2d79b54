package testkit

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/store"
)

// Template is a record that is made once for all tests of a binary, and copied for each.
type Template struct {
	build   func(*Harness)
	mu      sync.Mutex
	content []byte
	clock   time.Time
	mails   []notify.Mail
}

// NewTemplate keeps how the record is made; the first test that starts on it makes it.
func NewTemplate(build func(*Harness)) *Template { return &Template{build: build} }

// Start opens the application on a copy, with the clock and the mails as building has left them.
func (m *Template) Start(t testing.TB) *Harness {
	t.Helper()
	m.make(t)
	path := filepath.Join(t.TempDir(), "record.db")
	if err := os.WriteFile(path, m.content, 0o600); err != nil {
		t.Fatal(err)
	}
	h := startAs(t, "sqlite:"+path, 128) // numbers that building has not drawn
	h.Clock.now, h.Post.Mails = m.clock, slices.Clone(m.mails)
	return h
}

func (m *Template) make(t testing.TB) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.content != nil {
		return
	}
	dsn := Fresh(t)
	h := StartOn(t, dsn)
	m.build(h)
	err := h.Record.Close()
	if err == nil {
		m.content, err = os.ReadFile(strings.TrimPrefix(dsn, "sqlite:"))
	}
	if err != nil {
		t.Fatal(err)
	}
	m.clock, m.mails = h.Clock.Now(), h.Post.Taken()
}

// Refuse makes the database fail: what does is asked before everything that is read (store.ToRead) or written (store.ToWrite), and
// its error is the answer. Nil ends that.
func (h *Harness) Refuse(does func(access string) error) {
	if does == nil {
		h.refuse.Store(nil)
		return
	}
	h.refuse.Store(&does)
}

// Down fails everything that is read or written with an error; nil ends that.
func (h *Harness) Down(err error) {
	h.Refuse(func(string) error { return err })
}

// OnWrite asks does before everything that is written; its error is the answer.
func (h *Harness) OnWrite(does func() error) {
	h.Refuse(func(access string) error {
		if access == store.ToWrite {
			return does()
		}
		return nil
	})
}

func (h *Harness) refused(access string) error {
	if does := h.refuse.Load(); does != nil {
		return (*does)(access)
	}
	return nil
}

// Session signs somebody in and answers the token.
func (h *Harness) Session(person string) string {
	h.T.Helper()
	token, err := h.SignInAs(context.Background(), person)
	if err != nil {
		h.T.Fatalf("sign in as %s: %v", person, err)
	}
	return token
}

// Key makes an API key of somebody, for some actions or for all.
func (h *Harness) Key(person string, actions ...access.Action) string {
	h.T.Helper()
	if actions == nil {
		actions = access.Actions
	}
	key, err := h.NewKey(context.Background(), person, "test", actions, time.Time{})
	if err != nil {
		h.T.Fatalf("key of %s: %v", person, err)
	}
	return key
}

// Filed files a report and answers the incident's number. A crime is suspected; change says what else is different.
func (h *Harness) Filed(person, entity, words string, change ...func(*incident.Filing)) string {
	h.T.Helper()
	yes := true
	f := incident.Filing{Entity: entity, Kind: incident.Initial, Description: words, CrimeSuspected: &yes}
	for _, c := range change {
		c(&f)
	}
	a, err := h.File(context.Background(), h.As(person), f, app.FileOptions{})
	if err != nil {
		h.T.Fatalf("%s files for %s: %v", person, entity, err)
	}
	return a.Incident
}

// Cases are incidents at different points, by their numbers. All but Massachusetts are of ca-demo-dmv, and filed by ca-dmv-iso.
type Cases struct {
	Filed         string // and nothing since; its mails were delivered
	Asked         string // by ca-chp-cciu, question q1 is open
	Acknowledged  string // by ca-ois
	Responding    string // led by ca-coordinator, by the playbook ca-play-every, with an affected asset
	Restricted    string // to ca-coordinator and ca-dmv-counsel
	Massachusetts string // filed by ma-rmv-iso for ma-demo-rmv
}

var (
	casesMade    Cases
	casesRecords = NewTemplate(func(h *Harness) { casesMade = h.makeCases() })
)

// StartWithCases opens the application on a record that holds the cases.
func StartWithCases(t testing.TB) (*Harness, Cases) {
	t.Helper()
	h := casesRecords.Start(t)
	return h, casesMade
}

func (h *Harness) makeCases() (c Cases) {
	ctx := context.Background()
	must := func(err error) {
		h.T.Helper()
		if err != nil {
			h.T.Fatal(err)
		}
	}
	c.Filed = h.Filed("ca-dmv-iso", "ca-demo-dmv", "A laptop is missing")
	c.Asked = h.Filed("ca-dmv-iso", "ca-demo-dmv", "The portal is defaced")
	c.Acknowledged = h.Filed("ca-dmv-iso", "ca-demo-dmv", "A phone was left in a taxi")
	c.Responding = h.Filed("ca-dmv-iso", "ca-demo-dmv", "Files are encrypted on two servers")
	c.Restricted = h.Filed("ca-dmv-iso", "ca-demo-dmv", "Records were sold by one of us")
	c.Massachusetts = h.Filed("ma-rmv-iso", "ma-demo-rmv", "A letter went to the wrong house")
	h.Deliver()
	must(h.Ask(ctx, h.As("ca-cciu-investigator"), c.Asked, "ca-chp-cciu", "Who had the key?"))
	must(h.Acknowledge(ctx, h.As("ca-ois-duty"), c.Acknowledged, "ca-ois"))
	coordinator := h.As("ca-coordinator")
	must(h.StartResponse(ctx, coordinator, c.Responding, "ca-coordinator", "The servers were cut off", []string{"ca-play-every"}))
	must(h.AddAssets(ctx, coordinator, c.Responding, []app.AssetEntry{{Name: "File server 4", Kind: "server"}}))
	must(h.Restrict(ctx, coordinator, c.Restricted, []string{"beatriz.almeida@dmv.ca.example"}, "One of us is suspected"))
	h.Deliver()
	h.Sequence()
	return c
}
