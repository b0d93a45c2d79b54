package e2e

import "testing"

// TestContain walks an asset off the network and back in a real browser, and checks the pages with every form open. MA 6.6.3.2, MA 6.8.2
func TestContain(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	s := start(t, t.TempDir())
	a := s.fileLaptop(t)
	s.drive(t, "contain.mjs", "--incident", a.Incident)
}
