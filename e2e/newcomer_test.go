package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// answer is as much of the published answer as the tests look at.
type answer struct {
	Incident   string `json:"incident"`
	Filing     int    `json:"filing"`
	Status     string `json:"status"`
	ReceivedAt string `json:"received_at"`
	Receipt    string `json:"receipt"`
	Rating     struct {
		Level       string `json:"level"`
		Provisional bool   `json:"provisional"`
	} `json:"rating"`
	Duties []struct {
		ID, Rule, Status string
		Due              *time.Time
	} `json:"duties"`
	Tracks  []struct{ Authority, Status string } `json:"tracks"`
	Missing []struct{ Item string }              `json:"missing"`
}

// asked is what an incident shows beside the answer to its filing.
type shown struct {
	answer
	Filings []struct {
		Number  int            `json:"number"`
		Content map[string]any `json:"content"`
	} `json:"filings"`
	Questions []struct{ ID, Question, Answer string } `json:"questions"`
	Messages  []struct{ ID, Kind, Status string }     `json:"messages"`
}

func (a answer) track(authority string) string {
	for _, t := range a.Tracks {
		if t.Authority == authority {
			return t.Status
		}
	}
	return ""
}

func (a answer) owes(rule string) bool {
	return slices.ContainsFunc(a.Duties, func(d struct {
		ID, Rule, Status string
		Due              *time.Time
	}) bool {
		return d.Rule == rule && d.Status != "discharged"
	})
}

// laptop is the report that the documentation uses: every field of the contract in it.
func laptop() map[string]any {
	person := func(name string) map[string]any {
		return map[string]any{"name": name, "email": "p@dmv.ca.example", "phones": []string{"+1 916 555 0111"}, "address": "2415 Example Avenue"}
	}
	found := time.Now().Add(-2 * time.Hour)
	return map[string]any{
		"entity": "ca-demo-dmv", "kind": "initial", "incident": nil,
		"reporter": person("Dana Whitfield"), "iso": person("Dana Whitfield"), "alternate_contact": person("Noor Haddad"),
		"description": "A laptop with driver records was taken from a field office.", "occurred_at": nil,
		"discovered_at": found.Format(time.RFC3339), "actions_taken": "The account was locked.",
		"categories": []string{"equipment"}, "crime_suspected": true,
		"devices": []any{map[string]any{"make_model": "Latitude 7450", "serial": "SN-1", "asset_id": "A-77", "ip": []string{"192.0.2.7"},
			"hostname": "dmv-lt-7", "os": "Windows 11", "location": "Fresno", "encrypted": true}},
		"personal_information": map[string]any{"involved": "yes", "types": []string{"ssn"}, "residents": map[string]int{"CA": 612, "MA": 3}},
		"impact": map[string]any{"human_safety": false, "asset_rating": "high", "liability_usd": 250000,
			"information_class": "restricted"},
		"outage_minutes": nil, "media_coverage": nil,
	}
}

// TestNewcomer walks through the main job as somebody does who has only the demonstration and its keys.
func TestNewcomer(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	a := s.fileLaptop(t)
	s.toldAndConfirmed(t, a)
	s.acknowledgedByBoth(t, a)
	s.supplemented(t, a)
	s.askedAndAnswered(t, a)
	s.receiptStands(t, a)
	sound(t, s.dir)
	s.stop()
	sound(t, s.dir)
}

func (s *server) fileLaptop(t *testing.T) answer {
	t.Helper()
	var a, again answer
	key := map[string]string{"Idempotency-Key": "laptop-1"}
	filing := laptop()
	if status, text := s.call("ca-dmv-iso", "POST", "/api/v1/filings", filing, key, &a); status != http.StatusCreated {
		t.Fatalf("filing: %d %s", status, text)
	}
	if a.Incident == "" || a.Filing != 1 || a.Rating.Level != "unrated" || a.Receipt == "" {
		t.Fatalf("the answer is not whole: %+v", a)
	}
	for _, rule := range []string{"ca-written-report", "ca-ag-sample", "ca-ois-notice-approval"} {
		if !a.owes(rule) {
			t.Errorf("duty %s is not owed: %+v", rule, a.Duties)
		}
	}
	if len(a.Missing) != 1 || a.Missing[0].Item != "occurred_at" {
		t.Errorf("the one thing not stated is when it occurred, said: %+v", a.Missing)
	}
	if status, _ := s.call("ca-dmv-iso", "POST", "/api/v1/filings", filing, key, &again); status != http.StatusCreated ||
		again.Incident != a.Incident || again.Filing != 1 {
		t.Errorf("the same key and body must give the same answer: %d %+v", status, again)
	}
	filing["description"] = "Something else."
	if status, text := s.call("ca-dmv-iso", "POST", "/api/v1/filings", filing, key, nil); status != http.StatusUnprocessableEntity {
		t.Errorf("the same key with another body: %d %s", status, text)
	}
	return a
}

// mailsTo is the mails about an incident to an address, whose subject holds a word.
func (s *server) mailsTo(address, incident, word string) (out []mail) {
	for _, m := range s.mails() {
		if slices.Contains(m.To, address) && strings.Contains(m.Subject, incident) && strings.Contains(m.Subject, word) {
			out = append(out, m)
		}
	}
	return out
}

var reporters = []string{"dana.whitfield@dmv.ca.example", "marcus.ellery@dmv.ca.example"}

func (s *server) toldAndConfirmed(t *testing.T, a answer) {
	t.Helper()
	for _, to := range []string{"incidents@ois.ca.example", "cciu@chp.ca.example"} {
		await(t, 10*time.Second, "no report at "+to, func() bool { return len(s.mailsTo(to, a.Incident, "new report")) == 1 })
		m := s.mailsTo(to, a.Incident, "new report")[0]
		for _, fact := range []string{"A laptop with driver records", "Latitude 7450", "CA 612", "Social security number", "DEMONSTRATION"} {
			if !strings.Contains(m.Text, fact) {
				t.Errorf("the mail to %s does not say %q", to, fact)
			}
		}
	}
	for _, to := range reporters {
		await(t, 10*time.Second, "no confirmation at "+to, func() bool { return len(s.mailsTo(to, a.Incident, "delivered")) == 1 })
		if m := s.mailsTo(to, a.Incident, "delivered")[0]; !strings.Contains(m.Text, a.Incident) || !strings.Contains(m.Text, a.Receipt) {
			t.Errorf("the confirmation to %s names not both number and receipt:\n%s", to, m.Text)
		}
	}
}

var ackLink = regexp.MustCompile(`http://\S+/a/\S+`)

func (s *server) acknowledgedByBoth(t *testing.T, a answer) {
	t.Helper()
	link := ackLink.FindString(s.mailsTo("incidents@ois.ca.example", a.Incident, "new report")[0].Text)
	if link == "" {
		t.Fatal("the authority's mail holds no acknowledgement link")
	}
	for range 3 { // as mail filters do
		if status, page := fetch(t, link); status != http.StatusOK || !strings.Contains(page, "<button") || !strings.Contains(page, a.Incident) {
			t.Fatalf("the link's page: %d\n%s", status, page)
		}
	}
	if got := s.incident(t, "ca-dmv-iso", a.Incident).track("ca-ois"); got != "delivered" {
		t.Fatalf("reading the link made the track %q", got)
	}
	res, err := http.Post(link, "application/x-www-form-urlencoded", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if got := s.incident(t, "ca-dmv-iso", a.Incident).track("ca-ois"); res.StatusCode != http.StatusOK || got != "acknowledged" {
		t.Fatalf("after the button: status %d, track %q", res.StatusCode, got)
	}
	if status, text := s.call("ca-dmv-iso", "POST", "/api/v1/incidents/"+a.Incident+"/tracks/ca-chp-cciu/acknowledge", nil,
		nil, nil); status < 400 {
		t.Errorf("the entity acknowledged in an authority's name: %d %s", status, text)
	}
	if len(s.mailsTo(reporters[0], a.Incident, "acknowledged")) > 0 {
		t.Error("confirmed before both had acknowledged")
	}
	for range 2 { // the second time changes nothing
		if status, text := s.call("ca-cciu-investigator", "POST", "/api/v1/incidents/"+a.Incident+"/tracks/ca-chp-cciu/acknowledge", nil, nil,
			nil); status != http.StatusNoContent {
			t.Fatalf("acknowledge by API: %d %s", status, text)
		}
	}
	for _, to := range reporters {
		await(t, 10*time.Second, "no second confirmation at "+to, func() bool { return len(s.mailsTo(to, a.Incident, "acknowledged")) == 1 })
	}
	now := s.incident(t, "ca-dmv-iso", a.Incident)
	if now.track("ca-ois") != "acknowledged" || now.track("ca-chp-cciu") != "acknowledged" || now.owes("acknowledge:ca-ois") {
		t.Errorf("the incident does not show the acknowledgements: %+v %+v", now.Tracks, now.Duties)
	}
}

func (s *server) incident(t testing.TB, person, number string) (v shown) {
	t.Helper()
	if status, text := s.call(person, "GET", "/api/v1/incidents/"+number, nil, nil, &v); status != http.StatusOK {
		t.Fatalf("incident %s: %d %s", number, status, text)
	}
	return v
}

func fetch(t testing.TB, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, read(t, res)
}

func read(t testing.TB, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func (s *server) supplemented(t *testing.T, a answer) {
	t.Helper()
	var more answer
	body := map[string]any{"entity": "ca-demo-dmv", "kind": "supplement", "incident": a.Incident, "description": "The laptop was found.",
		"occurred_at": time.Now().Add(-3 * time.Hour).Format(time.RFC3339)}
	if status, text := s.call("ca-dmv-reporter", "POST", "/api/v1/filings", body, map[string]string{"Idempotency-Key": "s"},
		&more); status != http.StatusCreated {
		t.Fatalf("supplement: %d %s", status, text)
	}
	if more.Incident != a.Incident || more.Filing != 2 || len(more.Missing) != 0 || more.owes("ca-complete-items") {
		t.Errorf("the supplement does not add: %+v", more)
	}
	await(t, 10*time.Second, "the authorities are not told of the supplement", func() bool {
		return slices.ContainsFunc(s.mailsTo("incidents@ois.ca.example", a.Incident, ""),
			func(m mail) bool { return strings.Contains(m.Text, "The laptop was found.") })
	})
	filings := s.incident(t, "ca-dmv-iso", a.Incident).Filings
	if len(filings) != 2 || filings[0].Content["description"] != laptop()["description"] {
		t.Errorf("the first filing does not stand unchanged: %+v", filings)
	}
}

func (s *server) askedAndAnswered(t *testing.T, a answer) {
	t.Helper()
	at := "/api/v1/incidents/" + a.Incident
	if status, text := s.call("ca-ois-duty", "POST", at+"/tracks/ca-ois/questions", map[string]string{"question": "Was the disk encrypted?"},
		nil, nil); status != http.StatusNoContent {
		t.Fatalf("question: %d %s", status, text)
	}
	v := s.incident(t, "ca-dmv-iso", a.Incident)
	if len(v.Questions) != 1 || v.track("ca-ois") != "asked" || !v.owes("answer:q1") {
		t.Fatalf("the question does not show: %+v %+v %+v", v.Questions, v.Tracks, v.Duties)
	}
	await(t, 10*time.Second, "the reporter does not hear of the question", func() bool {
		return slices.ContainsFunc(s.mailsTo(reporters[0], a.Incident, ""),
			func(m mail) bool { return strings.Contains(m.Text, "Was the disk encrypted?") })
	})
	if status, text := s.call("ca-dmv-iso", "POST", at+"/questions/"+v.Questions[0].ID+"/answer", map[string]string{"answer": "Yes, it was."},
		nil, nil); status != http.StatusNoContent {
		t.Fatalf("answer: %d %s", status, text)
	}
	if v = s.incident(t, "ca-ois-duty", a.Incident); v.Questions[0].Answer != "Yes, it was." || v.owes("answer:q1") {
		t.Errorf("the answer does not show: %+v", v.Questions)
	}
}

// receiptStands checks a receipt where there is nothing but the receipt, the key and the program.
func (s *server) receiptStands(t *testing.T, a answer) {
	t.Helper()
	var receipt string
	await(t, 10*time.Second, "no receipt", func() bool {
		status, text := s.call("ca-dmv-iso", "GET", "/api/v1/incidents/"+a.Incident+"/filings/1/receipt", nil, nil, nil)
		receipt = text
		return status == http.StatusOK
	})
	if status, text, err := s.try(s.key("ca-dmv-iso"), "GET", strings.TrimPrefix(a.Receipt, s.url), nil, nil); err != nil ||
		status != http.StatusOK || !json.Valid([]byte(text)) {
		t.Errorf("the receipt's address, read with the key: %d %v\n%.200s", status, err, text)
	}
	empty := t.TempDir()
	key, err := os.ReadFile(filepath.Join(s.dir, "keys", "ledger.pub"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(empty, "receipt.json"), receipt)
	write(t, filepath.Join(empty, "key.pub"), string(key))
	check := func() (string, error) {
		cmd := exec.Command(bin, "verify", "receipt", "receipt.json", "--key", "key.pub")
		cmd.Dir, cmd.Env = empty, []string{"HOME=" + empty}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := check(); err != nil || !strings.Contains(out, "VALID") || !strings.Contains(out, a.Incident) {
		t.Fatalf("verify receipt: %v\n%s", err, out)
	}
	var fields map[string]any
	if err := json.Unmarshal([]byte(receipt), &fields); err != nil {
		t.Fatal(err)
	}
	for name, value := range fields {
		changed := map[string]any{}
		for k, v := range fields {
			changed[k] = v
		}
		changed[name] = another(value)
		b, _ := json.Marshal(changed)
		write(t, filepath.Join(empty, "receipt.json"), string(b))
		if out, err := check(); err == nil {
			t.Errorf("a receipt with another %q is still valid:\n%s", name, out)
		}
	}
}

// another is a value of the same kind that says something else.
func another(v any) any {
	switch v := v.(type) {
	case string:
		if i := strings.LastIndexAny(v, "0123456789abcdefABCDEF"); i >= 0 {
			c := byte('7')
			if v[i] == c {
				c = '8'
			}
			return v[:i] + string(c) + v[i+1:]
		}
		return v + "x"
	case float64:
		return v + 1
	case bool:
		return !v
	case []any:
		return append([]any{"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}, v...)
	}
	return nil
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
