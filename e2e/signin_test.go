package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tocsin/internal/testkit/idp"
)

// signInFile writes the configuration of one provider that works and one that is not there.
func signInFile(t *testing.T, p *idp.Provider) string {
	t.Helper()
	dir := t.TempDir()
	secret, file := filepath.Join(dir, "secret"), filepath.Join(dir, "sign-in.yaml")
	config := fmt.Sprintf(`providers:
  - id: state
    name: State Login
    issuer: %s
    client_id: tocsin
    client_secret_file: %s
    scopes: [openid, profile, email, groups]
    groups:
      - {group: dmv-security, role: iso, entity: ca-demo-dmv}
  - id: away
    name: Away Login
    issuer: http://%s
    client_id: tocsin
    groups:
      - {group: x, role: iso, entity: ca-demo-dmv}
`, p.Issuer(), secret, freeAddress(t))
	for name, text := range map[string]string{secret: p.Secret + "\n", file: config} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

func provider(t *testing.T) *idp.Provider {
	t.Helper()
	p := idp.Start(t, "tocsin", "the secret of the client", time.Now)
	p.Subject = idp.Claims{"sub": "u-17", "name": "Kim Doe", "email": "kim.doe@dmv.test", "email_verified": true,
		"groups": []string{"dmv-security"}}
	return p
}

// TestAccounts walks sign-in with a provider, keys and designations in a real browser, and checks their pages with axe.
func TestAccounts(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	s := start(t, t.TempDir(), "--sign-in", signInFile(t, provider(t)))
	s.drive(t, "axe.mjs", "/signin", "/signin/with/away")
	s.drive(t, "accounts.mjs")
	s.drive(t, "axe.mjs", "--as", "Gordon Sallis", "/account/keys", "/reporters", "/entities/ca-demo-dmv/reporters")
}

// TestPeer_S20_OverHTTP: the cookie of the attempt binds the answer to the browser, and nothing that is put into the addresses leads
// elsewhere or opens a session.
func TestPeer_S20_OverHTTP(t *testing.T) {
	t.Parallel()
	p := provider(t)
	s := start(t, t.TempDir(), "--sign-in", signInFile(t, p))
	browser := func() *http.Client {
		jar, _ := cookiejar.New(nil)
		return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	get := func(c *http.Client, address string) (status int, location, body string) {
		t.Helper()
		resp, err := c.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, resp.Header.Get("Location"), string(b)
	}
	in := func(c *http.Client) bool {
		t.Helper()
		status, _, _ := get(c, s.url+"/")
		return status == http.StatusOK
	}
	mine, other := browser(), browser()
	_, address, _ := get(mine, s.url+"/signin/with/state?next=//evil.test/")
	if !strings.HasPrefix(address, p.Issuer()+"/authorize?") || !strings.Contains(address, "code_challenge_method=S256") {
		t.Fatalf("sent to %q", address)
	}
	_, back, _ := get(mine, address)
	if status, _, body := get(other, back); status != http.StatusForbidden || in(other) || strings.Contains(body, "Kim") {
		t.Errorf("in another browser: status %d", status)
	}
	if status, to, _ := get(mine, back); status != http.StatusSeeOther || to != "/" || !in(mine) {
		t.Errorf("in the browser that asked: status %d to %q", status, to)
	}
	if status, _, _ := get(mine, back); status != http.StatusForbidden {
		t.Errorf("the same answer again: status %d", status)
	}
	fresh := browser()
	_, address, _ = get(fresh, s.url+"/signin/with/state")
	_, back, _ = get(fresh, address)
	for _, bad := range []string{strings.Replace(back, "state=", "state=x", 1), strings.Replace(back, "iss=", "iss=https%3A%2F%2Fevil.test%2F",
		1), back + "&code=second",
		strings.Replace(back, "/with/state/", "/with/away/", 1), strings.Replace(back, "/with/state/", "/with/nobody/", 1)} {
		if status, to, _ := get(fresh, bad); status == http.StatusSeeOther || to != "" || in(fresh) {
			t.Errorf("%s: status %d to %q", bad, status, to)
		}
	}
	if strings.Contains(s.log.String(), "second") || strings.Contains(s.log.String(), p.Secret) {
		t.Error("a code or the secret stands in the log")
	}
}

// TestSignInFileFaults: a wrong file is refused before anything is served, with line and column of each fault.
func TestSignInFileFaults(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "sign-in.yaml")
	const config = `providers:
  - id: State Login
    name: State
    issuer: http://login.state.test
    client_id: tocsin
    scops: [openid]
    groups:
      - {group: admins, role: administrator, entity: ca}
      - {group: x, role: king, entity: ca}
      - {group: x, role: iso}
`
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, change := range []struct{ old, new, want string }{
		{"", "", `:6:5: unknown key "scops" in an entry of providers; did you mean "scopes"?`},
		{"    scops: [openid]\n", "", ":8:"}, {"    scops: [openid]\n", "", "a group cannot give the role of administrator"},
		{"    scops: [openid]\n", "", `role cannot be "king"`}, {"    scops: [openid]\n", "", "only https is safe"},
		{"    scops: [openid]\n", "", "id cannot be part of an address"}, {"    scops: [openid]\n", "", "the place of the role"},
	} {
		src := config
		if change.old != "" {
			src = strings.Replace(config, change.old, change.new, 1)
		}
		if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, change.want, "serve", "--demo", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--sign-in", file)
	}
}
