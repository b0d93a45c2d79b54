package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// address is one row of the access matrix, which is kept apart from the code.
type address struct{ edge, method, pattern, needs string }

// addresses lists every address of the program.
func addresses(t testing.TB) (all []address) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(), "internal", "archtest", "routes", "testdata", "access-matrix.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 4 && !strings.HasPrefix(line, "#") {
			all = append(all, address{f[0], f[1], f[2], f[3]})
		}
	}
	if len(all) < 40 {
		t.Fatalf("the access matrix has only %d rows", len(all))
	}
	return all
}

// open says that anybody may call it.
func (a address) open() bool { return a.needs == "-" || a.needs == "anyone" || a.needs == "link_held" }

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

// path fills the placeholders of a pattern; what is not given becomes "1".
func (a address) path(values map[string]string) string {
	return placeholder.ReplaceAllStringFunc(a.pattern, func(p string) string {
		name := strings.Trim(p, "{}.")
		if name == "$" {
			return ""
		}
		if v := values[name]; v != "" {
			return v
		}
		return "1"
	})
}

// visitor calls addresses as one person or as nobody: pages with a session, the API with a key.
type visitor struct {
	s     *server
	key   string
	pages *http.Client
}

func (s *server) visitor(t *testing.T, person string) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := visitor{s: s, pages: &http.Client{Jar: jar, Timeout: 20 * time.Second}}
	if person != "" {
		v.key, v.pages = s.key(person), s.browser(t, person)
	}
	v.pages.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return v
}

// keyForAll makes a key that names every action: one without names gives less.
func (s *server) keyForAll(t *testing.T, person string) string {
	t.Helper()
	out, err := tool(t, "key", "add", "--person", person, "--data", s.dir,
		"--scopes", "read,file,rate,discharge,respond,reply,triage,restrict,break,review,work,contain,operate,administer,invite")
	key, _, _ := strings.Cut(out, "\n")
	if err != nil || !strings.HasPrefix(key, "tocsin_") {
		t.Fatalf("%v\n%s", err, out)
	}
	return key
}

// call sends one request to an address and reads the answer.
func (v visitor) call(t *testing.T, a address, at, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(a.method, v.s.url+at, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	client := v.pages
	if a.edge == "api" {
		client = &http.Client{Timeout: 20 * time.Second, CheckRedirect: v.pages.CheckRedirect}
		if v.key != "" {
			req.Header.Set("Authorization", "Bearer "+v.key)
		}
	}
	if a.edge == "web" {
		req.Header.Set("Origin", v.s.url)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if body != "" {
		req.Header.Set("Content-Type", map[bool]string{true: "application/json", false: "application/x-www-form-urlencoded"}[a.edge == "api"])
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", a.method, at, err)
	}
	return res, read(t, res)
}

// sample is a body that an act takes, so that it gets as far as the question who may do it.
func (a address) sample() string {
	if a.method == http.MethodGet {
		return ""
	}
	if a.edge == "web" {
		if _, end, _ := strings.Cut(a.pattern, "{number}/"); webSamples[end] != "" {
			return webSamples[end]
		}
		return webSamples[path.Base(a.pattern)]
	}
	if _, end, _ := strings.Cut(a.pattern, "{number}/"); apiSamples[end] != "" {
		return apiSamples[end]
	}
	switch path.Base(a.pattern) {
	case "response":
		return `{"begun":"x"}`
	case "handover":
		return `{"lead":"ma-lead","state_of_play":"x"}`
	case "playbooks":
		return `{"playbook":"ca-play-every"}`
	case "tasks":
		return `{"what":"x","aim":"evidence","role":"ir_lead"}`
	case "management", "approve", "drop", "send":
		return `{}`
	case "assessment":
		return `{"item":"location","value":"x"}`
	case "await":
		return `{"item":"location","role":"iso"}`
	case "marking":
		return `{"marking":"confidential","reason":"x"}`
	case "updates":
		return `{"audience":"public","text":"x"}`
	case "revise":
		return `{"text":"x"}`
	case "communications":
		return `{"channel":"telephone","at":"2026-06-18T10:00:00Z","who":"x","whom":"x","summary":"x"}`
	case "take", "assign":
		return `{"person":"ma-lead"}`
	case "members":
		return `{"member":"ma-lead"}`
	case "remove":
		return `{}`
	case "{id}":
		return `{"finding":"x"}`
	case "done":
		return `{"note":"x"}`
	}
	for part, body := range map[string]string{"/questions/": `{"answer":"x"}`, "/questions": `{"question":"x"}`,
		"/rating":               `{"level":"high","reason":"x"}`,
		"/post-incident-report": `{"required":true,"reason":"x"}`, "/discharge": `{"statement":"x"}`, "/acknowledge": `{}`} {
		if strings.Contains(a.pattern, part) && (part != "/questions" || strings.HasSuffix(a.pattern, part)) {
			return body
		}
	}
	return `{"reason":"x"}`
}

// facts is how much the record holds: entries and what is owed.
func facts(t *testing.T, dir string) string {
	t.Helper()
	db := openRecord(t, dir)
	return fmt.Sprint(number(t, db, "SELECT count(*) FROM entry WHERE stream LIKE 'incident/%'"),
		number(t, db, "SELECT count(*) FROM delivery"),
		number(t, db, "SELECT count(*) FROM directory_item"))
}

// settledDemo is a demonstration with one report of each state's, all mails out.
func settledDemo(t *testing.T) (s *server, number string) {
	t.Helper()
	s = start(t, t.TempDir())
	number = s.fileLaptop(t).Incident
	s.quiet(t)
	return s, number
}

// what differs from request to request by design.
var perRequest = regexp.MustCompile(
	`(?i)"(request_id|instance|reference)":"[^"]*"|data-now="[^"]*"|Reference[^<]*<[^>]*>[A-Z0-9]{8}|<time[^>]*>[^<]*</time>`)

func unnamed(text, number string) string {
	text = strings.ReplaceAll(text, strings.ReplaceAll(number, "-", ""), "N")
	return perRequest.ReplaceAllString(strings.ReplaceAll(text, number, "N"), "")
}

// TestPeer_S04_ForeignIDs: somebody else's incident answers like one that never was, on every address and for every part of
// it, and a part of another incident like one that never was in one's own.
func TestPeer_S04_ForeignIDs(t *testing.T) {
	t.Parallel()
	s, theirs := settledDemo(t)
	outsider, before := s.visitor(t, "ma-rmv-iso"), facts(t, s.dir)
	outsider.key = s.keyForAll(t, "ma-rmv-iso")
	never := "000-000-0000"
	for _, n := range []string{"222-222-2222", "333-333-3333", "ABC-DEF-GHJK"} {
		if _, text := s.call("ca-dmv-iso", "GET", "/api/v1/incidents/"+n, nil, nil, nil); !strings.Contains(text, "check character") {
			never = n
		}
	}
	never = wellFormed(t, s, theirs, never)
	for _, a := range addresses(t) {
		if !strings.Contains(a.pattern, "{number}") || a.open() {
			continue
		}
		values := func(number string) map[string]string {
			return map[string]string{"number": number, "filing": "1", "authority": "ca-ois", "id": "d1", "duty": "d1"}
		}
		gotRes, got := outsider.call(t, a, a.path(values(theirs)), a.sample())
		wantRes, want := outsider.call(t, a, a.path(values(never)), a.sample())
		if gotRes.StatusCode != wantRes.StatusCode || unnamed(got, theirs) != unnamed(want, never) || gotRes.StatusCode != http.StatusNotFound {
			t.Errorf("%s %s: a foreign incident answers %d, one that never was %d%s", a.method, a.pattern, gotRes.StatusCode, wantRes.StatusCode,
				difference(unnamed(got, theirs), unnamed(want, never)))
		}
		if strings.Contains(got, "DMV") || strings.Contains(got, "Motor Vehicles") {
			t.Errorf("%s %s tells whose it is", a.method, a.pattern)
		}
	}
	for _, part := range []string{"/duties/d99/discharge", "/questions/q99/answer", "/tracks/ma-soc/acknowledge", "/filings/99/receipt"} {
		method, body := "POST", `{"statement":"x"}`
		switch {
		case strings.HasSuffix(part, "receipt"):
			method, body = "GET", ""
		case strings.HasSuffix(part, "answer"):
			body = `{"answer":"x"}`
		case strings.HasSuffix(part, "acknowledge"):
			body = `{}`
		}
		if status, text, err := s.try(s.key("ca-dmv-iso"), method, "/api/v1/incidents/"+theirs+part, body, nil); err != nil ||
			status != 404 && status != 403 {
			t.Errorf("%s of one's own incident: %d %s %v", part, status, text, err)
		}
	}
	if after := facts(t, s.dir); after != before {
		t.Errorf("the record moved from %s to %s", before, after)
	}
}

// difference shows where two texts part.
func difference(a, b string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			from := max(0, i-80)
			return fmt.Sprintf("\n%.240s\n%.240s", a[from:], b[from:])
		}
	}
	return ""
}

// wellFormed finds a number that passes the check and is nobody's: one character of a real one is changed, and the last is
// tried until the check character fits.
func wellFormed(t *testing.T, s *server, real, fallback string) string {
	t.Helper()
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	for _, second := range alphabet {
		for _, last := range alphabet {
			n := real[:1] + string(second) + real[2:len(real)-1] + string(last)
			if n == real {
				continue
			}
			if status, text := s.call("ma-rmv-iso", "GET", "/api/v1/incidents/"+n, nil, nil, nil); status == 404 &&
				!strings.Contains(text, "check") {
				return n
			}
		}
	}
	return fallback
}

// TestPeer_S10_ReadingWritesNothing: no GET of any address, by anybody, changes the record.
func TestPeer_S10_ReadingWritesNothing(t *testing.T) {
	t.Parallel()
	s, number := settledDemo(t)
	link := strings.TrimPrefix(ackLink.FindString(s.mailsTo("cciu@chp.ca.example", number, "")[0].Text), s.url+"/a/")
	before := facts(t, s.dir)
	for _, person := range []string{"", "ca-dmv-iso", "ca-ois-duty", "ca-coordinator", "ma-rmv-iso"} {
		v := s.visitor(t, person)
		for _, a := range addresses(t) {
			if a.method != http.MethodGet {
				continue
			}
			path := a.path(map[string]string{"number": number, "filing": "1", "entity": "ca-demo-dmv", "token": link, "authority": "ca-ois"})
			if strings.Contains(a.pattern, "/live") || strings.Contains(a.pattern, "/events") {
				continue // does not end; see the tests of live updates
			}
			if res, text := v.call(t, a, path, ""); res.StatusCode >= 500 && res.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("GET %s as %q: %d %.300s", path, person, res.StatusCode, text)
			}
		}
	}
	if after := facts(t, s.dir); after != before {
		t.Errorf("reading moved the record from %s to %s", before, after)
	}
}

// TestPeer_S34_MethodAndType: neither method, nor what is accepted or sent, nor an override header opens an address that is
// closed, or does what it should not.
func TestPeer_S34_MethodAndType(t *testing.T) {
	t.Parallel()
	s, number := settledDemo(t)
	before := facts(t, s.dir)
	nobody, outsider := s.visitor(t, ""), s.visitor(t, "ma-rmv-iso")
	for _, a := range addresses(t) {
		if a.open() || !strings.Contains(a.pattern, "{number}") && a.method == http.MethodGet && a.edge == "web" {
			continue
		}
		path := a.path(map[string]string{"number": number, "filing": "1", "entity": "ca-demo-dmv", "authority": "ca-ois", "id": "d1"})
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
			for i, accept := range []string{"text/html", "application/json", "*/*", "application/xml"} {
				kind := []string{"application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"}[i]
				b := a
				b.method = method
				for who, v := range map[string]visitor{"nobody": nobody, "an outsider": outsider} {
					if who == "an outsider" && !strings.Contains(a.pattern, "{number}") {
						continue // may do it for their own entity
					}
					res, text := v.call(t, b, path, a.sample(), "Accept", accept, "Content-Type", kind, "X-HTTP-Method-Override", a.method,
						"X-Method-Override", a.method)
					if res.StatusCode < 300 || strings.Contains(text, "Motor Vehicles") {
						t.Errorf("%s %s by %s, accepting %s, sending %s: %d %.200s", method, path, who, accept, kind, res.StatusCode, text)
					}
				}
			}
		}
	}
	if after := facts(t, s.dir); after != before {
		t.Errorf("the record moved from %s to %s", before, after)
	}
}

// TestPeer_S02_NoUploads: no address takes a file, and what is handed out as a file is never shown as a page.
func TestPeer_S02_NoUploads(t *testing.T) {
	t.Parallel()
	s, number := settledDemo(t)
	before := facts(t, s.dir)
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, _ := w.CreateFormFile("logo", `"><svg onload=x>.html`)
	_, _ = io.WriteString(part, "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
	_ = w.Close()
	v := s.visitor(t, "ca-dmv-iso")
	for _, a := range addresses(t) {
		if a.method != http.MethodPost || strings.Contains(a.pattern, "import") {
			continue
		}
		path := a.path(map[string]string{"number": number, "filing": "1", "entity": "ca-demo-dmv", "authority": "ca-ois", "id": "d1"})
		res, text := v.call(t, a, path, form.String(), "Content-Type", w.FormDataContentType())
		if strings.Contains(text, "<svg onload") {
			t.Errorf("%s shows the name of a file as markup", path)
		}
		if a.edge == "api" && res.StatusCode < 300 {
			t.Errorf("%s takes a file: %d", path, res.StatusCode)
		}
	}
	if after := facts(t, s.dir); after != before {
		t.Errorf("the record moved from %s to %s", before, after)
	}
	res, _ := v.call(t, address{"web", "GET", "", ""}, "/incidents/"+number+"/receipts/1/receipt.json", "")
	for name, want := range map[string]string{"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy":      "default-src 'none'",
		"Cross-Origin-Resource-Policy": "same-origin"} {
		if got := res.Header.Get(name); !strings.Contains(got, want) {
			t.Errorf("a file's %s is %q, want %s", name, got, want)
		}
	}
}

// TestPeer_S16_TemplateText: what looks like a template is text, in pages, mails and answers.
func TestPeer_S16_TemplateText(t *testing.T) {
	t.Parallel()
	const text = `{{7}} {{.}} {{call .X}} {{template "frame"}} ${7*7} <%=7*7%> #{7*7} {%25 raw %25} {{printf "%s" "x"}}`
	s := start(t, t.TempDir())
	number := s.story(t, text, text)
	s.quiet(t)
	if v := s.incident(t, "ca-dmv-iso", number); v.Incident != number {
		t.Fatalf("%+v", v.answer)
	}
	_, api := s.call("ca-dmv-iso", "GET", "/api/v1/incidents/"+number, nil, nil, nil)
	var mails strings.Builder
	for _, m := range s.mails() {
		fmt.Fprintln(&mails, m.Subject, strings.Join(strings.Fields(m.Text), " "))
	}
	res, err := s.browser(t, "ca-dmv-iso").Get(s.url + "/incidents/" + number)
	if err != nil {
		t.Fatal(err)
	}
	for where, got := range map[string]string{"the page": read(t, res), "the mails": mails.String()} {
		if !strings.Contains(got, "{{7}} {{.}} {{call .X}}") || strings.Contains(got, "49") && strings.Contains(got, "{{7}} 49") {
			t.Errorf("%s: the text does not stand as it was written", where)
		}
	}
	if strings.Contains(api, "map[") {
		t.Errorf("the answer shows a value that a template printed: %s", api)
	}
}

// TestPeer_S30_LogLines: whatever is sent, the log stays one JSON object a line, and holds no escape for a terminal.
func TestPeer_S30_LogLines(t *testing.T) {
	t.Parallel()
	post, dir := startSink(t), t.TempDir()
	s := startReal(t, dir, provision(t, dir, crew), post.addr)
	evil := "a\x1b[31m\" level=ERROR {\"level\":\"ERROR\"}"
	for _, path := range []string{"/api/v1/incidents/%0a%1b%5b31m", "/incidents/%0d%0a%7b%22level%22:%22ERROR%22%7d", "/a/%0aowned",
		"/api/v1/incidents?q=%0a%7b%7d", "/%1b%5d0;x%07"} {
		req, err := http.NewRequest("GET", s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []string{"User-Agent", "Referer", "X-Forwarded-For", "X-Request-Id", "Accept-Language", "Authorization", "Cookie"} {
			req.Header.Set(h, strings.ReplaceAll(evil, "\x1b", "?"))
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	s.call("ca-dmv-iso", "POST", "/api/v1/filings", map[string]any{"entity": evil + "\n", "description": evil},
		map[string]string{"Idempotency-Key": "ok"}, nil)
	s.call("ca-dmv-iso", "POST", "/api/v1/filings", `{"entity":"`+"\x1b\n", nil, nil)
	s.stop()
	lines := 0
	for line := range strings.Lines(s.log.String()) {
		lines++
		var event map[string]any
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Errorf("not one JSON object: %q: %v", line, err)
			continue
		}
		if strings.ContainsAny(strings.TrimSuffix(line, "\n"), "\x1b\x07\r\n") {
			t.Errorf("a control character stands in %q", line)
		}
		if level, _ := event["level"].(string); !slices.Contains([]string{"DEBUG", "INFO", "WARN", "ERROR"}, level) {
			t.Errorf("level %q in %q", level, line)
		}
	}
	if lines < 4 {
		t.Errorf("only %d lines:\n%s", lines, s.log)
	}
}
