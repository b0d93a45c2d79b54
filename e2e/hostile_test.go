package e2e

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	// markup tries to run in a page or in an HTML mail.
	markup = `<script>alert(1)</script>"><img src=x onerror=alert(2)>'{{.}}<a href="javascript:alert(3)">x</a>`
	// breakout tries to end a header, a mail, and the conversation with the mail server.
	breakout = "said\r\nBcc: evil@example.com\r\nSubject: owned\r\n\r\n.\r\nMAIL FROM:<evil@example.com>\r\n.\n\n.\n" +
		"RCPT TO:<evil@example.com>\r.\r" + markup
)

// hostileFiling has hostile text in every field that takes text.
func hostileFiling(prose, line string) map[string]any {
	person := func() map[string]any {
		return map[string]any{"name": line, "email": line, "phones": []string{line}, "address": prose}
	}
	f := laptop()
	f["description"], f["actions_taken"] = prose, prose
	f["reporter"], f["iso"], f["alternate_contact"] = person(), person(), person()
	f["devices"] = []any{map[string]any{"make_model": line, "serial": line, "asset_id": line, "ip": []string{line}, "hostname": line,
		"os": line, "location": line}}
	f["management"] = map[string]any{"location": prose, "affected_systems": []string{line}, "user_groups": []string{line},
		"recovery_expectation":   prose,
		"stakeholders_to_notify": []string{line}, "measures": prose, "evidence_collected": prose, "pending_actions": prose,
		"discovered_by": person()}
	return f
}

// story makes every kind of text that people can send appear in the record, in the pages and in mails.
func (s *server) story(t *testing.T, prose, line string) (number string) {
	t.Helper()
	must := func(person, path string, body any, want int, out any) {
		t.Helper()
		if status, text := s.call(person, "POST", path, body, nil, out); status != want {
			t.Fatalf("POST %s: %d %s", path, status, text)
		}
	}
	var a answer
	called := time.Now().Add(-time.Hour).Format(time.RFC3339)
	must("ca-dmv-iso", "/api/v1/telephone-reports", map[string]any{"entity": "ca-demo-dmv", "caller": line, "called": line, "reference": line,
		"called_at": called, "description": prose}, 201, &a)
	f := hostileFiling(prose, line)
	f["incident"] = a.Incident
	must("ca-dmv-iso", "/api/v1/filings", f, 201, &a)
	at := "/api/v1/incidents/" + a.Incident
	must("ca-ois-duty", at+"/tracks/ca-ois/questions", map[string]string{"question": prose}, 204, nil)
	must("ca-dmv-iso", at+"/questions/q1/answer", map[string]string{"answer": prose}, 204, nil)
	must("ca-cciu-investigator", at+"/tracks/ca-chp-cciu/decline", map[string]string{"reason": prose}, 204, nil)
	must("ca-coordinator", at+"/rating", map[string]string{"level": "high", "reason": prose}, 204, nil)
	duty := s.incident(t, "ca-dmv-iso", a.Incident).duty(t, "ca-ag-sample")
	must("ca-dmv-iso", at+"/duties/"+duty+"/discharge", map[string]string{"statement": prose}, 204, nil)
	must("ca-ois-duty", at+"/tracks/ca-ois/close", map[string]string{"reason": prose}, 204, nil)
	return a.Incident
}

func (v shown) duty(t *testing.T, rule string) string {
	t.Helper()
	for _, d := range v.Duties {
		if d.Rule == rule {
			return d.ID
		}
	}
	t.Fatalf("no duty %s in %+v", rule, v.Duties)
	return ""
}

// TestPeer_S27_MailHeaders: line breaks and markup in any field change no mail header and run nowhere.
func TestPeer_S27_MailHeaders(t *testing.T) {
	t.Parallel()
	post, dir := startSink(t), t.TempDir()
	s := startReal(t, dir, provision(t, dir, append(crew, "ca-cciu-investigator")), post.addr)
	harmless := s.story(t, "Said in two\nlines.", "plain")
	hostile := s.story(t, breakout, markup)
	db := openRecord(t, dir)
	await(t, 30*time.Second, "mails are still owed", func() bool { return number(t, db, "SELECT count(*) FROM delivery") == 0 })
	owes := map[string]string{}
	for _, m := range owed(t, db) {
		owes[m.MessageID] = m.To
	}
	arrived := post.arrived()
	if len(arrived) != len(owes) {
		t.Errorf("%d mails came, %d are owed", len(arrived), len(owes))
	}
	subjects := map[string][]string{}
	for id, letters := range arrived {
		if len(letters) != 1 || letters[0].to != owes[id] {
			t.Errorf("mail %s: %d copies, to %q instead of %q", id, len(letters), letters[0].to, owes[id])
		}
		number, subject := checkLetter(t, letters[0], harmless, hostile)
		subjects[number] = append(subjects[number], letters[0].to+": "+strings.ReplaceAll(subject, number, "N"))
	}
	slices.Sort(subjects[harmless])
	slices.Sort(subjects[hostile])
	if !slices.Equal(subjects[harmless], subjects[hostile]) || len(subjects[hostile]) < 10 {
		t.Errorf("hostile text changes whom is written to, or under what subject:\n%q\n%q", subjects[harmless], subjects[hostile])
	}
	for _, person := range []string{"ca-dmv-iso", "ca-ois-duty", "ca-coordinator"} {
		s.harmlessPages(t, person, hostile)
	}
	sound(t, dir)
}

// headers that a mail of ours may have, each once.
var headers = []string{"From", "To", "Subject", "Date", "Message-Id", "Mime-Version", "Content-Type", "Content-Transfer-Encoding",
	"Auto-Submitted", "References", "In-Reply-To", "Importance", "Priority", "X-Priority", "User-Agent", "X-Mailer", "X-Tocsin-Incident",
	"X-Tocsin-Kind", "X-Tocsin-Message"}

// checkLetter looks at one mail as it came over the wire, and answers which incident it is about and its subject.
func checkLetter(t *testing.T, l letter, numbers ...string) (number, subject string) {
	t.Helper()
	head, bodies := parts(t, l.raw)
	for name, values := range head {
		if !slices.Contains(headers, name) || len(values) != 1 {
			t.Errorf("header %s: %q", name, values)
		}
		for _, v := range values {
			if strings.Contains(v, "evil") || strings.Contains(v, "owned") || strings.Contains(v, "<script") {
				t.Errorf("header %s: %q", name, v)
			}
		}
	}
	if !strings.Contains(head.Get("To"), "<"+l.to+">") {
		t.Errorf("To: %q, sent to %s", head.Get("To"), l.to)
	}
	if len(bodies) != 2 || bodies["text/plain"] == "" || bodies["text/html"] == "" {
		t.Errorf("the mail has the parts %d", len(bodies))
	}
	inert(t, "mail to "+l.to, bodies["text/html"])
	for _, n := range numbers {
		if strings.Contains(head.Get("Subject"), n) {
			return n, head.Get("Subject")
		}
	}
	t.Errorf("about no incident of ours: %q", head.Get("Subject"))
	return "", ""
}

// inert wants none of the hostile markup to be markup.
func inert(t *testing.T, where, page string) {
	t.Helper()
	for _, alive := range []string{"<script>alert", "<img src=x", "<img src=\"x\"", `href="javascript:`, "{{.}}<a"} {
		if strings.Contains(page, alive) {
			t.Errorf("%s holds %s", where, alive)
		}
	}
}

// browser signs in on the pages with a key, as a person without the demonstration's list does.
func (s *server) browser(t *testing.T, person string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, Timeout: 20 * time.Second}
	res, err := c.PostForm(s.url+"/signin", url.Values{"key": {s.key(person)}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Request.URL.Path == "/signin" {
		t.Fatalf("signing in as %s: %d at %s", person, res.StatusCode, res.Request.URL)
	}
	return c
}

func (s *server) harmlessPages(t *testing.T, person, number string) {
	t.Helper()
	c, shown := s.browser(t, person), 0
	for _, path := range []string{"/", "/incidents", "/incidents/" + number, "/filed/" + number + "/1",
		"/incidents/" + number + "/receipts/1", "/inbox",
		"/incidents?q=" + url.QueryEscape(markup), "/report?incident=" + number + "&kind=supplement",
		"/report?entity=" + url.QueryEscape(markup)} {
		res, err := c.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		page := read(t, res)
		inert(t, path, page)
		if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") &&
			!strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: content security policy %q", path, policy)
		}
		if strings.Contains(page, "&lt;script&gt;alert(1)") {
			shown++
		}
	}
	if shown == 0 {
		t.Errorf("no page shows %s the text as it was written", person)
	}
}
