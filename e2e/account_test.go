package e2e

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// invitation makes one from the command line, as for the first person on a fresh server.
func invitation(t *testing.T, dir, base, person string) string {
	t.Helper()
	out, err := tool(t, "invite", "--person", person, "--data", dir, "--base-url", base)
	link, _, _ := strings.Cut(out, "\n")
	if err != nil || !strings.HasPrefix(link, base+"/invite/") {
		t.Fatalf("%v\n%s", err, out)
	}
	return link
}

// TestSignIn walks the ways in with a real browser and its virtual authenticator, on a server that is no demonstration.
func TestSignIn(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	dir, post := t.TempDir(), startSink(t)
	if out, err := tool(t, "directory", "import", directoryFile(), "--data", dir); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := tool(t, "invite", "--person", "nobody", "--data", dir); err == nil || !strings.Contains(out, "not in the directory") {
		t.Errorf("inviting nobody: %v\n%s", err, out)
	}
	s := realServer(t, dir, nil, post.addr)
	_, port, _ := strings.Cut(s.addr, ":")
	base := "http://localhost:" + port // browsers make no passkeys for a number
	s.url, s.args = base, append(s.args, "--base-url", base)
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
	s.drive(t, "account.mjs", "--invite", invitation(t, dir, base, "ca-coordinator"), "--second", invitation(t, dir, base, "ca-cdph-iso"))
	mails := post.arrived()
	if len(mails) != 1 {
		t.Errorf("%d mails went out, want the one invitation", len(mails))
	}
	for id, copies := range mails {
		if u, err := url.Parse(base); err != nil || !strings.Contains(strings.ReplaceAll(copies[0].raw, "=\r\n", ""), u.Host+"/invite/") {
			t.Errorf("mail %s has no invitation in it", id)
		}
	}
}

var backLink = regexp.MustCompile(`/recover/\S+`)

// wayBack asks for the mail that leads back in, and answers the address in it.
func (s *server) wayBack(t *testing.T, address string) (path string) {
	t.Helper()
	before := len(s.mailsTo(address, "", "way back"))
	res, err := http.PostForm(s.url+"/recover", url.Values{"email": {address}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	await(t, 10*time.Second, "no way back for "+address, func() bool { return len(s.mailsTo(address, "", "way back")) > before })
	mails := s.mailsTo(address, "", "way back")
	return backLink.FindString(mails[len(mails)-1].Text)
}

// TestAccountAccessible checks the pages of signing in, invitations and one's own account against WCAG 2.1 AA.
func TestAccountAccessible(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	addr := freeAddress(t)
	_, port, _ := strings.Cut(addr, ":")
	base := "http://localhost:" + port
	s := start(t, t.TempDir(), "--listen", addr, "--base-url", base)
	s.drive(t, "wayback.mjs", "--invite", invitation(t, s.dir, base, "ca-cdph-iso"))
	link := invitation(t, s.dir, base, "ca-cdph-iso")
	s.drive(t, "axe.mjs", "/signin", strings.TrimPrefix(link, base), "/invite/never-made", "/recover", "/recover/never-made",
		s.wayBack(t, "gordon.sallis@dmv.ca.example"), s.wayBack(t, s.person("ca-cdph-iso").Email),
		"--as", "incident response coordinator", "/account", "/account/passkey", "/account/password", "/invitations",
		"/invitations?q=nobody-of-that-name")
}
