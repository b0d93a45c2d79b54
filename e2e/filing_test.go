package e2e

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tocsin/packs"
)

// line stands between the browser and the server and does to their conversation what networks and servers do.
type line struct {
	to   atomic.Pointer[url.URL]
	mode atomic.Value // answer, cut, busy, lose, signout
}

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mode := l.mode.Load().(string)
	filing := r.URL.Path == "/report/send"
	switch {
	case mode == "cut", mode == "signout" && r.URL.Path != "/signout" && r.URL.Path != "/signin" && !strings.HasPrefix(r.URL.Path, "/static/"):
		panic(http.ErrAbortHandler)
	case mode == "busy":
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(l.to.Load()); p.Out.Host = p.In.Host }}
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	if mode == "lose" && filing {
		proxy.ServeHTTP(httptest.NewRecorder(), r) // the server commits
		panic(http.ErrAbortHandler)                // and nobody hears of it
	}
	proxy.ServeHTTP(w, r)
}

// TestFilingInTrouble walks filing in a real browser through everything that goes wrong around it. B3
func TestFilingInTrouble(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	dir := browserFolder(t)
	s := start(t, t.TempDir())
	s.addr = strings.TrimPrefix(s.url, "http://")
	l := &line{}
	at, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	l.to.Store(at)
	l.mode.Store("answer")
	front := httptest.NewServer(l)
	t.Cleanup(front.Close)

	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "filing.mjs", "--base", front.URL)
	cmd.Dir, cmd.WaitDelay = dir, 5*time.Second
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = &lockedBuffer{}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		wish, asked := strings.CutPrefix(lines.Text(), "> ")
		switch {
		case !asked:
			t.Log(lines.Text())
		case wish == "end":
			ended = true
		default:
			fmt.Fprintln(in, "done "+s.grant(t, l, wish))
		}
	}
	if err := cmd.Wait(); err != nil || !ended {
		t.Errorf("filing.mjs: %v\n%s", err, cmd.Stderr)
	}
}

// grant does to the server what the browser's script asks for.
func (s *server) grant(t *testing.T, l *line, wish string) string {
	t.Helper()
	what, about, _ := strings.Cut(wish, " ")
	switch what {
	case "kill":
		s.kill()
	case "start":
		if err := s.run(); err != nil {
			t.Error(err)
		}
		at, err := url.Parse(s.url)
		if err != nil {
			t.Error(err)
		}
		l.to.Store(at)
	case "count":
		return s.filedWith(t, about)
	case "opens":
		pack, err := packs.Load("us-ca")
		if err != nil {
			t.Error(err)
			return ""
		}
		c := pack.Calendar()
		day := time.Now().In(c.Zone())
		for {
			day = day.AddDate(0, 0, 1)
			noon := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, c.Zone())
			if c.InHours(noon) {
				for c.InHours(noon.Add(-time.Minute)) {
					noon = noon.Add(-time.Minute)
				}
				return noon.UTC().Format(time.RFC3339)
			}
		}
	default:
		l.mode.Store(what)
	}
	return ""
}

// filedWith counts the incidents whose description holds these words, and answers when the last was discovered.
func (s *server) filedWith(t *testing.T, words string) string {
	t.Helper()
	var list struct {
		Incidents []struct{ Incident string }
	}
	s.call("ca-dmv-iso", "GET", "/api/v1/incidents?search="+url.QueryEscape(words), nil, nil, &list)
	discovered := ""
	for _, i := range list.Incidents {
		var v struct {
			Filings []struct {
				Content struct {
					DiscoveredAt string `json:"discovered_at"`
				}
			}
		}
		s.call("ca-dmv-iso", "GET", "/api/v1/incidents/"+i.Incident, nil, nil, &v)
		for _, f := range v.Filings {
			discovered = f.Content.DiscoveredAt
		}
	}
	return fmt.Sprintf("%d %s", len(list.Incidents), discovered)
}

// TestFilingForEverybody files with the keyboard alone and without script, and checks every page of filing against WCAG 2.1 AA.
func TestFilingForEverybody(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	t.Parallel()
	browserFolder(t)
	s := start(t, t.TempDir())
	s.drive(t, "axe.mjs", "/quick")
	s.drive(t, "plain.mjs")
	number := s.story(t, "Said in two\nlines.", "plain")
	s.drive(t, "axe.mjs", "--as", "Dana Whitfield", "/report?entity=ca-demo-dmv", "/report/offline",
		"/report?incident="+number+"&kind=supplement",
		"/report?incident="+number+"&kind=written", "--as", "SOC analyst", "/triage", "/quick")
}
