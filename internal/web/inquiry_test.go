package web_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

// inquiry starts the pages over the real application, with one incident, signed in as who leads its response.
func inquiry(t *testing.T) (h *harness, number string) {
	t.Helper()
	real := testkit.Start(t)
	a, err := real.File(t.Context(), real.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: "Ransom note", Categories: []string{"malware"}}, app.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h = startOn(t, real)
	h.be("ma-lead")
	return h, a.Incident
}

// ok asks for a page that must be there.
func (h *harness) ok(path string) string {
	h.Helper()
	a := h.get(path)
	if a.StatusCode != http.StatusOK {
		h.Fatalf("%s: %d\n%s", path, a.StatusCode, a.body)
	}
	return a.body
}

// sent sends a form and holds what comes back.
func (h *harness) sent(path string, want int, pairs ...string) string {
	h.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	a := h.post(path, form)
	if a.StatusCode != want {
		h.Fatalf("%s: %d, want %d\n%s", path, a.StatusCode, want, a.body)
	}
	return a.body
}

func (h *harness) says(page string, words ...string) {
	h.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			h.Errorf("the page does not say %q", w)
		}
	}
}

// From pasted lines to a picture, a table and files; what was typed is kept where it is refused.
func TestTimelinePages(t *testing.T) {
	h, number := inquiry(t)
	at := "/incidents/" + number + "/investigation"
	h.says(h.ok(at+"/timeline"), "Nothing is on the timeline yet")
	h.says(h.ok("/incidents/"+number), at)
	preview := h.sent(at+"/timeline/paste", 200, "text", "2026-06-18 09:00 Mail opened\n=cmd without a time\n", "step", "preview")
	h.says(preview, "0 lines can be recorded, 2 cannot", "The time has no zone", "No time was recognised", "=cmd without a time")
	preview = h.sent(at+"/timeline/paste", 200, "text", "2026-06-18 09:00 Mail opened\n=cmd without a time\n", "zone", "America/New_York", "source", "=gateway", "step", "preview")
	h.says(preview, "1 line can be recorded, 1 cannot", "2026-06-18 09:00:00 -04:00", "Record 1 event")
	h.says(h.sent(at+"/timeline/paste", 422, "text", "what\n", "step", "record"), "Line 1: No time", `id="problems"`)
	h.sent(at+"/timeline/paste", 303, "text", "2026-06-18 09:00 Mail opened\nwhat\n", "zone", "America/New_York", "source", "=gateway", "kind", "adversary", "skip", "1", "step", "record")
	h.says(h.sent(at+"/timeline", 422, "at", "", "at.zone", "UTC", "description", "Kept words"), "The time is missing", "Kept words")
	h.says(h.sent(at+"/timeline", 422, "at", "2026-06-18T10:00", "at.zone", "UTC", "precision", "minute", "kind", "other", "description", "x", "techniques", "T1"), "ATT&amp;CK has no technique")
	h.sent(at+"/timeline", 303, "at", "2026-06-17", "at.zone", "UTC", "precision", "day", "kind", "other", "description", "never")
}

func TestTimelineTable(t *testing.T) {
	h, number := inquiry(t)
	at := "/incidents/" + number + "/investigation"
	h.sent(at+"/timeline/paste", 303, "text", "2026-06-18 09:00 =cmd mail opened\n2026-06-17 the backup ended\n", "zone", "America/New_York", "source", "=gateway", "kind", "adversary", "step", "record")
	h.sent(at+"/timeline", 303, "at", "2026-06-18T14:30", "at.zone", "UTC", "precision", "minute", "kind", "defender", "description", "Cable pulled", "techniques", "T1486")
	page := h.ok(at + "/timeline")
	h.says(page, "Events 1 to 3 of 3", `class="mark mark--1"`, "at the source: 2026-06-18 09:00", "T1486 Data Encrypted for Impact", `aria-sort="ascending"`)
	if strings.Contains(page, " style=") {
		t.Error("the picture has a style of its own")
	}
	if first, second := strings.Index(page, "the backup ended"), strings.Index(page, "Cable pulled"); first > second {
		t.Error("not sorted by time")
	}
	h.says(h.ok(at+"/timeline?kind=defender&group=source&colour=tactic"), "Events 1 to 1 of 1")
	h.says(h.ok(at+"/timeline?q=nothing-like-it"), "No event fits")
	if a := h.get(at + "/timeline?from=yesterday"); a.StatusCode != 422 || !strings.Contains(a.body, "This is no date") {
		t.Errorf("%d", a.StatusCode)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(h.ok(at+"/timeline/export?format=csv"), "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 4 || rows[0][0] != "datetime" || !strings.HasPrefix(rows[2][2], "'=cmd") || rows[2][0] != "2026-06-18T09:00:00.000000-04:00" {
		t.Errorf("%v, %v", rows, err)
	}
	for line := range strings.Lines(h.ok(at + "/timeline/export?format=jsonl")) {
		var row struct {
			Message, Datetime string
			Timestamp         int64
			Desc              string `json:"timestamp_desc"`
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil || row.Message == "" || row.Datetime == "" || row.Timestamp == 0 || row.Desc == "" {
			t.Errorf("%s: %+v, %v", line, row, err)
		}
	}
	event := h.ok(at + "/events/e1")
	h.says(event, "=cmd mail opened", `value="2026-06-18 09:00:00"`)
	h.sent(at+"/events/correct", 303, "event", "e1", "at", "2026-06-18T09:05:00", "at.zone", "UTC-04:00", "precision", "minute", "kind", "adversary", "description", "Mail opened", "reason", "Clock")
	h.says(h.ok(at+"/events/e1"), "Earlier accounts", "=cmd mail opened", "Mail opened", "Clock")
	h.says(h.sent(at+"/events/withdraw", 422, "event", "e2", "reason", " "), "The reason is missing")
	h.sent(at+"/events/withdraw", 303, "event", "e2", "reason", "Another server")
	h.says(h.ok(at+"/timeline?withdrawn=1"), "Another server")
}

func TestIndicatorAndFindingPages(t *testing.T) {
	h, number := inquiry(t)
	at := "/incidents/" + number + "/investigation"
	h.says(h.sent(at+"/indicators", 200, "text", "hxxp://evil[.]example/a\nhm\n", "tlp", "amber", "step", "preview"), "1 new indicator", "hxxp[://]evil[.]example/a", "nothing was recognised")
	h.says(h.sent(at+"/indicators", 422, "text", "hm", "tlp", "amber", "step", "record"), "There is no new indicator")
	h.sent(at+"/indicators", 303, "text", "hxxp://evil[.]example/a", "tlp", "amber+strict", "source", "mail", "step", "record")
	list := h.ok(at + "/indicators")
	h.says(list, "hxxp[://]evil[.]example/a", "TLP:AMBER&#43;STRICT")
	if strings.Contains(list, "http://evil.example") {
		t.Error("an indicator has its teeth")
	}
	h.sent(at+"/indicators/sight", 303, "indicator", "i1", "at", "2026-06-18T10:00", "at.zone", "UTC", "where", "On the proxy")
	h.sent(at+"/indicators/mark", 303, "indicator", "i1", "tlp", "red")
	h.says(h.ok(at+"/indicators/i1"), "On the proxy", "TLP:RED", "[url:value = &#39;http://evil.example/a&#39;]")
	h.says(h.ok("/indicators?value=evil.example"), "No incident that you may see has it")
	h.says(h.ok("/indicators?value="+url.QueryEscape("hxxp://evil[.]example/a")), number)
	if a := h.get("/indicators?value=two+words"); a.StatusCode != 422 {
		t.Errorf("%d", a.StatusCode)
	}
	h.sent(at+"/indicators/withdraw", 303, "indicator", "i1", "reason", "Ours")

	h.sent(at+"/findings", 303, "statement", "They came by mail", "confidence", "low")
	h.says(h.sent(at+"/findings/judge", 422, "finding", "f1", "confidence", "high", "status", "supported", "reason", "Seen"), "Nothing speaks for this finding yet")
	h.sent(at+"/findings/argue", 303, "finding", "f1", "side", "for", "text", "The mail is there", "indicators", "i1")
	h.sent(at+"/findings/judge", 303, "finding", "f1", "confidence", "high", "status", "supported", "reason", "Seen")
	h.sent(at+"/decisions", 303, "what", "Block it", "why", "It is bad", "by", "ma-coordinator", "at", "", "at.zone", "UTC", "findings", "f1")
	h.says(h.ok(at+"/findings"), "They came by mail", "The mail is there", "Supported", "Block it", "It is bad")
	h.says(h.ok(at), "They came by mail", "Block it")
	h.says(h.ok(at+"/related"), "Nothing that you may see looks related")
}

// A note is shown as Markdown, and nothing in it becomes an element, an attribute or an address that is not listed.
func TestNotes(t *testing.T) {
	h, number := inquiry(t)
	at := "/incidents/" + number + "/investigation/notes"
	note := "# Heard\n\n*soft* **loud** `code` [link](https://example.org/a?b=1&c=2) <https://example.org>\n\n3. three\n4. four\n\n> quoted\n\n```\n<b>block</b>\n```\n\n" +
		"<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> <b onclick=x>b</b> ![pic](https://example.org/p.png) [bad](javascript:alert(1)) [data](data:text/html,x) [rel](//evil.example) " +
		"[split](java&#x0A;script:alert(1)) <javascript:alert(1)> [q](https://a.example/\"onmouseover=alert(1)) [user](https://bank.example@evil.example) &lt;i&gt;\n\n- [x] a\n- b\n\n[ref]\n\n[ref]: vbscript:x \"t\"\n\n***\n"
	h.sent(at, 303, "note", "", "text", note)
	page := h.ok(at)
	_, inside, _ := strings.Cut(page, `<div class="note">`)
	inside, _, _ = strings.Cut(inside, "</div>")
	h.says(inside, "<h4>Heard</h4>", "<em>soft</em>", "<strong>loud</strong>", `<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">link</a>`, `<ol class="usa-list" start="3">`,
		"<blockquote>", "&lt;b&gt;block&lt;/b&gt;", "&lt;script&gt;", "<hr>")
	for _, tag := range opened.FindAllStringSubmatch(inside, -1) {
		if !allowedOpening.MatchString(tag[1]) {
			t.Errorf("an element or attribute that is not listed: %s", tag[0])
		}
		for _, to := range href.FindAllStringSubmatch(tag[0], -1) {
			if !strings.HasPrefix(to[1], "https://example.org") && !strings.HasPrefix(to[1], "https://a.example/") {
				t.Errorf("an address that is not listed: %s", tag[0])
			}
		}
	}
	h.sent(at, 303, "note", "n1", "text", "Other words")
	h.says(h.ok(at), "Other words", "Earlier wordings", "changed by")
	h.says(h.sent(at, 422, "note", "n1", "text", " "), "The note is missing")
	h.sent(at+"/withdraw", 303, "note", "n1", "reason", "Wrong incident")
	h.says(h.ok(at), "Wrong incident")
}
