package routes

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestPeer_S06_NothingInferred: no filter, order, count, page or number tells an outsider that there is something they may not see. Two
// worlds that differ in one restricted incident answer every filter in every order alike, page by page with every cursor; what cannot be
// asked for is refused by name; and numbers say nothing of how many there are between them.
func TestPeer_S06_NothingInferred(t *testing.T) {
	a, b := newWorld(t, ""), newWorld(t, "")
	common(a)
	common(b)
	restricted(b)
	for _, w := range []*world{a, b} {
		w.Deliver()
		w.Tick(30 * time.Hour)
		w.Sequence()
		clear(w.tokens)
	}
	today := a.Clock.Now().UTC().Format(time.DateOnly)
	filters := []string{"", "level=unrated", "level=low", "status=open", "entity=ca-demo-dmv", "category=insider", "reportable=yes",
		"reportable=unknown", "provisional=1", "overdue=1",
		"unanswered=1", "mine=1", "from=" + today, "to=" + today, "from=" + today + "&to=" + today, "q=taken", "q=insider", "restricted=1",
		"member=ca-dmv-counsel"}
	for _, person := range []string{"ca-dmv-iso", "ca-soc", "ca-cdph-iso"} {
		for _, f := range filters {
			for _, sort := range []string{"", "oldest", "due", "changed"} {
				path := "/incidents?" + strings.TrimPrefix(f+"&sort="+sort, "&")
				same(t, person, path, masked(a.get(person, path)), masked(b.get(person, path)))
			}
		}
		for _, path := range []string{"/", "/?period=weeks", "/inbox", "/incidents/export?format=csv", "/api/v1/duties", "/api/v1/entities"} {
			x, y := a.get(person, path), b.get(person, path)
			same(t, person, path, masked(x), masked(y))
			if y.header.Get("ETag") != x.header.Get("ETag") {
				t.Errorf("%s as %s: the tag differs", path, person)
			}
		}
		for _, f := range []string{"", "level=low", "status=open", "search=taken", "authority=ca-chp-cciu", "authority=ca-chp-cciu&track=asked"} {
			samePages(t, a, b, person, "/api/v1/incidents?limit=1&"+f)
		}
		// What a reader may not read cannot be asked for either, and is not quietly left out.
		for _, unknown := range []string{"restricted=true", "member=ca-dmv-counsel", "reason=x", "sort=members", "order=members", "filer=x",
			"version=2", "stream=x"} {
			if got := b.get(person, "/api/v1/incidents?"+unknown); got.status != http.StatusBadRequest &&
				got.status != http.StatusUnprocessableEntity {
				t.Errorf("the API takes %s: %d", unknown, got.status)
			}
		}
		if got := b.get(person, "/incidents?sort=members"); got.status < 400 || strings.Contains(got.body, secret) {
			t.Errorf("a page sorts by members: %d", got.status)
		}
	}
	for _, path := range []string{"/incidents?sort=due", "/api/v1/incidents?limit=1", "/api/v1/duties"} {
		if masked(a.get("ca-dmv-counsel", path)) == masked(b.get("ca-dmv-counsel", path)) {
			t.Errorf("%s is the same for a member: this test cannot fail", path)
		}
	}
	numbersSayNothing(t, b)
}

// samePages follows a list of the API from page to page in both worlds.
func samePages(t *testing.T, a, b *world, person, path string) {
	t.Helper()
	at, back := []string{path, path}, 0
	for ; back < 20; back++ {
		x, y := a.get(person, at[0]), b.get(person, at[1])
		same(t, person, path, masked(x), masked(y))
		for i, body := range []string{x.body, y.body} {
			var page struct {
				Next string `json:"next"`
			}
			if err := json.Unmarshal([]byte(body), &page); err != nil {
				t.Fatalf("%s as %s: %v: %s", path, person, err, body)
			}
			at[i] = path + "&cursor=" + url.QueryEscape(page.Next)
			if page.Next == "" {
				return
			}
		}
	}
	t.Errorf("%s as %s: no end after %d pages", path, person, back)
}

// numbersSayNothing files some more: their numbers stand in no order, and no two are near each other.
func numbersSayNothing(t *testing.T, w *world) {
	t.Helper()
	var numbers, heads []string
	for range 12 {
		n := w.filed("ca-dmv-iso", "ca-demo-dmv", "One more")
		numbers, heads = append(numbers, n), append(heads, n[:3])
	}
	if slices.IsSorted(numbers) {
		t.Errorf("numbers stand in the order of filing: %v", numbers)
	}
	slices.Sort(heads)
	if len(slices.Compact(heads)) < 10 {
		t.Errorf("numbers begin alike: %v", numbers)
	}
}
