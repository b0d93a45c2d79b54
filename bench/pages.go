package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// pageTarget is what the server may take for a page at 100,000 incidents.
const pageTarget = "25 ms"

// pagesAs measures the pages that a reader opens, with a session as a browser has it. Each is opened once before: what its first opening
// sets going in the background, as the counts of the picture on the home page, is done when it is measured.
func (b *bench) pagesAs(ctx context.Context, p *place, s *server, reader string) error {
	c, cookie, err := readAs(s.addr, p.keys[reader])
	if err != nil {
		return err
	}
	defer c.close()
	body, err := c.want(200, request("GET", "/api/v1/incidents?limit=1", p.keys[reader], "", nil))
	if err != nil {
		return err
	}
	var first page
	if err := json.Unmarshal(body, &first); err != nil || len(first.Incidents) == 0 {
		return errors.Join(err, errors.New("the reader sees no incident"))
	}
	for _, q := range []struct{ what, path string }{{"home", "/"}, {"incidents", "/incidents"},
		{"incidents, rare word", "/incidents?q=" + rareWord},
		{"incident", "/incidents/" + first.Incidents[0].Incident}, {"inbox", "/inbox"}, {"work", "/work"}, {"board", "/board"},
		{"corrective actions", "/actions"}, {"directory", "/directory"}} {
		if _, err := c.want(200, visit(q.path, cookie)); err != nil {
			return fmt.Errorf("%s: %w", q.path, err)
		}
		settled(ctx, p, s, 400*time.Millisecond, 20*time.Second)
		each, _, err := b.repeat(ctx, c, visit(q.path, cookie))
		if err != nil {
			return fmt.Errorf("%s: %w", q.path, err)
		}
		b.out.row("%-8s %-15s page %-21s %s  (target p99 %s)", p.engine, reader, q.what, each, pageTarget)
	}
	return nil
}

func visit(path string, cookie *http.Cookie) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: %s=%s\r\n\r\n", path, cookie.Name, cookie.Value)
}

// readAs dials, with the session of whoever holds a key; the caller closes.
func readAs(addr, key string) (*client, *http.Cookie, error) {
	cookie, err := signIn(addr, key)
	if err != nil {
		return nil, nil, err
	}
	c, err := dial(addr)
	return c, cookie, err
}

// signIn opens a session on the pages with an API key.
func signIn(addr, key string) (*http.Cookie, error) {
	c, err := dial(addr)
	if err != nil {
		return nil, err
	}
	defer c.close()
	form := []byte(url.Values{"key": {key}}.Encode())
	var raw bytes.Buffer
	fmt.Fprintf(&raw, "POST /signin HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Content-Length: %d\r\n\r\n%s",
		addr, addr, len(form), form)
	_ = c.conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := c.conn.Write(raw.Bytes()); err != nil {
		return nil, err
	}
	res, err := http.ReadResponse(bufio.NewReader(c.conn), nil)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	for _, k := range res.Cookies() {
		if k.Value != "" {
			return k, nil
		}
	}
	return nil, fmt.Errorf("signing in answered %d and no session", res.StatusCode)
}
