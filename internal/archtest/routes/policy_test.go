package routes

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tocsin/internal/domain/policy"
	"tocsin/internal/testkit"
)

// What a version of a pack would have changed is shown on incidents that the reader may see, and on no others: not by a row, not by
// a count. reliability.md 4.7
func TestPreviewOfAPackTellsOutsidersNothing(t *testing.T) {
	shipped, ok := testkit.Packs("us-ca")
	if !ok {
		t.Fatal("no pack")
	}
	files := policy.Files{}
	for name, data := range shipped.Files() {
		files[name] = []byte(strings.Replace(string(data), "version: \"", "version: \"9", 1))
	}
	delete(files, "tell.yaml")
	edited := strings.Replace(string(files["report.yaml"]), "due: 10 business days", "due: 9 business days", 1)
	if edited == string(files["report.yaml"]) {
		t.Fatal("the pack has no such clock any more")
	}
	files["report.yaml"] = []byte(edited)
	for name := range files {
		if strings.HasPrefix(name, "cases/") {
			delete(files, name)
		}
	}
	preview := func(add func(*world) string, person string) (page, api string) {
		w := newWorld(t, "")
		common(w)
		if add != nil {
			add(w)
		}
		id, err := w.ProposePack(ctx, w.As("ca-ciso"), "us-ca", []policy.Upload{{Name: "pack.zip", Data: files.Archive()}})
		if err != nil {
			t.Fatal(err)
		}
		at := "/policy/us-ca/proposals/" + url.PathEscape(id)
		a, b := w.get(person, at), w.get(person, "/api/v1"+at)
		if a.status != http.StatusOK || b.status != http.StatusOK || !strings.Contains(a.body, "would have been treated differently") {
			t.Fatalf("%s: %d, %d\n%s", person, a.status, b.status, a.body)
		}
		return masked(a), masked(b)
	}
	page, programs := preview(nil, "ca-ciso")
	also, theirs := preview(restricted, "ca-ciso")
	same(t, "ca-ciso", "the page", page, also)
	same(t, "ca-ciso", "the API", programs, theirs)
	if page, _ := preview(restricted, "ca-coordinator"); !strings.Contains(page, "1 restricted incident left out") ||
		strings.Contains(page, secret) {
		t.Error("a member is not told that it was left out")
	}
	if _, programs := preview(foreign, "ca-ciso"); programs == theirs || strings.Contains(programs, secret) {
		t.Error("the worlds do not differ at all")
	}
}
