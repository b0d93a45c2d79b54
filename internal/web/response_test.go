package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The response's page: started with words only, tasks done in order, what was typed kept where it is refused.
func TestResponsePage(t *testing.T) {
	h := start(t)
	h.be("ca-dmv-iso")
	number := h.filed(url.Values{"description": {"A laptop is missing."}})
	get := func(path string) string {
		t.Helper()
		a := h.get(path)
		if a.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d", path, a.StatusCode)
		}
		return a.body
	}
	post := func(path string, form url.Values, want int) string {
		t.Helper()
		a := h.post(path, form)
		if a.StatusCode != want {
			t.Fatalf("%s: %d, want %d\n%s", path, a.StatusCode, want, a.body)
		}
		return a.body
	}
	at := "/incidents/" + number + "/response"
	if page := get(at); !strings.Contains(page, "Start the response") {
		t.Fatalf("nothing to start: %s", page)
	}
	if page := post(at, url.Values{"lead": {"ca-dmv-iso"}, "begun": {"  "}}, http.StatusUnprocessableEntity); !strings.Contains(page, "What was begun is missing") {
		t.Errorf("started without a word: %s", page)
	}
	post(at, url.Values{"lead": {"ca-dmv-iso"}, "begun": {"Cut off."}, "playbook": {"ca-play-unauth-access"}}, http.StatusSeeOther)
	page := get(at)
	for _, want := range []string{"Cut off.", "Isolate affected systems", "From the network", "0 of 5 settled", "Waits"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	tasks := "/incidents/" + number + "/tasks"
	post(tasks+"/done", url.Values{"task": {"t2"}, "note": {"x"}}, http.StatusConflict)
	if page := post(tasks+"/skip", url.Values{"task": {"t1"}, "reason": {""}}, http.StatusUnprocessableEntity); !strings.Contains(page, `id="problems"`) {
		t.Error("the refusal is not said")
	}
	post(tasks+"/done", url.Values{"task": {"t1"}, "note": {"Port 14"}}, http.StatusSeeOther)
	post(tasks+"/take", url.Values{"task": {"t2"}, "person": {"ca-dmv-iso"}}, http.StatusSeeOther)
	post(tasks+"/reopen", url.Values{"task": {"t1"}, "reason": {"Not shut"}}, http.StatusSeeOther)
	post(tasks, url.Values{"what": {"Call the vendor"}, "aim": {"communication"}, "role": {"ir_lead"}}, http.StatusSeeOther)
	post(at+"/handover", url.Values{"lead": {"ca-coordinator"}, "state_of_play": {"All quiet"}}, http.StatusSeeOther)
	post(at+"/playbooks", url.Values{}, http.StatusUnprocessableEntity)
	page = get(at)
	for _, want := range []string{"Call the vendor", "All quiet", "Not shut"} {
		if !strings.Contains(page, want) {
			t.Errorf("what was recorded is not shown: %q", want)
		}
	}
}
