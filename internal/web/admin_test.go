package web_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/testkit"
)

// realSite is a site over the real application with the demonstration's directory.
func realSite(t *testing.T) (*harness, *testkit.Harness) {
	kit := testkit.Start(t)
	return startOn(t, kit), kit
}

// upload sends a form with files as a browser on our own page does.
func (h *harness) upload(path string, fields, files map[string]string) answered {
	h.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			h.Fatal(err)
		}
	}
	for name, text := range files {
		part, err := w.CreateFormFile(name, `C:\"x".csv`)
		if err == nil {
			_, err = part.Write([]byte(text))
		}
		if err != nil {
			h.Fatal(err)
		}
	}
	w.Close()
	r, err := http.NewRequest("POST", h.base+path, &b)
	if err != nil {
		h.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Origin", h.base)
	return h.do(r)
}

var adminPages = []string{"/directory", "/directory?q=dana", "/directory?q=no+such", "/directory/history", "/directory/import", "/directory/entities/ca-demo-dmv",
	"/directory/entities/ca-state", "/directory/entities/ca-demo-dmv/edit", "/directory/people/ca-dmv-iso", "/directory/people/ca-dmv-iso/edit",
	"/directory/people/ca-dmv-iso/leave", "/directory/authorities/ca-ois", "/directory/authorities/ca-ois/edit", "/directory/assets/ca-dmv-licences/edit",
	"/directory/add/entities", "/directory/add/people?entity=ca-demo-dmv", "/directory/add/authorities", "/directory/add/assets", "/operations"}

func TestAdminPages(t *testing.T) {
	h, _ := realSite(t)
	h.be("ca-admin")
	for _, path := range adminPages {
		a := h.get(path)
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
		for _, flaw := range flaws(parse(t, a.body)) {
			t.Errorf("%s: %s", path, flaw)
		}
	}
}

// What somebody may not see answers as what is not there does: same status, same words.
func TestAdminPagesAreAbsentForOthers(t *testing.T) {
	h, _ := realSite(t)
	open := regexp.MustCompile(`^/directory(\?|$)|^/directory/(entities|people|authorities)/[a-z-]+$`)
	about := func(a answered, path string) string { // the header marks which part of the site the address is of
		_, main, _ := strings.Cut(a.body, "<main")
		return strings.ReplaceAll(main, path, "PATH")
	}
	for _, person := range []string{"ca-cdph-iso", "ca-dmv-iso", "ca-ois-duty", "ca-auditor"} {
		h.be(person)
		absent := h.get("/no-such-page")
		for _, path := range append(adminPages, "/directory/export/people", "/directory/export/none", "/directory/template/none", "/directory/none/x/edit") {
			a := h.get(path)
			if person == "ca-cdph-iso" && strings.Contains(path, "dmv") || !open.MatchString(path) {
				if a.StatusCode != http.StatusNotFound || about(a, path) != about(absent, "/no-such-page") {
					t.Errorf("%s as %s: status %d, and not the page of what is absent", path, person, a.StatusCode)
				}
			}
			if strings.HasPrefix(path, "/directory?") && person == "ca-cdph-iso" && strings.Contains(a.body, "Whitfield") {
				t.Errorf("%s as %s names somebody", path, person)
			}
		}
		for _, path := range []string{"/directory/people/ca-dmv-iso/leave", "/directory/authorities/ca-ois/test", "/directory/people/ca-dmv-iso/edit", "/directory/add/people", "/directory/none/x/edit"} {
			if a := h.post(path, url.Values{}); a.StatusCode != http.StatusNotFound {
				t.Errorf("POST %s as %s: status %d", path, person, a.StatusCode)
			}
		}
		if a := h.post("/directory/import/apply", url.Values{"confirm": {"yes"}, "people": {"id,name\nx,X"}}); a.StatusCode != http.StatusNotFound {
			t.Errorf("import as %s: status %d", person, a.StatusCode)
		}
	}
}

func TestImportThroughThePages(t *testing.T) {
	h, kit := realSite(t)
	h.be("ca-admin")
	people := map[string]string{"people": "\ufeffid;name;entity\r\nca-new;<b>Zoë</b>;ca-demo-dmv\r\n"}
	bad := h.upload("/directory/import", nil, map[string]string{"people": "id,name\nca-new,", "roles": "person,role,entity\nx,king,y"})
	if bad.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "people, line 2, column 2 (name)") {
		t.Errorf("status %d, and no place is named", bad.StatusCode)
	}
	preview := h.upload("/directory/import", map[string]string{"missing": "keep"}, people)
	if preview.StatusCode != http.StatusOK || !strings.Contains(preview.body, "People added") || strings.Contains(preview.body, "<b>Zoë") {
		t.Fatalf("status %d:\n%s", preview.StatusCode, preview.body)
	}
	for _, flaw := range flaws(parse(t, preview.body)) {
		t.Error(flaw)
	}
	form := hiddenFields(t, preview.body, "/directory/import/apply")
	if a := h.post("/directory/import/apply", form); a.StatusCode != http.StatusBadRequest {
		t.Errorf("without a confirmation: status %d", a.StatusCode)
	}
	form.Set("confirm", "yes")
	// Somebody else changes the directory in between.
	other := url.Values{"id": {"x"}, "name": {"X"}, "entity": {"ca-demo-dmv"}, "rating": {"low"}}
	if a := h.post("/directory/add/assets", other); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("add an asset: status %d\n%s", a.StatusCode, a.body)
	}
	if a := h.post("/directory/import/apply", form); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Nothing was imported") {
		t.Errorf("an old preview: status %d", a.StatusCode)
	}
	form = hiddenFields(t, h.upload("/directory/import", map[string]string{"missing": "keep"}, people).body, "/directory/import/apply")
	form.Set("confirm", "yes")
	if a := h.post("/directory/import/apply", form); a.StatusCode != http.StatusSeeOther {
		t.Errorf("confirmed: status %d\n%s", a.StatusCode, a.body)
	}
	if p, err := kit.PersonPage(t.Context(), kit.As("ca-admin"), "ca-new"); err != nil || p.Name != "<b>Zoë</b>" {
		t.Errorf("%+v, %v", p, err)
	}
	csv := h.get("/directory/export/people")
	if !strings.HasPrefix(csv.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(csv.body, `"<b>Zoë</b>"`) {
		t.Errorf("export: %v", csv.Header)
	}
	stranger, _ := realSite(t)
	huge := strings.Repeat("x", 3<<20)
	if a := stranger.upload("/directory/import", nil, map[string]string{"people": huge}); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/signin") {
		t.Errorf("an upload of nobody: status %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	if a := stranger.post("/directory/import/apply", url.Values{"people": {huge}}); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a large form of nobody: status %d", a.StatusCode)
	}
	if a := h.upload("/directory/import", nil, map[string]string{"people": strings.Repeat("x", 13<<20)}); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a file that is too large: status %d", a.StatusCode)
	}
	if a := h.upload("/directory/import", nil, map[string]string{"surprise": "x"}); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a field that nobody declared: status %d", a.StatusCode)
	}
}

// hiddenFields are what a form of a page carries without showing it.
func hiddenFields(t *testing.T, body, action string) url.Values {
	t.Helper()
	_, form, ok := strings.Cut(body, `action="`+action+`"`)
	if !ok {
		t.Fatalf("no form to %s", action)
	}
	form, _, _ = strings.Cut(form, "</form>")
	v := url.Values{}
	for _, m := range regexp.MustCompile(`(?s)<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(form, -1) {
		v.Add(m[1], strings.NewReplacer("&#34;", `"`, "&lt;", "<", "&gt;", ">", "&#39;", "'", "&amp;", "&", "&#43;", "+").Replace(m[2]))
	}
	return v
}

// A form that lost to another comes back with what was typed and what stands now.
func TestEntryFormsKeepWhatWasTyped(t *testing.T) {
	h, _ := realSite(t)
	h.be("ca-admin")
	page := "/directory/people/ca-dmv-cio/edit"
	mine := hiddenFields(t, h.get(page).body, page)
	for name, value := range map[string]string{"name": "Priya", "entity": "ca-demo-dmv", "email": "nonsense", "keep": "cio@ca-demo-dmv"} {
		mine.Set(name, value)
	}
	if a := h.post(page, mine); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "nonsense") || !strings.Contains(a.body, `href="#f-email"`) {
		t.Errorf("bad mail: status %d", a.StatusCode)
	}
	mine.Set("email", "priya@dmv.ca.example")
	if a := h.post(page, mine); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d\n%s", a.StatusCode, a.body)
	}
	mine.Set("name", "Somebody else's words")
	a := h.post(page, mine)
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Somebody else&#39;s words") || !strings.Contains(a.body, "What stands now") {
		t.Errorf("lost to another: status %d", a.StatusCode)
	}
	again := hiddenFields(t, a.body, page)
	mine.Set("stamp", again.Get("stamp"))
	if a := h.post(page, mine); a.StatusCode != http.StatusSeeOther {
		t.Errorf("saved knowingly: status %d", a.StatusCode)
	}
}

// Names of the directory are text wherever they are shown.
func TestPeer_S01_NamesInTheDirectoryAreText(t *testing.T) {
	h, kit := realSite(t)
	in, _, err := kit.Record.ReadDirectory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>{{.}}`
	for i := range in.Entities {
		in.Entities[i].Name, in.Entities[i].Address = evil, evil
	}
	for i := range in.People {
		in.People[i].Name, in.People[i].Title, in.People[i].Phones = evil, evil, []string{"javascript:alert(1)"}
	}
	for i := range in.Authorities {
		in.Authorities[i].Name, in.Authorities[i].Phone = evil, evil
	}
	in.Assets = append(in.Assets, directory.Asset{ID: "evil", Entity: "ca-demo-dmv", Name: evil, Rating: "low"})
	if err := kit.ImportDirectory(context.Background(), access.System("test"), in); err != nil {
		t.Fatal(err)
	}
	h.be("ca-admin")
	for _, path := range adminPages {
		a := h.get(path)
		if a.StatusCode != http.StatusOK || strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "<img") || strings.Contains(a.body, `href="javascript:`) {
			t.Errorf("%s: status %d, or a name is no text", path, a.StatusCode)
		}
		for _, flaw := range flaws(parse(t, a.body)) {
			t.Errorf("%s: %s", path, flaw)
		}
	}
}
