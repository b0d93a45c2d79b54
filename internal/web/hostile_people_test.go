package web_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/calendar"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/intake"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/policy"
	"tocsin/internal/testkit"
	"tocsin/packs"
)

// line is a text as a field of one line takes it, which holds at most some bytes.
func line(text string, most int) string {
	text = strings.TrimSpace(strings.ToValidUTF8(oneLine(text)[:min(len(oneLine(text)), most)], ""))
	return text
}

// hostilePeople serves the pages of an application in which everybody and everything is called by the texts, in which the texts were
// written wherever a report, its answers and what surrounds them take any, and whose policy consists of them.
func hostilePeople(t *testing.T, texts []string) *harness {
	t.Helper()
	kit := record(0).Start(t)
	text := strings.Join(texts, " ")
	words := named(texts)
	pack := hostilePack(t, words)
	kit.Packs = func(id string) (*policy.Pack, bool) {
		if id == pack.ID {
			return pack, true
		}
		return testkit.Packs(id)
	}
	kit.Providers = providers{name: words()}
	hostileDirectory(kit, words)
	w := &writer{kit: kit, t: t, texts: texts, text: text}
	w.reports()
	w.surroundings()
	kit.Sequence()
	return startOn(t, kit)
}

// named answers names of one line out of the texts: the same each time where one name holds them all, else a numbered part of them, so
// that names sort alike whatever they say.
func named(texts []string) func() string {
	if len(texts) <= 20 {
		name := line(strings.Join(texts, " "), 900)
		return func() string { return name }
	}
	parts, n := handfulsOf(texts, 12), 0
	return func() string {
		n++
		return fmt.Sprintf("%03d %s", n, line(parts[n%len(parts)], 800))
	}
}

// hostileDirectory gives everybody and everything a name. It goes past the checks of an import, which bound a name.
func hostileDirectory(kit *testkit.Harness, words func() string) {
	kit.T.Helper()
	ctx := context.Background()
	in, version, err := kit.Record.ReadDirectory(ctx)
	if err != nil {
		kit.T.Fatal(err)
	}
	for i := range in.Entities {
		in.Entities[i].Name, in.Entities[i].Address = words(), words()
	}
	for i := range in.People {
		in.People[i].Name, in.People[i].Title, in.People[i].Phones = words(), words(), []string{words()}
	}
	for i := range in.Authorities {
		in.Authorities[i].Name, in.Authorities[i].Phone = words(), words()
	}
	for i := range in.Assets {
		in.Assets[i].Name = words()
	}
	if err := kit.Record.ReplaceDirectory(ctx, in, version, access.System("test").ID, kit.Clock.Now()); err != nil {
		kit.T.Fatal(err)
	}
	kit.Clock.Move(2 * time.Second) // the directory is looked at once a second
}

// The texts of a pack's file: on a line of their own, and inside of braces.
var (
	ownLine = regexp.MustCompile(`(?m)^( *(?:- )?(?:title|purpose|guide|help|to_label): )[^>|\n].*$`)
	inside  = regexp.MustCompile(`([{,] *(?:title|purpose|guide|help|to_label): )("(?:[^"\\]|\\.)*"|[^"\n,}][^\n,}]*)`)
)

// hostilePack is the policy of California with such words for every title, purpose and help.
func hostilePack(t *testing.T, words func() string) *policy.Pack {
	t.Helper()
	files := fstest.MapFS{}
	entries, err := packs.Files.ReadDir("us-ca")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		name := "us-ca/" + e.Name()
		source, err := packs.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, place := range []*regexp.Regexp{ownLine, inside} {
			source = place.ReplaceAllFunc(source, func(m []byte) []byte {
				return slices.Concat(place.FindSubmatch(m)[1], []byte(strconv.Quote(words())))
			})
		}
		files[name] = &fstest.MapFile{Data: source}
	}
	pack, err := policy.Load(files, "us-ca", packs.Load)
	if err != nil {
		t.Fatal(err)
	}
	return pack
}

// providers are ways to sign in that exist only by name.
type providers struct{ name string }

func (p providers) Providers() []access.Provider {
	officer := access.GroupRole{Group: "officers", Assignment: directory.Assignment{Role: directory.ISO, Entity: "ca-demo-dmv"}}
	return []access.Provider{{ID: "state", Name: p.name, Rules: []access.GroupRole{officer}}, {ID: "broken", Name: p.name}}
}

func (p providers) Address(_ context.Context, provider string, ask access.SignInRequest) (string, error) {
	switch provider {
	case "state":
		return "https://login.state.test/authorize?state=" + ask.State, nil
	case "broken":
		return "", fmt.Errorf("%w: refused", access.ErrUnreachable)
	}
	return "", errNoProvider
}

func (p providers) Redeem(_ context.Context, _ string, _ access.SignInRequest, back access.SignInAnswer) (access.Identity, error) {
	if back.Code == "internal" {
		return access.Identity{}, errGone
	}
	return access.Identity{Issuer: "https://login.state.test", Subject: back.Code, Name: "Dana Whitfield", Groups: []string{"officers"}}, nil
}

// writer writes the texts as people do.
type writer struct {
	kit   *testkit.Harness
	t     *testing.T
	texts []string
	text  string
}

func (w *writer) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// reports files three incidents, with a question that is answered and one that is not, and a call.
func (w *writer) reports() {
	w.kit.Post.Answer = func(m notify.Mail) notify.Outcome {
		if m.To.Email == "breach@ag.ca.example" {
			return notify.NewOutcome(notify.Deferred, w.kit.Clock.Now(), "%s", w.text)
		}
		return notify.Outcome{Kind: notify.Delivered}
	}
	yes := true
	var devices []incident.Device
	for _, text := range w.texts {
		text = line(text, 900)
		devices = append(devices, incident.Device{MakeModel: text, Serial: text, AssetID: text, Location: text, Encrypted: &yes})
	}
	contact := &incident.Contact{Name: line(w.text, 900), Email: "dana.whitfield@dmv.ca.example", Phones: []string{line(w.text, 900)}, Address: w.text}
	ctx := w.t.Context()
	for i := range 3 {
		number := w.kit.Filed(iso, "ca-demo-dmv", w.text, func(f *incident.Filing) {
			f.ActionsTaken, f.Devices, f.Reporter, f.ISO, f.AlternateContact = w.text, devices, contact, contact, contact
			f.Categories, f.PersonalInformation = []string{"equipment"}, &incident.PersonalInformation{Involved: "yes", Types: []string{"ssn"}, Residents: map[string]int64{"CA": 612}}
		})
		w.kit.Deliver()
		if i > 0 {
			w.must(w.kit.Ask(ctx, w.kit.As(duty), number, "ca-ois", w.text))
		}
		if i == 2 {
			w.must(w.kit.AnswerQuestion(ctx, w.kit.As(iso), number, "q1", w.text))
			w.must(w.kit.Rate(ctx, w.kit.As(coordinator), number, policy.High, w.text))
			w.must(w.kit.Decline(ctx, w.kit.As(investigator), number, "ca-chp-cciu", w.text))
			w.must(w.kit.AssignAction(ctx, w.kit.As(coordinator), number, w.text, "", iso, w.kit.Clock.Now().Add(48*time.Hour)))
			w.must(w.kit.Mark(ctx, w.kit.As(coordinator), number, "confidential", w.text))
		}
		w.kit.Deliver()
	}
	_, err := w.kit.Telephone(ctx, w.kit.As(iso), incident.Telephone{Entity: "ca-demo-dmv", Caller: line(w.text, 900), Called: line(w.text, 900), Reference: line(w.text, 900), Description: w.text,
		CalledAt: w.kit.Clock.Now().Format(time.RFC3339)}, app.FileOptions{})
	w.must(err)
}

// surroundings are a restricted incident, tips, designations, keys, views, plans, and ways to sign in.
func (w *writer) surroundings() {
	ctx, kit := w.t.Context(), w.kit
	hidden := kit.Filed(iso, "ca-demo-dmv", w.text)
	w.must(kit.Restrict(ctx, kit.As(coordinator), hidden, []string{"gordon.sallis@dmv.ca.example"}, w.text))
	w.must(kit.BreakGlass(ctx, kit.As("ca-ciso"), hidden, w.text))
	for i, words := range handfulsOf(w.texts, 20) { // a tip is bounded
		form := kit.TipForm()
		kit.Clock.Move(time.Minute)
		_, err := kit.SendTip(ctx, form, fmt.Sprintf("192.0.2.%d", i), intake.Tip{Entity: "ca-demo-dmv", Words: words, Contact: line(words, 150)})
		w.must(err)
	}
	w.must(kit.DesignateReporter(ctx, kit.As("ca-dmv-head"), "ca-demo-dmv", app.DesignationRequest{Person: "ca-dmv-reporter", Letter: kit.Clock.Now().Format(time.DateOnly), Reference: line(w.text, 150)}))
	for _, person := range []string{iso, duty, coordinator} {
		by := kit.As(person)
		_, err := kit.MakeKey(ctx, by, app.KeyRequest{Label: line(w.text, 60), Scopes: []access.Action{access.Read}, Days: 30})
		w.must(err)
		w.must(kit.SaveView(ctx, by, incident.SavedView{Name: line(w.text, 60), Query: "level=high"}))
	}
	w.must(kit.AddReportPlan(ctx, kit.As(coordinator), app.PlanRequest{Role: string(directory.CISO), Entity: "ca-state", Cadence: calendar.Cadence{Every: "monthly", Day: 1, Hour: 8}}))
	device := testkit.NewAuthenticator(w.t)
	token := kit.Token(iso)
	v, err := kit.Invitation(ctx, token, "")
	w.must(err)
	_, err = kit.AcceptWithPasskey(ctx, token, line(w.text, 60), device.Make(v.PasskeyOffer))
	w.must(err)
	kit.Deliver()
}
