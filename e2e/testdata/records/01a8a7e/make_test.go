package app_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
	"tocsin/internal/store"
	"tocsin/internal/testkit"
	pgtest "tocsin/internal/testkit/pg"
)

var recordDir = flag.String("record", "", "folder to make the record in")

const incidents = 200

// TestMakeRecord makes a record in each engine: the stories of the other tests, which together lead to nearly every kind of fact, and
// then more incidents of seeded variety. It fails where a kind of fact is missing.
func TestMakeRecord(t *testing.T) {
	if *recordDir == "" {
		t.Skip("no -record")
	}
	check(t, os.MkdirAll(*recordDir, 0o755))
	t.Run("sqlite", func(t *testing.T) {
		dsn := testkit.Fresh(t)
		h := testkit.StartOn(t, dsn)
		fill(t, h)
		describe(t, h, "sqlite")
		check(t, h.Record.Close())
		db, err := sql.Open("sqlite", strings.TrimPrefix(dsn, "sqlite:"))
		check(t, err)
		_, err = db.Exec("VACUUM INTO ?", filepath.Join(*recordDir, "sqlite.db"))
		check(t, err)
		check(t, db.Close())
	})
	t.Run("postgres", func(t *testing.T) {
		dsn := pgtest.DatabaseFrom(t, "demo", testkit.Prepare)
		h := testkit.StartOn(t, dsn)
		fill(t, h)
		describe(t, h, "postgres")
		out, err := exec.Command("pg_dump", "--no-owner", "--no-privileges", "--no-comments", "--rows-per-insert=100", dsn).Output()
		check(t, err)
		var kept []byte
		for line := range bytes.Lines(out) { // what only psql reads is left out
			if !bytes.HasPrefix(line, []byte(`\restrict`)) && !bytes.HasPrefix(line, []byte(`\unrestrict`)) {
				kept = append(kept, line...)
			}
		}
		check(t, os.WriteFile(filepath.Join(*recordDir, "postgres.sql"), kept, 0o644))
	})
}

// fill makes the record.
func fill(t *testing.T, h *testkit.Harness) {
	story(t, h)
	designationStory(t, h)
	policyStory(t, h)
	tellingStory(t, h)
	teamStory(t, h)
	teamMailStory(t, h)
	courseStory(t, h)
	check(t, h.ValidateResults(ctx, h.As("ma-coordinator"), ended(t, h), "Saw it."))
	sequence(t, h)
	m := maker{t: t, h: h, rand: rand.New(rand.NewPCG(12, 200))}
	tried := map[string]bool{}
	h.Post.Answer = func(mail notify.Mail) notify.Outcome {
		sum := sha256.Sum256([]byte(mail.MessageID))
		first := !tried[mail.MessageID]
		tried[mail.MessageID] = true
		switch {
		case sum[0] < 8:
			return notify.Outcome{Kind: notify.Refused, Reply: "550 no such user"}
		case sum[0] < 24 && first:
			return notify.Outcome{Kind: notify.Deferred, Uncertain: sum[1] < 128, Reply: "451 later"}
		}
		return notify.Outcome{Kind: notify.Delivered}
	}
	for i := 0; count(t, h) < incidents; i++ {
		if i == 90 {
			p, err := h.ProposePack(ctx, h.As("ma-coordinator"), "us-ma", stricter(t, "2028.3"))
			check(t, err)
			check(t, h.EnactPack(ctx, h.As("ma-coordinator"), "us-ma", p, "", "Stricter from now on."))
		}
		m.one(i)
		h.Clock.Move(time.Duration(m.rand.IntN(3)) * time.Minute)
		if i >= 100 {
			continue // its messages wait in the queue
		}
		h.Deliver()
		if i%50 == 49 {
			h.Tick(5 * time.Hour)
			check(t, h.SettleLinks(ctx))
			check(t, h.SweepWork(ctx))
			check(t, h.SweepDesignations(ctx))
			check(t, h.SweepTeams(ctx))
			h.Deliver()
			sequence(t, h)
		}
	}
	check(t, h.SettleLinks(ctx))
	sequence(t, h)
	h.Sound()
	have := map[string]bool{}
	for _, e := range h.Entries() {
		have[e.Fact] = true
	}
	t.Logf("%d kinds of facts, of %d", len(have), len(h.Record.Registry.Names()))
	for _, name := range h.Record.Registry.Names() {
		if !have[name] {
			t.Errorf("no %s in the record", name)
		}
	}
	if n := count(t, h); n != incidents {
		t.Errorf("%d incidents", n)
	}
}

// sequence gives every entry its place in the tree, in several checkpoints.
func sequence(t *testing.T, h *testkit.Harness) {
	t.Helper()
	for n := 1; n > 0; {
		h.Sequence()
		check(t, h.Record.View(ctx, func(tx store.Tx) error { return store.One(ctx, tx, []any{&n}, "SELECT count(*) FROM unsequenced") }))
	}
}

func count(t *testing.T, h *testkit.Harness) (n int) {
	t.Helper()
	check(t, h.Record.View(ctx, func(tx store.Tx) error { return store.One(ctx, tx, []any{&n}, "SELECT count(*) FROM incident") }))
	return n
}

type maker struct {
	t    *testing.T
	h    *testkit.Harness
	rand *rand.Rand
	last map[string]string // an earlier incident of each entity
}

func pick[T any](m *maker, from ...T) T { return from[m.rand.IntN(len(from))] }

// said accepts what the rules refuse: that is how the record of a working day looks. The refusals are the same in each run.
func (m *maker) said(err error) {
	if err != nil {
		m.t.Log(err)
	}
}

// one is the life of one incident.
func (m *maker) one(i int) {
	h, entity := m.h, pick(m, "dmv", "caltrans", "dhcs", "cdph", "ftb", "rmv", "dph", "dta", "dor")
	state := "ca"
	if slices.Contains([]string{"rmv", "dph", "dta", "dor"}, entity) {
		state = "ma"
	}
	iso := h.As(state + "-" + entity + "-iso")
	at := h.Clock.Now()
	f := incident.Filing{Entity: state + "-demo-" + entity, Description: m.words(i),
		ActionsTaken: pick(m, "", "Cut off.", "The account is locked — “for now”."),
		DiscoveredAt: at.Add(-time.Duration(m.rand.IntN(3000)) * time.Minute).Format(time.RFC3339)}
	if state == "ca" {
		f.Categories = pick(m, []string{"equipment"}, []string{"unauth_access"}, []string{"state_data", "misuse"},
			[]string{"outage"}, []string{"criminal"}, nil)
		f.CrimeSuspected = pick(m, nil, ptr(true), ptr(false))
		f.OutageMinutes = pick(m, nil, ptr(int64(30)), ptr(int64(300)))
	} else {
		f.Categories = pick(m, []string{"malware"}, []string{"disclosure"}, []string{"dos", "probe"}, []string{"intrusion"}, nil)
		f.Impact = &incident.Impact{LiabilityUSD: pick(m, nil, ptr(int64(0)), ptr(int64(100_000)), ptr(int64(600_000)), ptr(int64(2_000_000))),
			HumanSafety: pick(m, nil, ptr(false), ptr(false), ptr(true)),
			AssetRating: pick(m, "", "low", "high", "critical"), InformationClass: pick(m, "", "public")}
		f.Management = &incident.Management{Location: pick(m, "", "Chelsea", "Worcester")}
	}
	if m.rand.IntN(2) == 0 {
		f.PersonalInformation = &incident.PersonalInformation{Involved: "yes", Types: []string{"ssn"},
			Residents: map[string]int64{strings.ToUpper(state): int64(m.rand.IntN(4000))}}
	}
	if m.rand.IntN(3) == 0 {
		f.Devices = []incident.Device{{Hostname: fmt.Sprintf("%s-web-%d", entity, i), Serial: fmt.Sprint("SN-", i),
			Encrypted: pick(m, nil, ptr(true), ptr(false))}}
	}
	a, err := h.File(ctx, iso, f, keyed(fmt.Sprint("made-", i)))
	check(m.t, err)
	if i < 100 {
		h.Deliver()
	}
	h.Clock.Move(time.Duration(m.rand.IntN(4)) * time.Minute)
	if state == "ca" {
		m.california(i, a.Incident, entity)
	} else {
		m.massachusetts(i, a.Incident, entity)
	}
	if m.rand.IntN(3) == 0 {
		more := incident.Filing{Entity: f.Entity, Kind: incident.Supplement, Incident: a.Incident, Description: "More is known: " + m.words(i)}
		_, err := h.File(ctx, iso, more, keyed(fmt.Sprint("more-", i)))
		m.said(err)
	}
	if m.rand.IntN(4) == 0 {
		_, err := h.Telephone(ctx, iso, incident.Telephone{Entity: f.Entity, Caller: "Dana Whitfield", Called: "The office",
			CalledAt: at.Format(time.RFC3339), Reference: fmt.Sprint("E-", i), Incident: a.Incident, Description: "By telephone"},
			keyed(fmt.Sprint("call-", i)))
		m.said(err)
	}
	if m.last == nil {
		m.last = map[string]string{}
	}
	if other := m.last[entity]; other != "" && m.rand.IntN(3) == 0 {
		link := app.LinkRequest{Relation: incident.Related, Other: other, Reason: "Alike."}
		m.said(h.LinkIncident(ctx, h.As(state+"-coordinator"), a.Incident, link))
	}
	m.last[entity] = a.Incident
	if i%40 == 11 {
		m.dispose(a.Incident)
	}
}

func (m *maker) words(i int) string {
	what := pick(m, "Laptop stolen", "Mailbox read by a stranger", "Host encrypted", "Letter to the wrong person", "Portal is down",
		"Zwetschgendatschi auf dem Server", "Ключ потерян", "<b>Defaced</b> & sold")
	return fmt.Sprintf("%s, %s. Case %d.", what,
		pick(m, "from a parked car", "over the weekend", "seen by the help desk", "at the vendor", "as the log shows"), i)
}

func (m *maker) california(i int, n, entity string) {
	h := m.h
	if m.rand.IntN(4) > 0 {
		m.said(h.Acknowledge(ctx, h.As("ca-ois-duty"), n, "ca-ois"))
	}
	if m.rand.IntN(3) == 0 {
		m.said(h.Ask(ctx, h.As("ca-ois-duty"), n, "ca-ois", "Was it encrypted?"))
		m.said(h.AnswerQuestion(ctx, h.As("ca-"+entity+"-iso"), n, "q1", "No."))
	}
	if entity == "dmv" && m.rand.IntN(4) == 0 {
		m.said(h.Restrict(ctx, h.As("ca-coordinator"), n, []string{"ca-dmv-counsel"}, "An insider."))
	}
	if m.rand.IntN(4) == 0 {
		iso := h.As("ca-" + entity + "-iso")
		m.said(h.AddAssets(ctx, iso, n, []app.AssetEntry{{Name: fmt.Sprint("WS-", i), Networks: []string{"Field"}}}))
		m.said(h.StepAsset(ctx, iso, n, "a1", app.AssetStep{Step: "isolated", How: "removed", Done: "Cables pulled."}))
	}
	if m.rand.IntN(5) == 0 {
		m.said(h.CloseTrack(ctx, h.As("ca-ois-duty"), n, "ca-ois", "Done."))
	}
}

func (m *maker) massachusetts(i int, n, entity string) {
	h, lead, coord := m.h, m.h.As("ma-lead"), m.h.As("ma-coordinator")
	if m.rand.IntN(3) > 0 {
		m.said(h.Acknowledge(ctx, h.As("ma-soc-duty"), n, "ma-soc"))
	}
	if m.rand.IntN(3) == 0 {
		m.said(h.Rate(ctx, coord, n, pick(m, policy.Low, policy.Medium, policy.High), "Looked into it."))
	}
	if m.rand.IntN(2) == 0 {
		m.said(h.StartResponse(ctx, lead, n, "", "Cut off.", []string{"ma-play-malware"}))
		m.said(h.TakeTask(ctx, lead, n, "t1", "ma-analyst"))
		m.said(h.FinishTask(ctx, h.As("ma-analyst"), n, "t1", "Done."))
		m.said(h.NoteInSection(ctx, h.As("ma-legal"), n, "legal", "Ask nobody outside."))
		if m.rand.IntN(2) == 0 {
			investigate(m.t, h, lead, n)
			asset := pick(m, "ma-rmv-registry", "ma-dph-immunization", "ma-dta-benefits")
			m.said(h.RecordEvents(ctx, lead, n, []app.EventInput{{At: h.Clock.Now(), Description: "A log was read", Assets: []string{asset}}}))
			m.said(h.SightIndicator(ctx, lead, n, "i1", h.Clock.Now(), "In its log.", []string{asset}))
		}
	}
	if entity == "rmv" && m.rand.IntN(2) == 0 {
		containmentStory(m.t, h, n)
	}
	if m.rand.IntN(5) == 0 {
		m.said(h.Mark(ctx, h.As("ma-ciso"), n, "confidential", "The press is asking."))
		m.said(h.Classify(ctx, coord, n, incident.ClassIncident, "It is one."))
		m.said(h.DraftUpdate(ctx, h.As("ma-communications"), n, "public", "Closed."))
		m.said(h.LogCommunication(ctx, lead, n, app.CommunicationLog{Channel: "telephone", Who: "us", Whom: "them", Summary: "That.",
			At: h.Clock.Now().Format(time.RFC3339)}))
	}
	if m.rand.IntN(6) == 0 {
		m.said(h.CloseIncident(ctx, coord, n, app.Closing{Outcome: incident.OutcomeResolved, Reason: "Rebuilt.",
			Seen: seen(m.t, h, coord, n)}))
	}
}

// dispose deletes the texts of the first filing; no command of the application does so yet.
func (m *maker) dispose(number string) {
	h := m.h
	stream, _, err := h.Record.Find(ctx, number)
	check(m.t, err)
	_, facts, err := h.Record.History(ctx, stream)
	check(m.t, err)
	var gone []ledger.Digest
	digests := slices.Sorted(maps.Values(facts[0].Texts))
	for _, hexed := range digests {
		d, err := ledger.ParseDigest(hexed)
		check(m.t, err)
		gone = append(gone, d)
	}
	env := incident.Env{Now: h.Clock.Now(), NewID: func() string { return "" }}
	_, err = h.Record.Update(ctx, stream, func(st incident.State) (ledger.Decision, error) {
		drafts, err := incident.Decide(st, incident.Dispose{Digests: digests, Basis: "records schedule 42"}, env)
		return ledger.Decision{At: env.Now, Actor: "person:records", Drafts: []ledger.Draft{{Fact: drafts[0].Fact}},
			Dispose: gone}, err
	})
	check(m.t, err)
}

type tableOf struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int      `json:"rows"`
	SHA256  string   `json:"sha256"`
}

type description struct {
	Incidents int       `json:"incidents"`
	Entries   int64     `json:"entries"`
	Streams   int64     `json:"streams"`
	Texts     int64     `json:"texts"`
	Disposed  int64     `json:"disposed"`
	Size      int64     `json:"size"`
	Root      string    `json:"root"`
	Tables    []tableOf `json:"tables"`
}

// describe writes down what the program says of the record: from its verification, and from its dump of the derived tables.
func describe(t *testing.T, h *testkit.Harness, engine string) {
	report, err := h.Record.Verify(ctx, store.VerifyOptions{Key: h.Public})
	check(t, err)
	if !report.Sound() {
		t.Fatal(report.Findings)
	}
	d := description{Incidents: count(t, h), Entries: report.Entries, Streams: report.Streams, Texts: report.Texts,
		Disposed: report.Disposed, Size: report.Size, Root: fmt.Sprint(report.Root)}
	for _, part := range strings.Split("\n"+dump(t, h), "\ntable ")[1:] {
		name, rows, _ := strings.Cut(part, "\n")
		var lines []string
		for line := range strings.Lines(rows) {
			lines = append(lines, strings.TrimSuffix(line, "\n")+"\n")
		}
		slices.Sort(lines)
		if len(lines) == 0 {
			t.Errorf("no row in %s", name)
		}
		sum := sha256.Sum256([]byte(strings.Join(lines, "")))
		d.Tables = append(d.Tables, tableOf{Name: name, Columns: columnsOf(t, h, name), Rows: len(lines), SHA256: hex.EncodeToString(sum[:])})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	check(t, e.Encode(d))
	check(t, os.WriteFile(filepath.Join(*recordDir, engine+".json"), b.Bytes(), 0o644))
	newest, err := h.Record.LatestCheckpoint(ctx)
	check(t, err)
	check(t, os.WriteFile(filepath.Join(*recordDir, engine+".checkpoint"), newest.Note, 0o644))
	_, public, err := ledger.GenerateKey(rand.NewChaCha8([32]byte{2}), "tocsin.test/record")
	check(t, err)
	check(t, os.WriteFile(filepath.Join(*recordDir, "ledger.pub"), []byte(public+"\n"), 0o644))
}

func columnsOf(t *testing.T, h *testkit.Harness, table string) (names []string) {
	t.Helper()
	q := "SELECT name FROM pragma_table_info('" + table + "') ORDER BY cid"
	if h.Record.Dialect().Name == "postgres" {
		q = "SELECT column_name::text FROM information_schema.columns WHERE table_name = '" + table + "' ORDER BY ordinal_position"
	}
	check(t, h.Record.View(ctx, func(tx store.Tx) error {
		return store.Each(ctx, tx, func(r store.Rows) error {
			var s string
			err := r.Scan(&s)
			if s != "docid" { // the place of a row in the full-text index: no part of what the facts give
				names = append(names, s)
			}
			return err
		}, q)
	}))
	return names
}
