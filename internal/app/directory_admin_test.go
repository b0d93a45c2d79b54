package app_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/directory/sheet"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/testkit"
)

func TestDirectoryIsSeenByScope(t *testing.T) {
	h := testkit.Start(t)
	count := func(person string) (entities, authorities int) {
		tree, err := h.DirectoryTree(ctx, h.As(person), "")
		if err != nil {
			t.Fatal(err)
		}
		var walk func([]*app.EntityNode)
		walk = func(nodes []*app.EntityNode) {
			for _, n := range nodes {
				entities++
				walk(n.Below)
			}
		}
		walk(tree.Roots)
		return entities, len(tree.Authorities)
	}
	for person, want := range map[string][2]int{"ca-admin": {9, 4}, "ma-admin": {8, 4}, "ca-dmv-iso": {1, 4}, "ca-ois-duty": {0, 1}} {
		if e, a := count(person); e != want[0] || a != want[1] {
			t.Errorf("%s sees %d entities and %d authorities, want %v", person, e, a, want)
		}
	}
	// Denied looks exactly like absent.
	iso := h.As("ca-cdph-iso")
	for _, id := range []string{"ca-demo-dmv", "no-such"} {
		_, err := h.EntityPage(ctx, iso, id)
		_, err2 := h.PersonPage(ctx, iso, map[string]string{"ca-demo-dmv": "ca-dmv-iso", "no-such": "nobody"}[id])
		_, err3 := h.AuthorityPage(ctx, iso, map[string]string{"ca-demo-dmv": "ma-soc", "no-such": "nobody"}[id])
		for _, err := range []error{err, err2, err3} {
			if fault.KindOf(err) != fault.KindNotFound || err.Error() != "There is no such entry in the directory, or it is not for you." {
				t.Errorf("%s: %v", id, err)
			}
		}
	}
	tree, _ := h.DirectoryTree(ctx, iso, "dana")
	if len(tree.People) != 0 {
		t.Errorf("an outsider finds %v", tree.People)
	}
}

// What an ISO, an outsider and the administrator of another state may not do they cannot tell from what is not there.
func TestPeer_S08_AdministratorOfAPart(t *testing.T) {
	h := testkit.Start(t)
	person := func(id string, roles ...directory.Assignment) app.EntryEdit {
		return app.EntryEdit{New: true, Entry: app.Entry{Kind: directory.KindPerson, Person: directory.Person{ID: id, Name: "N", Entity: "ca-demo-dmv", Roles: roles}}}
	}
	for _, who := range []string{"ca-dmv-iso", "ca-coordinator", "ca-ois-duty"} {
		if err := h.SaveEntry(ctx, h.As(who), person("x")); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("%s adds a person: %v", who, err)
		}
	}
	if err := h.SaveEntry(ctx, h.As("ma-admin"), person("x")); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("the other state's administrator adds a person: %v", err)
	}
	admin := h.As("ca-admin")
	for name, e := range map[string]app.EntryEdit{
		"a role elsewhere":          person("x", directory.Assignment{Role: directory.Administrator, Entity: "ma-state"}),
		"an officer elsewhere":      person("x", directory.Assignment{Role: directory.AuthorityOfficer, Authority: "ma-soc"}),
		"a second root":             {New: true, Entry: app.Entry{Kind: directory.KindEntity, Entity: directory.Entity{ID: "r", Name: "R", Pack: "us-ca"}}},
		"an unknown pack":           {New: true, Entry: app.Entry{Kind: directory.KindEntity, Entity: directory.Entity{ID: "r", Name: "R", Parent: "ca-state", Pack: "none"}}},
		"a hook without a secret":   {New: true, Entry: app.Entry{Kind: directory.KindAuthority, Authority: directory.Authority{ID: "n", Name: "N", Email: "a@b.c", Webhook: "https://x.example/"}}},
		"a hook in the clear":       {New: true, Entry: app.Entry{Kind: directory.KindAuthority, Authority: directory.Authority{ID: "n", Name: "N", Email: "a@b.c", Webhook: "http://x.example/"}}},
		"an id that is in use":      {New: true, Entry: app.Entry{Kind: directory.KindEntity, Entity: directory.Entity{ID: "ca-demo-dmv", Name: "R", Parent: "ca-state"}}},
		"an id with a slash":        {New: true, Entry: app.Entry{Kind: directory.KindEntity, Entity: directory.Entity{ID: "a/b", Name: "R", Parent: "ca-state"}}},
		"an asset elsewhere":        {New: true, Entry: app.Entry{Kind: directory.KindAsset, Asset: directory.Asset{ID: "n", Name: "N", Entity: "ma-demo-dor", Rating: "low"}}},
		"an authority of the other": {New: true, Entry: app.Entry{Kind: directory.KindEntity, Entity: directory.Entity{ID: "n", Name: "N", Parent: "ma-state"}}},
	} {
		if err := h.SaveEntry(ctx, admin, e); fault.KindOf(err) != fault.KindInvalid || fault.All(err)[0].Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	// An agency's own administrator changes the agency, but not the rules that it is under, nor who administers it from above.
	if err := h.SaveEntry(ctx, admin, app.EntryEdit{New: true, Entry: app.Entry{Kind: directory.KindPerson, Person: directory.Person{ID: "dmv-admin", Name: "A",
		Entity: "ca-demo-dmv", Roles: []directory.Assignment{{Role: directory.Administrator, Entity: "ca-demo-dmv"}}}}}); err != nil {
		t.Fatal(err)
	}
	agency := h.As("dmv-admin")
	dmv, err := h.EntryForm(ctx, agency, directory.KindEntity, "ca-demo-dmv")
	if err != nil {
		t.Fatal(err)
	}
	change := app.EntryEdit{Entry: dmv.Entry, Stamp: dmv.Stamp}
	for name, edit := range map[string]func(*directory.Entity){
		"another pack":   func(e *directory.Entity) { e.Pack = "us-ma" },
		"another parent": func(e *directory.Entity) { e.Parent = "ca-demo-hhs" },
		"its own root":   func(e *directory.Entity) { e.Parent, e.Pack = "", "us-ca" },
	} {
		e := change
		edit(&e.Entity)
		if err := h.SaveEntry(ctx, agency, e); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	change.Entity.Address = "1 New Street"
	if err := h.SaveEntry(ctx, agency, change); err != nil {
		t.Errorf("its address: %v", err)
	}
	if err := h.SaveEntry(ctx, agency, person("y", directory.Assignment{Role: directory.ISO, Entity: "ca-state"})); fault.KindOf(err) != fault.KindInvalid {
		t.Errorf("a role above: %v", err)
	}
	f, err := h.EntryForm(ctx, admin, directory.KindPerson, "ca-admin")
	if err != nil {
		t.Fatal(err)
	}
	self := app.EntryEdit{Entry: f.Entry, Stamp: f.Stamp}
	self.Person.Roles = append(slices.Clone(self.Person.Roles), directory.Assignment{Role: directory.ISO, Entity: "ca-state"})
	if err := h.SaveEntry(ctx, admin, self); err == nil || !strings.Contains(err.Error(), "of their own") {
		t.Errorf("an administrator becomes a reader: %v", err)
	}
	if err := h.MarkGone(ctx, admin, "ca-admin", f.Stamp); err == nil {
		t.Error("the last administrator leaves")
	}
}

func TestEditsAreOptimistic(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		admin := h.As("ca-admin")
		f, err := h.EntryForm(ctx, admin, directory.KindPerson, "ca-dmv-reporter")
		if err != nil {
			t.Fatal(err)
		}
		mine := app.EntryEdit{Entry: f.Entry, Stamp: f.Stamp}
		mine.Person.Title = "First"
		if err := h.SaveEntry(ctx, admin, mine); err != nil {
			t.Fatal(err)
		}
		mine.Person.Title = "Second"
		if err := h.SaveEntry(ctx, admin, mine); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a form that lost: %v", err)
		}
		now, _ := h.PersonPage(ctx, admin, "ca-dmv-reporter")
		if now.Title != "First" {
			t.Errorf("the title is %q", now.Title)
		}
		edits, err := h.DirectoryHistory(ctx, admin)
		if err != nil || len(edits) != 2 || edits[0].Actor != "Rosalind Oyelaran" || edits[0].People != edits[1].People || edits[0].Digest == edits[1].Digest {
			t.Errorf("history: %+v, %v", edits, err)
		}
		if _, err := h.DirectoryHistory(ctx, h.As("ca-dmv-iso")); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("the history is read by anybody: %v", err)
		}
		// Nobody signs in any more once they are marked as gone.
		v, err := h.Leaving(ctx, admin, "ca-dmv-reporter")
		if err != nil {
			t.Fatal(err)
		}
		token, err := h.SignInAs(ctx, "ca-dmv-reporter")
		if err != nil {
			t.Fatal(err)
		}
		if err := h.MarkGone(ctx, admin, "ca-dmv-reporter", v.Stamp); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ActorForSession(ctx, token); err == nil {
			t.Error("somebody who left is still signed in")
		}
		h.Sequence()
		h.Sound()
	})
}

func TestLeavingSaysWhatIsOpen(t *testing.T) {
	h := testkit.Start(t)
	if _, err := h.File(ctx, h.As("ca-dmv-iso"), laptop(), keyed("a")); err != nil {
		t.Fatal(err)
	}
	v, err := h.Leaving(ctx, h.As("ca-admin"), "ca-dmv-iso")
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Alone) != 1 || v.Alone[0].Role != directory.ISO || len(v.Duties) == 0 {
		t.Errorf("alone %+v, duties %+v", v.Alone, v.Duties)
	}
	for _, who := range []string{"ca-dmv-iso", "ma-admin"} {
		if _, err := h.Leaving(ctx, h.As(who), "ca-dmv-iso"); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("%s may ask: %v", who, err)
		}
	}
}

func files(missing sheet.Missing, tables map[string]string) app.ImportFiles {
	in := app.ImportFiles{Missing: missing, Files: map[string][]byte{}}
	for name, text := range tables {
		in.Files[name] = []byte(text)
	}
	return in
}

func TestImportIsPreviewedAndConfirmed(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		admin := h.As("ca-admin")
		in := files(sheet.Keep, map[string]string{
			sheet.Entities: "id;name;parent\nca-demo-new;New Bureau;ca-demo-transport\n",
			sheet.People:   "id;name;email;entity\nca-new-iso;Zoë Ünal;zoe@new.ca.example;ca-demo-new\nca-dmv-cio;Priya V.;priya@dmv.ca.example;ca-demo-dmv\n",
			sheet.Roles:    "person;role;entity\nca-new-iso;iso;ca-demo-new\n",
		})
		v, err := h.PreviewImport(ctx, admin, in)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, c := range v.Changes {
			words = append(words, c.What+" "+c.ID)
		}
		if got := strings.Join(words, ", "); got != "added ca-demo-new, changed ca-dmv-cio, added ca-new-iso" {
			t.Errorf("changes: %s", got)
		}
		if len(v.Sight) == 0 || !slices.ContainsFunc(v.Sight, func(s app.SightChange) bool { return s.Person == "ca-new-iso" && len(s.Gained) == 1 }) {
			t.Errorf("sight: %+v", v.Sight)
		}
		if edits, _ := h.DirectoryHistory(ctx, admin); len(edits) != 1 {
			t.Fatal("a preview changed the directory")
		}
		// The directory moves on: the preview is no longer what would happen.
		if err := h.SaveEntry(ctx, h.As("ma-admin"), app.EntryEdit{New: true, Entry: app.Entry{Kind: directory.KindAsset,
			Asset: directory.Asset{ID: "m", Entity: "ma-demo-dor", Name: "M", Rating: "low"}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ApplyImport(ctx, admin, in, v.Stamp); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("an old preview is applied: %v", err)
		}
		if v, err = h.PreviewImport(ctx, admin, in); err != nil {
			t.Fatal(err)
		}
		if n, err := h.ApplyImport(ctx, admin, in, v.Stamp); err != nil || n != 3 {
			t.Fatalf("applied %d: %v", n, err)
		}
		again, err := h.PreviewImport(ctx, admin, in)
		if err != nil || len(again.Changes) != 0 {
			t.Errorf("a second time it changes %+v, %v", again.Changes, err)
		}
		if p, err := h.PersonPage(ctx, h.As("ca-admin"), "ca-new-iso"); err != nil || p.Name != "Zoë Ünal" || len(p.Held) != 1 {
			t.Errorf("%+v, %v", p, err)
		}
		h.Sequence()
		h.Sound()
	})
}

// The export of an administrator comes back without a difference, even where what is missing ends.
func TestExportImportsBack(t *testing.T) {
	h := testkit.Start(t)
	for _, who := range []string{"ca-admin", "ma-admin"} {
		in := app.ImportFiles{Missing: sheet.End, Files: map[string][]byte{}}
		for _, table := range sheet.Tables {
			data, err := h.ExportDirectory(ctx, h.As(who), table)
			if err != nil {
				t.Fatal(err)
			}
			in.Files[table] = data
		}
		v, err := h.PreviewImport(ctx, h.As(who), in)
		if err != nil || len(v.Changes) != 0 {
			t.Errorf("%s: %v, %+v", who, err, v.Changes)
		}
	}
	if _, err := h.ExportDirectory(ctx, h.As("ca-dmv-iso"), sheet.People); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("an ISO exports: %v", err)
	}
}

func TestImportRefusesWhatItMayNot(t *testing.T) {
	h := testkit.Start(t)
	if _, err := h.File(ctx, h.As("ca-dmv-iso"), laptop(), keyed("a")); err != nil {
		t.Fatal(err)
	}
	admin := h.As("ca-admin")
	for name, in := range map[string]app.ImportFiles{
		"nothing":               {},
		"a role elsewhere":      files(sheet.Keep, map[string]string{sheet.Roles: "person,role,entity\nca-dmv-cio,iso,ma-state"}),
		"a role of one's own":   files(sheet.Keep, map[string]string{sheet.Roles: "person,role,entity\nca-admin,iso,ca-state"}),
		"the last to go":        files(sheet.End, map[string]string{sheet.People: "id,name\nca-dmv-cio,Priya"}),
		"an entity with people": files(sheet.End, map[string]string{sheet.Entities: "id,name,pack\nca-state,State,us-ca"}),
		"a circle":              files(sheet.Keep, map[string]string{sheet.Entities: "id,name,parent\nca-demo-transport,T,ca-demo-dmv"}),
		"an unknown pack":       files(sheet.Keep, map[string]string{sheet.Entities: "id,name,pack\nca-demo-dmv,T,none"}),
	} {
		if _, err := h.PreviewImport(ctx, admin, in); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, who := range []string{"ca-dmv-iso", "ca-ois-duty"} {
		if _, err := h.PreviewImport(ctx, h.As(who), files(sheet.Keep, map[string]string{sheet.People: "id,name\nx,X"})); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("%s previews: %v", who, err)
		}
	}
	// An entity with incidents stays, even where nobody works or holds anything there any more.
	in, _, err := h.Record.ReadDirectory(ctx)
	if err != nil {
		t.Fatal(err)
	}
	in.Assets = nil
	in.People = slices.DeleteFunc(in.People, func(p directory.Person) bool { return strings.HasPrefix(p.ID, "ca-dmv") })
	if err := h.ImportDirectory(ctx, access.System("test"), in); err != nil {
		t.Fatal(err)
	}
	everything, err := h.ExportDirectory(ctx, admin, sheet.Entities)
	if err != nil {
		t.Fatal(err)
	}
	without := regexp.MustCompile(`"ca-demo-dmv"[^\r]*\r\n`).ReplaceAll(everything, nil)
	_, err = h.PreviewImport(ctx, admin, app.ImportFiles{Missing: sheet.End, Files: map[string][]byte{sheet.Entities: without}})
	if err == nil || !strings.Contains(err.Error(), "it has incidents") {
		t.Errorf("an entity with incidents is taken out: %v", err)
	}
}

func TestTestMessage(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		admin := h.As("ca-admin")
		h.Post.Answer = func(m notify.Mail) notify.Outcome {
			if m.To.Email == "breach@ag.ca.example" {
				return notify.NewOutcome(notify.Deferred, h.Clock.Now(), "451 greylisted")
			}
			return notify.NewOutcome(notify.Delivered, h.Clock.Now(), "250 ok")
		}
		if _, err := h.File(ctx, h.As("ca-dmv-iso"), laptop(), keyed("a")); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"ca-ois", "ca-ag"} {
			if err := h.SendTest(ctx, admin, id, app.ChannelMail); err != nil {
				t.Fatal(err)
			}
		}
		h.Deliver()
		mails := h.Post.Taken()
		test := slices.IndexFunc(mails, func(m notify.Mail) bool {
			return m.To.Email == "incidents@ois.ca.example" && m.Subject == "[DEMONSTRATION] TEST, nothing happened"
		})
		for i, m := range mails {
			if test < 0 || i > test && strings.Contains(m.Subject, "new report") {
				t.Errorf("the test (%d) went before %d: %s", test, i, m.Subject)
			}
		}
		for id, want := range map[string]notify.Result{"ca-ois": notify.Delivered, "ca-ag": notify.Deferred} {
			v, err := h.AuthorityPage(ctx, admin, id)
			if err != nil || len(v.Tests) != 1 || v.Tests[0].Outcome != want || v.Tests[0].ByName != "Rosalind Oyelaran" || v.Tests[0].Reply == "" {
				t.Errorf("%s: %+v, %v", id, v.Tests, err)
			}
		}
		if left, err := h.Record.Deliveries(ctx); err != nil || len(left) != 0 {
			t.Errorf("a test stays in the queue: %+v, %v", left, err)
		}
		h.Clock.Move(2 * time.Minute)
		if err := h.SendTest(ctx, admin, "ca-ois", app.ChannelWebhook); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("a channel that is not there: %v", err)
		}
		h.Sequence()
		h.Sound()
	})
}

// Whoever presses the button many times sends few mails, and nobody but an administrator sends any.
func TestPeer_S26_TestMessagesAreLimited(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		admin := h.As("ca-admin")
		sent := 0
		for range 3600 / 10 {
			for _, id := range []string{"ca-ois", "ca-chp-cciu"} {
				switch err := h.SendTest(ctx, admin, id, app.ChannelMail); {
				case err == nil:
					sent++
				case fault.KindOf(err) != fault.KindInvalid:
					t.Fatal(err)
				}
			}
			h.Clock.Move(10 * time.Second)
		}
		if sent > 31 || sent < 25 {
			t.Errorf("%d tests in an hour", sent)
		}
		for _, who := range []string{"ca-ois-duty", "ca-dmv-iso", "ma-admin"} {
			if err := h.SendTest(ctx, h.As(who), "ca-ois", app.ChannelMail); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s sends a test: %v", who, err)
			}
		}
		if err := h.SendTest(ctx, admin, "nobody", app.ChannelMail); fault.KindOf(err) != fault.KindNotFound {
			t.Error(err)
		}
	})
}
