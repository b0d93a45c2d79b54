package web_test

import (
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/paper"
	"tocsin/internal/sheet"
	"tocsin/internal/testkit/cells"
	"tocsin/internal/testkit/hostile"
)

// coursePages are what somebody reads of it; $N is the incident, $P the part, $K the restricted one, $E the ended one.
var coursePages = map[string][]string{
	"ma-coordinator": {"/", "/work", "/work?kind=duty", "/board", "/board?entity=ma-demo-rmv", "/actions?state=all", "/actions?state=completed", "/team", "/team/ma-state", "/team/ma-demo-rmv", "/incidents",
		"/incidents/$N/response", "/incidents/$N/lifecycle", "/incidents/$N/record", "/incidents/$N/lessons", "/incidents/$N/management", "/incidents/$P", "/incidents/$P/lifecycle", "/incidents/$P/record",
		"/incidents/$K", "/incidents/$K/management", "/incidents/$K/management/1", "/incidents/$E/lifecycle", "/incidents/$E/record"},
	"ma-lead": {"/work?kind=task&mine=1&show=200", "/work?kind=duty", "/actions?mine=1", "/team/ma-state", "/incidents/$N", "/incidents/$K/management"},
}

func (c *course) page(path string) string {
	return strings.NewReplacer("$N", c.number, "$P", c.part, "$K", c.kept, "$E", c.ended).Replace(path)
}

// read takes every page's structure and headers.
func (c *course) read() []shot {
	for _, person := range []string{"ma-coordinator", "ma-lead"} {
		c.be(person)
		for _, path := range coursePages[person] {
			a := c.get(c.page(path))
			if a.StatusCode != http.StatusOK {
				c.Fatalf("%s as %s: %d", path, person, a.StatusCode)
			}
			all := parse(c.T, a.body)
			for _, flaw := range flaws(all) {
				c.Errorf("%s: %s", path, flaw)
			}
			c.shots = append(c.shots, shot{person + " " + path, headersOf(a) + skeleton(all)})
		}
	}
	return c.shots
}

var element = regexp.MustCompile(`<[^>]*>`)

// letters are as many harmless texts.
func letters(texts []string) (out []string) {
	for i := range texts {
		out = append(out, fmt.Sprintf("A%d", i))
	}
	return out
}

// wordsOf is what a page says, without its elements.
func wordsOf(body string) string { return html.UnescapeString(element.ReplaceAllString(body, "")) }

// TestPeer_S01_HostileCourse: whatever people of whatever names write about a team, a course and a procedure, the pages have the same
// elements, attributes and headers as with harmless letters, and say each text as it was written.
func TestPeer_S01_HostileCourse(t *testing.T) {
	texts, short := lines(290), lines(195)
	c := onCourse(t, texts, short)
	calm := onCourse(t, letters(texts), letters(short))
	want, got := calm.read(), c.read()
	if len(want) != len(got) {
		t.Fatalf("%d answers, want %d", len(got), len(want))
	}
	for i, w := range want {
		if w.skeleton != got[i].skeleton {
			t.Errorf("hostile texts change %s:\n%s", w.address, firstDifference(w.skeleton, got[i].skeleton))
		}
	}
	c.be("ma-coordinator")
	for path, places := range map[string]int{"/team/ma-state": 2, "/actions?state=all": 2, "/incidents/$N/response": 13, "/incidents/$N/lifecycle": 2, "/incidents/$N/management": 8, "/incidents/$P": 2,
		"/incidents/$K/management": 8, "/incidents/$K/management/1": 7, "/incidents/$E/lifecycle": 2, "/incidents/$N/lessons": 28} {
		words := wordsOf(c.ok(c.page(path)))
		for _, text := range texts {
			if n := strings.Count(words, text); n < places {
				t.Errorf("%s says %q %d times, want %d", path, text, n, places)
			}
		}
	}
	words := wordsOf(c.ok(c.at + "/response"))
	for i, text := range texts {
		if i == 2 {
			continue // left out, and no longer told
		}
		if !strings.Contains(words, "Command for a machine (bash), not run from here: "+text) && !strings.Contains(words, "Condition: "+text) {
			t.Errorf("no task says how to do %q", text)
		}
	}
	words = wordsOf(c.ok("/team/ma-state"))
	for _, text := range short {
		if !strings.Contains(words, text) {
			t.Errorf("the team does not say %q", text)
		}
	}
	c.mentioned()
	c.mails(calm.real.Post.Taken())
	c.files()
	c.refusals()
}

// mentioned: who may see the incident is told, and what the page of the note says of it is words.
func (c *course) mentioned() {
	for number, want := range map[string]int{c.number: 5, c.kept: 2} { // of the restricted one the coordinator and the CISO are members
		c.be("ma-lead")
		page := c.ok("/incidents/" + number + "/investigation/notes")
		v, err := c.real.Notes(c.real.T.Context(), c.real.As("ma-lead"), number)
		c.must(err)
		if note := v.Notes[0]; len(note.Mentioned) != want || !slices.Contains(note.NotFound, "import") || !strings.Contains(wordsOf(page), "Told: "+strings.Join(note.Mentioned, "; ")) {
			c.Errorf("%s: told %q, not found %q", number, note.Mentioned, note.NotFound)
		}
		_, inside, _ := strings.Cut(page, `<div class="note">`)
		inside, _, _ = strings.Cut(inside, "</div>")
		for _, tag := range opened.FindAllStringSubmatch(inside, -1) {
			if !allowedOpening.MatchString(tag[1]) {
				c.Errorf("the note puts %s onto the page", tag[0])
			}
		}
		for _, flaw := range flaws(parse(c.T, page)) {
			if !strings.HasPrefix(flaw, `link to "http`) {
				c.Errorf("the notes: %s", flaw)
			}
		}
	}
}

// mails: whatever stands in the record, a mail has the same headers and the same elements, no name or text makes another of them, and of
// a restricted incident it says nothing but number and link.
func (c *course) mails(want []notify.Mail) {
	got := c.real.Post.Taken()
	if len(got) != len(want) || len(got) < 20 {
		c.Fatalf("%d mails, want %d", len(got), len(want))
	}
	named := 0
	for i, m := range got {
		w := want[i]
		if err := m.Check(); err != nil {
			c.Errorf("%q: %v", m.Subject, err)
		}
		if m.To.Email != w.To.Email || m.MessageID != w.MessageID || !maps.Equal(m.Headers, w.Headers) {
			c.Errorf("mail %d to %s has other headers: %v, want %v", i, m.To.Email, m.Headers, w.Headers)
		}
		if g, w := strings.Join(tags(m.HTML), "\n"), strings.Join(tags(w.HTML), "\n"); g != w {
			c.Errorf("%q has another structure: %s", m.Subject, firstDifference(w, g))
		}
		if strings.Contains(m.Subject, "you are mentioned") {
			named++
		}
		if i >= c.before && strings.Contains(m.Subject+m.Text, c.kept) {
			says := m.Subject + m.Text + html.UnescapeString(m.HTML)
			if n := slices.IndexFunc(hostile.Payloads(), func(p string) bool { return len(p) > 12 && strings.Contains(says, p) }); n >= 0 {
				c.Errorf("a mail about a restricted incident, %q to %s, says %q:\n%s", m.Subject, m.To.Email, hostile.Payloads()[n], m.Text)
			}
		}
	}
	if named != 7 {
		c.Errorf("%d were told that a note names them", named)
	}
}

// tags are the elements of a mail, with the names of their attributes.
func tags(body string) (out []string) {
	for _, tag := range element.FindAllString(body, -1) {
		out = append(out, regexp.MustCompile(`="[^"]*"`).ReplaceAllString(tag, ""))
	}
	return out
}

// files: what is handed out for other programs has the texts as they are, and runs in none.
func (c *course) files() {
	for _, path := range []string{"/actions/export?state=all", "/incidents/export?format=csv", "/incidents/export?format=tsv"} {
		a := c.get(path)
		comma := map[bool]rune{true: sheet.TSV, false: sheet.CSV}[strings.HasSuffix(path, "tsv")]
		rows, err := cells.Read(strings.NewReader(a.body), comma, 500)
		if err != nil || a.StatusCode != http.StatusOK {
			c.Errorf("%s: %d, %v", path, a.StatusCode, err)
			continue
		}
		found := map[string]bool{}
		for _, row := range rows {
			for _, cell := range row {
				found[cell] = true
				if !strings.Contains(a.body, `"`+strings.ReplaceAll(sheet.Guard(cell), `"`, `""`)+`"`) {
					c.Errorf("%s: %q is not guarded", path, cell)
				}
			}
		}
		for _, text := range append([]string{owner}, c.texts...) {
			if !found[text] && strings.HasPrefix(path, "/actions") {
				c.Errorf("%s: %q did not come back", path, text)
			}
		}
	}
	report := "/incidents/" + c.kept + "/management/1/report"
	var issued app.IssuedReport
	if err := json.Unmarshal([]byte(c.ok(report+".json")), &issued); err != nil || issued.KeptWhy != c.all || len(issued.Kept) == 0 {
		c.Errorf("the report as JSON: %v, %.100q", err, issued.KeptWhy)
	}
	v, err := c.real.IssuedReport(c.real.T.Context(), c.real.As("ma-coordinator"), c.kept, 1)
	c.must(err)
	if !slices.ContainsFunc(v.Paper().Blocks, func(b paper.Block) bool { p, ok := b.(paper.Para); return ok && strings.HasSuffix(p.Text, c.all) }) {
		c.Errorf("the paper does not say why it was kept from an office")
	}
	pdf := c.get(report + ".pdf")
	if d := pdf.Header.Get("Content-Disposition"); d != `attachment; filename="report-to-management-1.pdf"` || !strings.HasPrefix(pdf.body, "%PDF-1.7") {
		c.Errorf("the report as PDF: %q %.10q", d, pdf.body)
	}
	for _, active := range []string{"/JavaScript", "/JS", "/URI", "/Launch", "/OpenAction", "/AA", "/EmbeddedFile", "/SubmitForm"} {
		if regexp.MustCompile(regexp.QuoteMeta(active) + `[\s/<(\[]`).MatchString(pdf.body) {
			c.Errorf("the PDF has %s", active)
		}
	}
}

// refusals: a file that is none comes back as words, with the place of each fault in it, however long its names are.
func (c *course) refusals() {
	t, lead := c.real.T.Context(), c.real.As("ma-lead")
	number := c.file("malware", 1)
	c.must(c.real.StartResponse(t, lead, number, "", "Begun.", nil))
	c.be("ma-lead")
	for names := range slices.Chunk(append(hostile.Payloads(), strings.Repeat("x", 200<<10)), 40) {
		flow := map[string]any{}
		for _, name := range names {
			flow[name] = map[string]string{"type": "end"}
		}
		steps, err := json.Marshal(flow)
		c.must(err)
		file := strings.Replace(string(playbookOf(c.texts)), `"workflow":{`, `"workflow":{`+string(steps[1:len(steps)-1])+`,`, 1)
		a := c.bring(number, names[0], []byte(file))
		if a.StatusCode != http.StatusUnprocessableEntity || len(a.body) > 512<<10 {
			c.Errorf("%q: %d, %d bytes", names[0], a.StatusCode, len(a.body))
		}
		words := wordsOf(a.body)
		for _, name := range names {
			shown := strings.Map(func(r rune) rune {
				if !unicode.IsGraphic(r) {
					return unicode.ReplacementChar
				}
				return r
			}, name[:min(len(name), 90)])
			if !strings.Contains(words, "In the file, workflow."+shown) {
				c.Errorf("%.80q is not named as the place", name)
			}
		}
		for _, flaw := range flaws(parse(c.T, a.body)) {
			c.Errorf("the refusal of %q: %s", names[0], flaw)
		}
	}
	v, err := c.real.Response(t, lead, number)
	if c.must(err); len(v.Imports) != 0 || len(v.Tasks) != 0 {
		c.Errorf("something came in: %+v", v.Imports)
	}
	if err := c.real.ImportPlaybook(t, lead, number, "f", []byte(c.all)); fault.KindOf(err) != fault.KindInvalid {
		c.Errorf("texts as a file: %v", err)
	}
}
