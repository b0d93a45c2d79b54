package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// client is one HTTP connection. It does as little as a client can, because it shares the processors with the server.
type client struct {
	conn net.Conn
	r    *bufio.Reader
}

func dial(addr string) (*client, error) {
	c, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil, err
	}
	return &client{c, bufio.NewReaderSize(c, 32<<10)}, nil
}

func (c *client) close() { c.conn.Close() }

// do sends a request as it stands and reads the answer to its end.
func (c *client) do(raw []byte) (status int, body []byte, err error) {
	if err := c.conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return 0, nil, err
	}
	if _, err := c.conn.Write(raw); err != nil {
		return 0, nil, err
	}
	res, err := http.ReadResponse(c.r, nil)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	return res.StatusCode, body, err
}

// want is do for an answer that must have a status.
func (c *client) want(status int, raw []byte) ([]byte, error) {
	got, body, err := c.do(raw)
	if err == nil && got != status {
		err = fmt.Errorf("answered %d: %.400s", got, body)
	}
	return body, err
}

func request(method, path, key, idempotency string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, path)
	if key != "" {
		fmt.Fprintf(&b, "Authorization: Bearer %s\r\n", key)
	}
	if idempotency != "" {
		fmt.Fprintf(&b, "Idempotency-Key: %s\r\n", idempotency)
	}
	if body != nil {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// result is what a number of clients got done.
type result struct {
	done int
	took time.Duration
	each times
}

func (r result) perSecond() float64 { return float64(r.done) / r.took.Seconds() }

// closed lets n callers do one thing after another for a time. do is told which caller it is.
func closed(ctx context.Context, n int, d time.Duration, do func(caller int) error) (r result, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, d, nil)
	defer cancel()
	each := make([]times, n)
	errs := make([]error, n)
	var wg sync.WaitGroup
	began := time.Now()
	for i := range n {
		wg.Go(func() {
			for ctx.Err() == nil && errs[i] == nil {
				start := time.Now()
				errs[i] = do(i)
				each[i] = append(each[i], time.Since(start))
			}
		})
	}
	wg.Wait()
	r.took = time.Since(began)
	for i := range n {
		r.done += len(each[i])
		r.each = append(r.each, each[i]...)
		if errs[i] != nil {
			err = errs[i]
		}
	}
	return r, err
}

// dialAll opens n connections.
func dialAll(addr string, n int) ([]*client, func(), error) {
	clients := make([]*client, 0, n)
	done := func() {
		for _, c := range clients {
			c.close()
		}
	}
	for range n {
		c, err := dial(addr)
		if err != nil {
			done()
			return nil, nil, err
		}
		clients = append(clients, c)
	}
	return clients, done, nil
}
