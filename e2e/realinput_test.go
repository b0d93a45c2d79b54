package e2e

import (
	"maps"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestRealInput files every real case through the API of a demonstration and compares what came of it with counts made
// without the program.
func TestRealInput(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	data := realData(t)
	want, sample := expect(t, data)
	s := start(t, t.TempDir())
	out := load(t, s, data)
	for what, n := range want {
		kind, name, _ := strings.Cut(what, " ")
		if kind != "message" && kind != "filing" && out[what] != n {
			t.Errorf("%s %q: the program counts %d, the data has %d", kind, name, out[what], n)
		}
	}
	for what, n := range out {
		if _, ok := want[what]; !ok && !strings.HasPrefix(what, "total ") {
			t.Errorf("%s: the program counts %d, the data has none", what, n)
		}
	}
	if out["total filings"] != want["filing "] || out["total repeated"] != 0 {
		t.Errorf("%d filings of %d, %d messages repeated", out["total filings"], want["filing "], out["total repeated"])
	}
	s.everyMessageOnce(t, want)
	s.onlyTheseOweTheSample(t, sample)
	s.loadingAgainFilesNothing(t, data, out)
	s.stop()
	sound(t, s.dir)
	if out, err := tool(t, "rebuild", "--data", s.dir); err != nil {
		t.Fatalf("rebuild: %v\n%s", err, out)
	}
	sound(t, s.dir)
}

var (
	countLine = regexp.MustCompile(`(?m)^(category|rating|duty|track) +(\S+) +(\d+)$`)
	totals    = regexp.MustCompile(`(?m)^filings +(\d+) \(.*\)$|^messages +(\d+) in the mailbox, (\d+) of them more than once$`)
)

// load runs `tocsin demo load` and reads the counts that it prints.
func load(t *testing.T, s *server, data string) map[string]int {
	t.Helper()
	began := time.Now()
	out, err := tool(t, "demo", "load", "--data", s.dir, "--from", data)
	if err != nil {
		t.Fatalf("demo load: %v\n%s", err, out)
	}
	t.Logf("loaded in %v", time.Since(began).Round(time.Millisecond))
	counts := map[string]int{}
	for _, m := range countLine.FindAllStringSubmatch(out, -1) {
		counts[m[1]+" "+m[2]], _ = strconv.Atoi(m[3])
	}
	for _, m := range totals.FindAllStringSubmatch(out, -1) {
		for i, name := range []string{"filings", "messages", "repeated"} {
			if m[i+1] != "" {
				counts["total "+name], _ = strconv.Atoi(m[i+1])
			}
		}
	}
	return counts
}

// everyMessageOnce compares the mailbox with what the record owes, and both with the data.
func (s *server) everyMessageOnce(t *testing.T, want map[string]int) {
	t.Helper()
	s.quiet(t)
	kinds, owes := map[string]int{}, map[string]string{}
	for _, m := range owed(t, openRecord(t, s.dir)) {
		kinds["message "+m.Kind]++
		owes[m.MessageID] = m.To
	}
	total := 0
	for what, n := range want {
		if strings.HasPrefix(what, "message ") {
			total += n
			if kinds[what] != n {
				t.Errorf("%s: the record owes %d, the data calls for %d", what, kinds[what], n)
			}
			delete(kinds, what)
		}
	}
	if len(kinds) > 0 {
		t.Errorf("the record owes messages that the data does not call for: %v", kinds)
	}
	seen := map[string]int{}
	for _, m := range s.mails() {
		seen[m.MessageID]++
		if to := owes[m.MessageID]; len(m.To) != 1 || m.To[0] != to {
			t.Errorf("message %s went to %v, and is owed to %q", m.MessageID, m.To, to)
		}
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("message %s came %d times", id, n)
		}
	}
	if len(seen) != len(owes) || len(owes) != total {
		t.Errorf("%d different messages came, %d are owed, the data calls for %d", len(seen), len(owes), total)
	}
}

// onlyTheseOweTheSample checks the rule of more than 500 residents on each single filing, not only on the count.
func (s *server) onlyTheseOweTheSample(t *testing.T, sample map[string]bool) {
	t.Helper()
	row := regexp.MustCompile(`Source: .*, (?:row (\d+)|([0-9A-Za-z-]+))\.`)
	owing := map[string]bool{}
	for _, number := range s.numbers(t, "ca-coordinator") {
		v := s.incident(t, "ca-coordinator", number)
		said, _ := v.Filings[0].Content["description"].(string)
		m := row.FindStringSubmatch(said)
		if m == nil {
			t.Fatalf("incident %s does not say where it is from: %.80s", number, said)
		}
		if v.owes("ca-ag-sample") {
			owing[map[bool]string{true: "hhs-" + m[1], false: "vcdb-" + m[2]}[m[1] != ""]] = true
		}
	}
	if len(sample) == 0 || !maps.Equal(owing, sample) {
		t.Errorf("owe the sample: %v\nmust owe it:    %v", owing, sample)
	}
}

// numbers lists every incident that a person sees, page by page.
func (s *server) numbers(t testing.TB, person string) (all []string) {
	t.Helper()
	for cursor := ""; ; {
		var page struct {
			Incidents []struct{ Incident string }
			Next      string
		}
		if status, text := s.call(person, "GET", "/api/v1/incidents?limit=200&cursor="+cursor, nil, nil, &page); status != 200 {
			t.Fatalf("incidents: %d %s", status, text)
		}
		for _, row := range page.Incidents {
			all = append(all, row.Incident)
		}
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

func (s *server) loadingAgainFilesNothing(t *testing.T, data string, first map[string]int) {
	t.Helper()
	db := openRecord(t, s.dir)
	const entries = "SELECT count(*) FROM entry"
	before := number(t, db, entries)
	if again := load(t, s, data); !maps.Equal(again, first) {
		t.Errorf("loading a second time counts %v, not %v", again, first)
	}
	if after := number(t, db, entries); after != before {
		t.Errorf("loading a second time added %d entries", after-before)
	}
}
