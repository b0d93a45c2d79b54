package e2e

import "testing"

// TestInvestigationPages walks through an investigation in a real browser, and checks its pages against WCAG 2.1 AA.
func TestInvestigationPages(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	s := start(t, t.TempDir())
	number := s.fileLaptop(t).Incident
	s.drive(t, "inquiry.mjs", "--incident", number)
	at := "/incidents/" + number + "/investigation"
	s.drive(t, "axe.mjs", "--as", "Imani Reyes", at, at+"/timeline", at+"/timeline/add", at+"/events/e1", at+"/indicators",
		at+"/indicators/i1", at+"/findings", at+"/notes", at+"/related",
		"/indicators?value=evil.example")
}
