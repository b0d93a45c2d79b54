package web_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tocsin/internal/web"
)

// stream is an open stream of events.
type stream struct {
	*http.Response
	lines chan string
	stop  context.CancelFunc
}

func (h *harness) open(path string, headers ...string) *stream {
	h.Helper()
	ctx, stop := context.WithCancel(context.Background())
	h.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, "GET", h.base+path, nil)
	if err != nil {
		h.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := h.client.Do(r)
	if err != nil {
		h.Fatal(err)
	}
	s := &stream{Response: resp, lines: make(chan string, 100), stop: stop}
	go func() {
		defer close(s.lines)
		defer resp.Body.Close()
		for sc := bufio.NewScanner(resp.Body); sc.Scan(); {
			s.lines <- sc.Text()
		}
	}()
	return s
}

// next answers the next event: its name, id and data. "closed" says that the stream ended, "silent" that nothing came.
func (s *stream) next(wait time.Duration) (name, id, data string) {
	after := time.After(wait)
	for {
		select {
		case line, ok := <-s.lines:
			key, value, _ := strings.Cut(line, ": ")
			switch {
			case !ok:
				return "closed", "", ""
			case key == "event":
				name = value
			case key == "id":
				id = value
			case key == "data":
				return name, id, value
			}
		case <-after:
			return "silent", "", ""
		}
	}
}

const soon, never = 3 * time.Second, 700 * time.Millisecond

func (s *stream) want(t *testing.T, name, id string, wait time.Duration) {
	t.Helper()
	if got, gotID, _ := s.next(wait); got != name || gotID != id {
		t.Errorf("event %q with id %q, want %q with %q", got, gotID, name, id)
	}
}

func quick(c *web.Config) { c.Heartbeat = 100 * time.Millisecond }

func TestLiveTellsWhatChanged(t *testing.T) {
	h := seeded(t, 2)
	h.be("ca-dmv-iso")
	one, other := h.numbers()[0], h.numbers()[1]
	before := fmt.Sprint(h.view(one).Version)
	touch := func(number string) {
		t.Helper()
		if err := h.kit.Acknowledge(t.Context(), h.kit.As(duty), number, "ca-ois"); err != nil {
			t.Fatal(err)
		}
		h.kit.Sequence()
	}
	s := h.open("/incidents/" + one + "/live?version=" + before)
	if got := s.Header.Get("Content-Type"); s.StatusCode != 200 || !strings.HasPrefix(got, "text/event-stream") || s.Header.Get("Content-Security-Policy") == "" {
		t.Fatalf("%d %s", s.StatusCode, got)
	}
	touch(other)
	s.want(t, "silent", "", never)
	touch(one)
	after := fmt.Sprint(h.view(one).Version)
	s.want(t, "change", after, soon)
	late := h.open("/incidents/"+one+"/live?version="+before, "Last-Event-ID", after)
	late.want(t, "silent", "", never) // it has seen that
	behind := h.open("/incidents/" + one + "/live?version=" + before)
	behind.want(t, "change", after, soon)
	for path, status := range map[string]int{"/incidents/" + absentNumber + "/live": 404, "/incidents/" + one + "/live": 200} {
		if s := h.open(path); s.StatusCode != status {
			t.Errorf("%s: %d", path, s.StatusCode)
		}
	}
}

// A session that is revoked, or access that is lost, ends the stream: at the next event, or at the next heartbeat.
func TestPeer_S23_LiveEndsWithSessionAndAccess(t *testing.T) {
	h := seeded(t, 1, quick)
	h.be(coordinator)
	h.be("ca-dmv-iso")
	number := h.first()
	path := "/incidents/" + number + "/live?version=" + fmt.Sprint(h.view(number).Version)
	s, home := h.open(path), h.open("/live")
	home.want(t, "state", "", soon)
	if err := h.kit.App.IdentityRoom.Accounts.EndSessions(t.Context(), iso, ""); err != nil {
		t.Fatal(err)
	}
	s.want(t, "end", "", soon)
	s.want(t, "closed", "", soon)
	home.want(t, "end", "", soon)

	h.be("ca-dmv-iso")
	s, home = h.open(path), h.open("/live")
	home.want(t, "state", "", soon)
	if err := h.kit.Restrict(t.Context(), h.kit.As(coordinator), number, nil, "An insider."); err != nil {
		t.Fatal(err)
	}
	h.kit.Sequence()
	s.want(t, "end", "", soon)
	s.want(t, "closed", "", soon)
	home.want(t, "silent", "", never) // nothing that the reader may see has changed
	if a := h.get(path); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, "Page not found") {
		t.Errorf("coming back: %d", a.StatusCode)
	}
}

func TestLiveIsBounded(t *testing.T) {
	h := start(t)
	h.be("ca-dmv-iso")
	var open []*stream
	for range 8 {
		open = append(open, h.open("/live"))
	}
	if s := h.open("/live"); s.StatusCode != http.StatusConflict {
		t.Errorf("the ninth stream of a person: %d", s.StatusCode)
	}
	open[0].stop()
	for range 100 {
		if s := h.open("/live"); s.StatusCode == 200 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("a stream that ended still counts")
}

func TestLiveEndsWithTheServer(t *testing.T) {
	stopping := make(chan struct{})
	h := start(t, func(c *web.Config) { c.Stopping = stopping })
	h.be("ca-dmv-iso")
	s := h.open("/live")
	s.want(t, "state", "", soon)
	close(stopping)
	s.want(t, "closed", "", soon)
}

// A page says which address tells it of changes, and works where nothing does.
func TestPagesNameTheirParts(t *testing.T) {
	h := seeded(t, 1)
	h.be("ca-dmv-iso")
	for path, want := range map[string]string{"/": `data-live="/live"`, "/incidents/" + h.first(): `/live?version=`} {
		a := h.get(path)
		if !strings.Contains(a.body, want) || !strings.Contains(a.body, "data-live-part") || !strings.Contains(a.body, `aria-live="polite"`) {
			t.Errorf("%s has no live parts", path)
		}
	}
	if a := h.post("/live", url.Values{}); a.StatusCode == http.StatusOK {
		t.Error("a form opens a stream")
	}
}
