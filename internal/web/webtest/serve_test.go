package webtest_test

import (
	"net"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"tocsin/internal/web"
	"tocsin/internal/web/webtest"
)

// TestServe serves the pages over the fake until it is stopped, for looking at them:
//
//	TOCSIN_PAGES=127.0.0.1:8099 TOCSIN_PAGES_ROWS=120 TOCSIN_PAGES_TEXT="a very long name" go test ./internal/web/webtest -run TestServe -timeout 0
func TestServe(t *testing.T) {
	address := os.Getenv("TOCSIN_PAGES")
	if address == "" {
		t.Skip("TOCSIN_PAGES names no address to serve on")
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	fake := webtest.New(time.Now)
	fake.Base = "http://" + listener.Addr().String()
	fake.Text = os.Getenv("TOCSIN_PAGES_TEXT")
	rows, _ := strconv.Atoi(os.Getenv("TOCSIN_PAGES_ROWS"))
	fake.Seed(rows)
	handler, err := web.New(web.Config{Ports: fake.Ports(), Demo: os.Getenv("TOCSIN_PAGES_KEYS") == "", Mailbox: fake, Now: time.Now, Version: "0.1.0",
		Zones: map[string]string{"us-ca": "America/Los_Angeles", "us-ma": "America/New_York"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("serving on http://%s", listener.Addr())
	t.Fatal(http.Serve(listener, handler))
}
