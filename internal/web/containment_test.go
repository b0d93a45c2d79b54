package web_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

// The pages of affected assets: put on the list one by one and many at once, stepped with what was typed kept where it is refused,
// returned only when everything is stated, and sent as a file that no spreadsheet runs. MA 6.8.1
func TestAssetPages(t *testing.T) {
	h, number := inquiry(t)
	h.kit.Tools = []incident.Tool{testkit.Tool("ma-state", "https://edr.example.gov/c")}
	at := "/incidents/" + number + "/assets"
	say := func(path string, form url.Values, status int, want ...string) {
		t.Helper()
		a := h.get(path)
		if form != nil {
			a = h.post(path, form)
		}
		if a.StatusCode != status {
			t.Fatalf("%s %v: %d, want %d", path, form, a.StatusCode, status)
		}
		if status == http.StatusSeeOther {
			return
		}
		for _, w := range want {
			if !strings.Contains(a.body, w) {
				t.Errorf("%s %v does not say %q", path, form, w)
			}
		}
		for _, flaw := range flaws(parse(t, a.body)) {
			t.Errorf("%s: %s", path, flaw)
		}
	}
	say(at, nil, 200, "No asset is on the list yet", "Vehicle registry")
	say(at, url.Values{"several": {"1"}, "lines": {""}}, 422, "Nothing is chosen", `id="problems"`)
	say(at, url.Values{"name": {""}, "kind": {"server"}}, 422, `id="f-one-name-error"`, `value="server"`)
	say(at, url.Values{"several": {"1"}, "directory": {"ma-rmv-registry"}, "lines": {"web-06\n; server"}}, 422, "Line 2: an asset has a name", `id="f-several-lines-error"`, "web-06", "checked")
	say(at, url.Values{"several": {"1"}, "directory": {"ma-rmv-registry"}, "lines": {"web-06\nweb-05"}}, 303)
	say(at, url.Values{"several": {"1"}, "lines": {"=cmd|x; server; DMZ, Backup; high\n\n-2\tphone"}}, 303)
	h.kit.Clock.Move(90 * time.Minute)
	h.be("ma-lead")
	say(at, nil, 200, "On the network", "for 1 h 30 min", "=cmd|x", "As a table", "web-05")
	say(at+"/a9", nil, 404)
	one := at + "/a4"
	say(one, nil, 200, "DMZ", "Backup", "Still on it", "MA 6.6.3.2", "Not stated")
	say(one+"/step", url.Values{"step": {"cleaned"}, "done": {"Wiped it."}}, 422, "this step leaves the usual order", "Wiped it.", `<details open>`)
	say(one+"/step", url.Values{"step": {"isolated"}, "at": {"never"}, "at.zone": {"UTC"}, "done": {"x"}}, 422, "not a date", `id="f-isolated-at-error"`)
	say(one+"/step", url.Values{"step": {"asked"}, "person": {"outside"}, "done": {"By radio"}}, 303)
	say(one+"/step", url.Values{"step": {"infeasible"}, "accepted_by": {"ma-rmv-iso"}, "reason": {"Nobody could drive."}}, 303)
	say(one, nil, 200, "Nobody could drive.", "By radio", "It cannot be taken off.")
	say(one+"/step", url.Values{"step": {"cleaned"}, "done": {"Wiped it."}, "reason": {"It stays on."}}, 303)
	say(one+"/step", url.Values{"step": {"restored"}, "done": {"Made anew."}, "source": {"The copy of Monday."}}, 303)
	say(one+"/step", url.Values{"step": {"verified"}, "done": {"Looked at it."}}, 303)
	say(one+"/statement", url.Values{"about": {"access"}, "statement": {" "}}, 422, "The statement is missing")
	say(one, nil, 200, "It cannot return yet", "Not stated:")
	for _, about := range []string{"source", "changes", "access"} {
		say(one+"/statement", url.Values{"about": {about}, "statement": {"So it is."}}, 303)
	}
	h.be("ma-coordinator")
	say(one+"/statement", url.Values{"about": {"validated"}, "statement": {"So it is."}}, 303)
	h.be("ma-lead")
	say(one, nil, 200, "Return it to service", "So it is.")
	say(one+"/order", url.Values{"tool": {"edr"}, "action": {"contain"}, "target_kind": {"device"}, "target": {""}}, 422, `id="f-order-target-error"`)
	say(one+"/order", url.Values{"tool": {"edr"}, "action": {"contain"}, "target_kind": {"device"}, "target": {"web-04"}}, 303)
	say(one, nil, 200, "An answer is awaited")
	say(one+"/result", url.Values{"command": {"k1"}, "status": {""}}, 422, "What became of it is missing")
	say(one+"/result", url.Values{"command": {"k1"}, "status": {"200"}, "status_text": {"The console shows it."}}, 303)
	say(one, nil, 200, "The console shows it.")
	say(one+"/describe", url.Values{"name": {"web-04b"}, "kind": {"server"}, "networks": {"DMZ\nBackup"}}, 303)

	file := h.get(at + "/export")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.body, "\uFEFF"))).ReadAll()
	if err != nil || len(rows) != 6 || rows[4][3] != "web-04b" || rows[4][15] != "yes: DMZ; Backup" || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file: %v, %v", rows, err)
	}
	if rows[5][3] != "'-2" {
		t.Errorf("a cell that a spreadsheet would run: %q", rows[5][3])
	}
	say(at+"/export?format=xlsx", nil, 400)
}
