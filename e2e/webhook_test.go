package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const hookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjU"

// hooked is a directory in which the security office has a webhook beside its mailbox.
func hooked(t *testing.T, url string) string {
	t.Helper()
	b, err := os.ReadFile(directoryFile())
	if err != nil {
		t.Fatal(err)
	}
	var in map[string][]map[string]any
	if err := json.Unmarshal(b, &in); err != nil {
		t.Fatal(err)
	}
	for _, a := range in["authorities"] {
		if a["id"] == "ca-ois" {
			a["webhook"], a["webhook_secret"] = url, hookSecret
		}
	}
	if b, err = json.Marshal(in); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "directory.json")
	write(t, path, string(b))
	return path
}

// TestWebhook: an authority's webhook is called with a signature that the standard's own library accepts; but not where it
// leads inside, unless the operator allows that, and then a person is told while the mail goes out all the same.
func TestWebhook(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		allow []string
		calls int
	}{"allowed": {[]string{"--mail-hook-allow", "127.0.0.1/32"}, 1}, "internal": {nil, 0}} {
		t.Run(name, func(t *testing.T) {
			calls := make(chan string, 16)
			target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { calls <- verified(t, r) }))
			defer target.Close()
			post, dir := startSink(t), t.TempDir()
			keys := provision(t, dir, crew)
			if out, err := tool(t, "directory", "import", hooked(t, target.URL+"/hook"), "--data", dir); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			s := startReal(t, dir, keys, post.addr, c.allow...)
			a := s.fileLaptop(t)
			await(t, 20*time.Second, "mails are missing",
				func() bool { return s.incident(t, "ca-dmv-iso", a.Incident).track("ca-ois") == "delivered" })
			if c.calls == 0 {
				await(t, 20*time.Second, "nobody is told that the webhook is refused",
					func() bool { return told(s.incident(t, "ca-dmv-iso", a.Incident), "undeliverable") })
			} else {
				await(t, 20*time.Second, "the webhook is not called", func() bool { return len(calls) > 0 })
			}
			if len(calls) != c.calls {
				t.Errorf("%d calls, want %d", len(calls), c.calls)
			}
			for len(calls) > 0 {
				if body := <-calls; !strings.Contains(body, a.Incident) || !strings.Contains(body, `"type":"incident.authority_notice"`) {
					t.Errorf("the call says %s", body)
				}
			}
		})
	}
}

func told(v shown, kind string) bool {
	for _, m := range v.Messages {
		if m.Kind == kind && m.Status == "delivered" {
			return true
		}
	}
	return false
}

// verified checks a call as a receiver does, and answers its body.
func verified(t *testing.T, r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	hook, err := standardwebhooks.NewWebhook(hookSecret)
	if err == nil {
		err = hook.Verify(body, r.Header)
	}
	if err != nil {
		t.Errorf("signature: %v of %s", err, body)
	}
	return string(body)
}
