// Package client files reports over the API for the command line, and keeps them safe on this machine while the server
// cannot take them. It speaks HTTP only and knows nothing of the server's inside.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/domain/policy"
)

// Kind is what is being sent.
type Kind string

// The kinds, named by their path.
const (
	Filing    Kind = "filings"
	Telephone Kind = "telephone-reports"
)

// answerMax bounds what is read of an answer, in bytes.
const answerMax = 16 << 20

// Client speaks to one server with one key. It is safe for concurrent use.
type Client struct {
	base *url.URL
	key  string
	http *http.Client
}

// New makes a client. The key goes over plain HTTP only to this machine itself, or where plainHTTP says that the way
// there is protected otherwise.
func New(server, key string, plainHTTP bool) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(server, "/"))
	if err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || (base.Scheme != "https" && base.Scheme != "http") {
		return nil, errors.New("the server's address is not usable; give it like https://tocsin.example.gov")
	}
	if base.Scheme == "http" && !plainHTTP && !loopback(base.Hostname()) {
		return nil, errors.New("the key would travel unprotected over http; use https, or --plain-http where the network protects it")
	}
	return &Client{base: base, key: key, http: &http.Client{
		Timeout: 30 * time.Second,
		// A redirect could carry the key elsewhere and turn a filing into a GET.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Problem is a refusal by the server: sending the same again will not help.
type Problem struct {
	Title    string           `json:"title"`
	Status   int              `json:"status"`
	Detail   string           `json:"detail"`
	Errors   []FieldError     `json:"errors"`
	Contacts []policy.Contact `json:"emergency_contacts"`
}

// FieldError is one refused field.
type FieldError struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
	Remedy string `json:"remedy"`
}

// Error is the detail, or the title where there is none.
func (p *Problem) Error() string {
	if p.Detail != "" {
		return p.Detail
	}
	return p.Title
}

// Unreachable says that the server did not take the request and may take it later. Whether it was recorded is unknown:
// only the same idempotency key makes sending it again safe.
type Unreachable struct {
	Why        string
	RetryAfter time.Duration    // 0 where the server said nothing
	Contacts   []policy.Contact // as the server said them, if it did
}

// Error says why.
func (u *Unreachable) Error() string { return u.Why }

// Send files a report or records a telephone report. The body goes out byte for byte as given, because the server holds
// it against the key. The error is a *Problem or an *Unreachable.
func (c *Client) Send(ctx context.Context, kind Kind, body []byte, idempotencyKey string) (Answer, json.RawMessage, error) {
	raw, err := c.do(ctx, http.MethodPost, string(kind), body, idempotencyKey)
	if err != nil {
		return Answer{}, nil, err
	}
	var a Answer
	if err := json.Unmarshal(raw, &a); err != nil || a.Incident == "" {
		return Answer{}, nil, &Unreachable{Why: "something other than Tocsin answers at " + c.base.Host}
	}
	return a, raw, nil
}

// Preview asks what a filing would lead to.
func (c *Client) Preview(ctx context.Context, body []byte) (p Preview, err error) {
	return p, c.read(ctx, http.MethodPost, "preview", body, &p)
}

// Form asks what a filing for an entity asks.
func (c *Client) Form(ctx context.Context, entity string) (f Form, err error) {
	return f, c.read(ctx, http.MethodGet, "forms/"+url.PathEscape(entity), nil, &f)
}

// Entities lists the entities that the key may see.
func (c *Client) Entities(ctx context.Context) ([]Entity, error) {
	var list struct {
		Entities []Entity `json:"entities"`
	}
	err := c.read(ctx, http.MethodGet, "entities", nil, &list)
	return list.Entities, err
}

// Resolve makes an address in an answer absolute.
func (c *Client) Resolve(ref string) string {
	u, err := url.Parse(ref)
	if err != nil {
		return ref
	}
	return c.base.ResolveReference(u).String()
}

// Server is the address that this client speaks to.
func (c *Client) Server() string { return c.base.String() }

func (c *Client) read(ctx context.Context, method, path string, body []byte, into any) error {
	raw, err := c.do(ctx, method, path, body, "")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return &Unreachable{Why: "something other than Tocsin answers at " + c.base.Host}
	}
	return nil
}

func (c *Client) do(ctx context.Context, method, path string, body []byte, idempotencyKey string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base.String()+"/api/v1/"+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.key)
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if idempotencyKey != "" {
		req.Header.Set("Idempotency-Key", idempotencyKey)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, &Unreachable{Why: "the server cannot be reached: " + plainCause(err)}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, answerMax))
	if err != nil {
		return nil, &Unreachable{Why: "the server's answer broke off: " + plainCause(err)}
	}
	if res.StatusCode/100 == 2 && json.Valid(raw) {
		return raw, nil
	}
	return nil, refusal(res, raw)
}

// refusal tells what may be sent again later from what must be mended first. Answers that are no problem documents come
// from something in between, a proxy or a login page, and say nothing about the report.
func refusal(res *http.Response, raw []byte) error {
	var p Problem
	ours := strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") && json.Unmarshal(raw, &p) == nil
	p.Status = res.StatusCode
	switch {
	case res.StatusCode >= 500, res.StatusCode == http.StatusTooManyRequests, res.StatusCode == http.StatusRequestTimeout:
		u := &Unreachable{Why: fmt.Sprintf("the server cannot take it now (status %d)", res.StatusCode), Contacts: p.Contacts}
		if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s > 0 && s <= 3600 {
			u.RetryAfter = time.Duration(s) * time.Second
		}
		return u
	case !ours:
		return &Unreachable{Why: fmt.Sprintf("something other than Tocsin answers at %s (status %d)", res.Request.URL.Host, res.StatusCode)}
	}
	return &p
}

// plainCause drops the address from a transport error: the reader knows it.
func plainCause(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err.Error()
	}
	return err.Error()
}
