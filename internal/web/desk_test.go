package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
	"tocsin/internal/sheet"
	"tocsin/internal/testkit"
	"tocsin/internal/testkit/cells"
)

// TestPeer_S15_ExportRoundTrip: what people typed comes out of the list marked where a spreadsheet would run it, reads back
// as it was, row for row what the reader may see, and nothing of what they may not.
func TestPeer_S15_ExportRoundTrip(t *testing.T) {
	kit := testkit.Start(t)
	said := []string{`=1+1`, `@SUM(A1)`, `+1;=2`, `-1`, `＝1`, `"=1`, `plain, with "quotes"; and = signs`, `'=1`, `=cmd|' /C calc'!A0`}
	want := map[string]string{}
	for _, text := range said {
		a, err := kit.File(t.Context(), kit.As("ca-dmv-iso"), incident.Filing{Entity: "ca-demo-dmv", Description: text}, app.FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		want[a.Incident] = text
	}
	foreign, err := kit.File(t.Context(), kit.As("ma-rmv-iso"), incident.Filing{Entity: "ma-demo-rmv", Description: "=foreign"}, app.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	h := startOn(t, kit)
	h.be("ca-dmv-iso")
	for kind, comma := range map[string]rune{"csv": sheet.CSV, "tsv": sheet.TSV} {
		a := h.get("/incidents/export?format=" + kind)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.Header.Get("Content-Disposition"), "attachment") {
			t.Fatalf("%s: status %d, %v", kind, a.StatusCode, a.Header)
		}
		if strings.Contains(a.body, string(comma)+`"=`) || strings.Contains(a.body, foreign.Incident) {
			t.Errorf("%s: a formula, or what is not for the reader:\n%s", kind, a.body)
		}
		rows, err := cells.Read(strings.NewReader(a.body), comma, 100)
		if err != nil || len(rows) != len(want)+1 || rows[0][0] != "Incident" {
			t.Fatalf("%s: %d rows, %v", kind, len(rows), err)
		}
		for _, row := range rows[1:] {
			if got := row[len(row)-1]; got != want[row[0]] {
				t.Errorf("%s: %s came back as %q, want %q", kind, row[0], got, want[row[0]])
			}
		}
	}
	if a := h.get("/incidents/export?format=csv&q=quotes"); strings.Count(a.body, "\r\n") != 2 {
		t.Errorf("a filtered list exports as\n%s", a.body)
	}
	for path, status := range map[string]int{"/incidents/export?format=xlsx": 422, "/incidents/export?level=huge": 422, "/incidents/export?from=yesterday": 422} {
		if a := h.get(path); a.StatusCode != status && a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
	}
}

// TestListAddress: the address says what is listed and nothing else, whatever a form sends, and wrong filters keep the form.
func TestListAddress(t *testing.T) {
	h := seeded(t, 3)
	h.be(iso)
	for path, want := range map[string]string{
		"/incidents?q=&level=high&entity=&col=level&col=status&col=due&col=received": "/incidents?level=high",
		"/incidents?q=&level=&sort=":            "/incidents?sort=",
		"/incidents?q=a&status=&page=x&evil=y&": "/incidents?q=a",
	} {
		if a := h.get(path); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != want {
			t.Errorf("%s: %d to %q, want %q", path, a.StatusCode, a.Header.Get("Location"), want)
		}
	}
	a := h.get("/incidents?from=yesterday&category=equipment")
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Received from: This is not a day.") || !strings.Contains(a.body, `value="equipment" selected`) {
		t.Errorf("a wrong day: %d\n%s", a.StatusCode, a.body)
	}
}

// TestSavedViewsOnPage: a view is saved, opened first, changed and deleted; a refused one keeps what was typed.
func TestSavedViewsOnPage(t *testing.T) {
	h := seeded(t, 3)
	h.be(iso)
	a := h.post("/incidents/views", url.Values{"name": {" "}, "query": {"level=high"}, "first": {"1"}})
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "needs a name") || !strings.Contains(a.body, `value="level=high"`) {
		t.Errorf("without a name: %d", a.StatusCode)
	}
	a = h.post("/incidents/views", url.Values{"name": {"Mine & <b>"}, "query": {"level=medium&page=zzz&evil=//evil.test"}, "first": {"1"}})
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/incidents?") {
		t.Fatalf("saving: %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	if a = h.get("/incidents"); a.Header.Get("Location") != "/incidents?level=medium" {
		t.Errorf("the first view: %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	if a = h.get("/incidents?level=medium"); !strings.Contains(a.body, `aria-current="page">Mine &amp; &lt;b&gt;</a>`) {
		t.Error("the view is not marked as the one that is open")
	}
	h.post("/incidents/views/delete", url.Values{"name": {"Mine & <b>"}})
	if a = h.get("/incidents"); a.StatusCode != http.StatusOK || strings.Contains(a.body, "Saved views") {
		t.Errorf("after deleting: %d", a.StatusCode)
	}
}

// TestMarkSeen: reading marks nothing; the button marks what the page showed; a mark that is no instant changes nothing.
func TestMarkSeen(t *testing.T) {
	h := seeded(t, 2)
	h.be(coordinator)
	for range 2 {
		if a := h.get("/"); !strings.Contains(a.body, "Mark as seen") {
			t.Fatal("nothing is new")
		}
	}
	for _, through := range []string{"", "yesterday", noon.Add(time.Hour).Format(time.RFC3339Nano)} {
		if a := h.post("/seen", url.Values{"through": {through}}); a.StatusCode < 400 {
			t.Errorf("%q: status %d", through, a.StatusCode)
		}
	}
	if a := h.post("/seen", url.Values{"through": {noon.Format(time.RFC3339Nano)}}); a.StatusCode != http.StatusSeeOther {
		t.Errorf("marking: status %d", a.StatusCode)
	}
	if a := h.get("/"); strings.Contains(a.body, "Mark as seen") || !strings.Contains(a.body, "Nothing new") {
		t.Error("what was marked is still new")
	}
}

// TestChartsSayWhatTablesSay: each chart has a table with its numbers, and no chart is the only place of a number.
func TestChartsSayWhatTablesSay(t *testing.T) {
	h := seeded(t, 6)
	h.kit.Filed(iso, "ca-demo-dmv", "Something without a kind")
	h.kit.Clock.Move(3 * 24 * time.Hour) // what was owed at once is overdue
	h.be(coordinator)
	for _, path := range []string{"/", "/?period=weeks"} {
		a := h.get(path)
		for _, text := range []string{"<td>7</td>", "Open incidents by rating", "Duties overdue by agency", "Incidents received", "Not stated"} {
			if !strings.Contains(a.body, text) {
				t.Errorf("%s: no %q", path, text)
			}
		}
		if strings.Contains(a.body, "NaN") || strings.Contains(a.body, `"+Inf"`) || strings.Contains(a.body, "ZgotmplZ") {
			t.Errorf("%s: a number that is none", path)
		}
	}
	h.be(iso)
	if a := h.get("/"); strings.Contains(a.body, "The picture") {
		t.Error("an ISO gets the statewide picture")
	}
}
