package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// valve stands before a mail server and lets nothing through until it is opened: connections are taken and nobody speaks.
type valve struct {
	addr string
	open chan struct{}
}

func startValve(t testing.TB, behind string) *valve {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	v := &valve{addr: l.Addr().String(), open: make(chan struct{})}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go v.pass(c, behind)
		}
	}()
	return v
}

func (v *valve) pass(c net.Conn, behind string) {
	defer c.Close()
	<-v.open
	s, err := net.Dial("tcp", behind)
	if err != nil {
		return
	}
	defer s.Close()
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = io.Copy(s, c); s.Close() })
	wg.Go(func() { _, _ = io.Copy(c, s); c.Close() })
	wg.Wait()
}

// TestMailServerHangs: while the mail server takes connections and says nothing, reports are taken and the server stays ready;
// when the mail server speaks again, everything arrives.
func TestMailServerHangs(t *testing.T) {
	if testing.Short() {
		t.Skip("slow: outlasts the time in which a loop must have run")
	}
	t.Parallel()
	post, dir := startSink(t), t.TempDir()
	v := startValve(t, post.addr)
	s := startReal(t, dir, provision(t, dir, crew), v.addr)
	for n := range 20 { // more than one courier has places for
		body := map[string]any{"entity": "ca-demo-dmv", "description": fmt.Sprintf("Case %d", n)}
		if status, text := s.call("ca-dmv-iso", "POST", "/api/v1/filings", body, nil, nil); status != http.StatusCreated {
			t.Fatalf("filing: %d %s", status, text)
		}
	}
	for end := time.Now().Add(75 * time.Second); time.Now().Before(end); time.Sleep(time.Second) {
		if status, text := fetch(t, s.url+"/readyz"); status != http.StatusOK {
			t.Fatalf("not ready: %d %s", status, text)
		}
	}
	if n := post.count(); n != 0 {
		t.Fatalf("%d messages came through a closed valve", n)
	}
	close(v.open)
	s.everythingArrives(t, openRecord(t, dir), post)
}
