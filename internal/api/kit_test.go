package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"tocsin/internal/api"
	"tocsin/internal/api/serve"
	"tocsin/internal/testkit"
)

// world is the interface before the real application, on a record with incidents at different points.
type world struct {
	*testkit.Harness
	cases testkit.Cases
	*httptest.Server
	keys   map[string]string
	writes atomic.Int64 // how often something was written
}

// start serves with real timeouts, connections and large bodies.
func start(t testing.TB, change ...func(*api.Config)) *world {
	t.Helper()
	h, cases := testkit.StartWithCases(t)
	return serveAPI(t, h, cases, change...)
}

func serveAPI(t testing.TB, h *testkit.Harness, cases testkit.Cases, change ...func(*api.Config)) *world {
	t.Helper()
	w := &world{Harness: h, cases: cases, keys: map[string]string{}}
	w.OnWrite(func() error {
		w.writes.Add(1)
		return nil
	})
	c := api.Config{App: h.App}
	for _, ch := range change {
		ch(&c)
	}
	w.Server = httptest.NewServer(api.New(c))
	t.Cleanup(w.Server.Close)
	return w
}

// key is a person's key for everything, used once, so that a test that counts what is written does not count its use.
func (w *world) key(person string) string {
	if w.keys[person] == "" {
		w.keys[person] = w.Key(person)
		if _, err := w.ActorForKey(w.T.Context(), w.keys[person]); err != nil {
			w.T.Fatal(err)
		}
	}
	return w.keys[person]
}

// ask sends a request with a person's key and JSON, changed by the pairs of header names and values; an empty value drops the
// header.
func (w *world) ask(person, method, path, body string, headers ...string) (*http.Response, string) {
	w.T.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, w.URL+path, r)
	if err != nil {
		w.T.Fatal(err)
	}
	if person != "" {
		req.Header.Set("Authorization", "Bearer "+w.key(person))
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Del(headers[i])
		if headers[i+1] != "" {
			req.Header[http.CanonicalHeaderKey(headers[i])] = []string{headers[i+1]}
		}
	}
	return w.send(req)
}

func (w *world) send(req *http.Request) (*http.Response, string) {
	w.T.Helper()
	res, err := w.Client().Do(req)
	if err != nil {
		w.T.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		w.T.Fatal(err)
	}
	return res, string(answer)
}

func problemOf(t testing.TB, res *http.Response, body string) serve.Problem {
	t.Helper()
	if got := res.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q of %s", got, body)
	}
	var p serve.Problem
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if p.Status != res.StatusCode {
		t.Errorf("says %d and is %d", p.Status, res.StatusCode)
	}
	return p
}

// logged collects the request log.
func logged(c *api.Config) *bytes.Buffer {
	var b bytes.Buffer
	c.Log = slog.New(slog.NewJSONHandler(&b, nil))
	return &b
}
