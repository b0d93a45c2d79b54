package deliver

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tocsin/internal/domain/notify"
)

// Bounds of a call.
const (
	maxAnswer  = 64 << 10 // bytes read of an answer; the rest is not waited for
	maxPayload = 256 << 10
	minSecret  = 24 // bytes; the standard asks for 24 to 64
	maxSecrets = 3
)

// WebhookConfig says how calls leave. The zero value calls public https targets only.
type WebhookConfig struct {
	Allowed  Allowed
	Timeout  time.Duration    // for the whole call; default 10 s
	Rest     time.Duration    // how long a target that cannot be reached is left alone; default 30 s
	RootCAs  *x509.CertPool   // nil: the system's
	Resolver *net.Resolver    // nil: the system's
	Now      func() time.Time // nil: the system's clock
}

// Webhook sends signed calls. Safe for concurrent use.
type Webhook struct {
	c      WebhookConfig
	client *http.Client

	mu   sync.Mutex
	rest map[string]*breaker // by host; only those that failed
}

// NewWebhook prepares a sender.
func NewWebhook(c WebhookConfig) *Webhook {
	c.Timeout, c.Rest = or(c.Timeout, 10*time.Second), or(c.Rest, 30*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	d := &net.Dialer{Timeout: c.Timeout, Control: c.Allowed.control, Resolver: c.Resolver}
	t := &http.Transport{
		Proxy:                  nil, // a proxy would dial for us, past the guard
		DialContext:            d.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.RootCAs},
		TLSHandshakeTimeout:    c.Timeout,
		ResponseHeaderTimeout:  c.Timeout,
		MaxResponseHeaderBytes: maxAnswer,
		MaxConnsPerHost:        4, // a slow target holds up at most these
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        30 * time.Second,
		DisableCompression:     true, // an answer must not grow in our memory
	}
	return &Webhook{c: c, rest: map[string]*breaker{}, client: &http.Client{Transport: t, Timeout: c.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Close ends the idle connections.
func (w *Webhook) Close() error {
	w.client.CloseIdleConnections()
	return nil
}

// Check says whether calls may go to a URL, as far as its form tells. What it resolves to is checked with every call.
func (w *Webhook) Check(url string) error {
	_, err := w.c.Allowed.target(url)
	return err
}

// Send makes one call. 2xx is Delivered. 408, 425, 429, 5xx and every failure to reach the target are Deferred; every other
// answer, a redirect among them, and a target that calls may not go to are Refused.
func (w *Webhook) Send(ctx context.Context, h notify.Hook) notify.Outcome {
	req, err := w.request(ctx, h)
	if err != nil {
		return notify.NewOutcome(notify.Refused, w.c.Now(), "not sent: %v", err)
	}
	b := w.breaker(req.URL.Host)
	if left := b.wait(w.c.Now()); left > 0 {
		o := notify.NewOutcome(notify.Deferred, w.c.Now(), "the target could not be reached just now")
		o.RetryAfter = left
		return o
	}
	o, reached := w.call(req)
	if ctx.Err() == nil {
		w.report(req.URL.Host, b, reached)
	}
	return o
}

// call does the request. reached is false when the target did not answer, or answered that it is in trouble.
func (w *Webhook) call(req *http.Request) (o notify.Outcome, reached bool) {
	resp, err := w.client.Do(req)
	now := w.c.Now()
	switch {
	case errors.Is(err, errForbidden):
		return notify.NewOutcome(notify.Refused, now, "not sent: %v", errForbidden), true
	case err != nil:
		o := notify.NewOutcome(notify.Deferred, now, "%s", plainReason(err))
		return o, false
	}
	defer resp.Body.Close()
	// The status decides. The body is read for a word of explanation and to let the connection be used again.
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	o = notify.NewOutcome(statusResult(resp.StatusCode), now, "%d %s", resp.StatusCode, excerpt(resp.StatusCode, body))
	if o.Kind == notify.Deferred {
		o.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), now)
	}
	return o, resp.StatusCode < 500
}

// statusResult says what a status means for the message.
func statusResult(status int) notify.Result {
	switch {
	case status/100 == 2:
		return notify.Delivered
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500:
		return notify.Deferred
	}
	return notify.Refused
}

// excerpt is the beginning of an answer; of a good one nothing is worth keeping.
func excerpt(status int, body []byte) string {
	if status/100 == 2 || len(body) == 0 {
		return http.StatusText(status)
	}
	return string(body[:min(len(body), 2000)])
}

// plainReason leaves out addresses and URLs: what a name resolves to here is not the target's business.
func plainReason(err error) string {
	var (
		dns  *net.DNSError
		cert *tls.CertificateVerificationError
		net  net.Error
	)
	switch {
	case errors.As(err, &dns):
		return "the target's name could not be resolved"
	case errors.As(err, &cert):
		return "the target's certificate is not good"
	case errors.As(err, &net) && net.Timeout():
		return "the target did not answer in time"
	case errors.Is(err, context.Canceled):
		return "the call was stopped"
	}
	return "the target could not be reached or broke off"
}

// retryAfter reads the header's two forms, seconds or a date. What cannot be read is no hint.
func retryAfter(value string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && n >= 0 {
		return time.Duration(min(n, 86400)) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil && at.After(now) {
		return min(at.Sub(now), 24*time.Hour)
	}
	return 0
}

// request builds a signed call, or says why it may not be made.
func (w *Webhook) request(ctx context.Context, h notify.Hook) (*http.Request, error) {
	u, err := w.c.Allowed.target(h.URL)
	if err != nil {
		return nil, err
	}
	if h.ID == "" || len(h.ID) > 200 || strings.IndexFunc(h.ID, func(r rune) bool { return r <= ' ' || r > 0x7e || r == '.' }) >= 0 {
		return nil, errors.New("the message id is not fit for signing")
	}
	if len(h.Payload) > maxPayload {
		return nil, fmt.Errorf("the payload is over %d bytes", maxPayload)
	}
	at := w.c.Now() // of the attempt, so that a recorded call cannot be played back later; the payload keeps its own time
	signature, err := sign(h, at)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(h.Payload))
	if err != nil {
		return nil, errURL
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "tocsin")
	// The standard writes its headers in lower case; HTTP/1.1 does not care, and receivers look them up without case.
	req.Header.Set(standardwebhooks.HeaderWebhookID, h.ID)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	return req, nil
}

// sign makes one signature for each secret, so that a receiver may change its secret without losing a call.
func sign(h notify.Hook, at time.Time) (string, error) {
	keys, err := secretKeys(h.Secret)
	if err != nil {
		return "", err
	}
	var out []string
	for _, key := range keys {
		signer, err := standardwebhooks.NewWebhookRaw(key)
		if err != nil {
			return "", errors.New("the webhook secret cannot be used")
		}
		s, err := signer.Sign(h.ID, at, h.Payload)
		if err != nil {
			return "", errors.New("the payload cannot be signed")
		}
		out = append(out, s)
	}
	return strings.Join(out, " "), nil
}

// secretKeys reads secrets, separated by spaces. The library takes an empty or short one without a word.
func secretKeys(secrets string) (keys [][]byte, err error) {
	for secret := range strings.FieldsSeq(secrets) {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil || len(key) < minSecret || len(keys) >= maxSecrets {
			return nil, fmt.Errorf("the webhook secret must be whsec_ and at least %d bytes of base64, at most %d of them", minSecret, maxSecrets)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("the webhook has no secret")
	}
	return keys, nil
}

// breaker returns the one of a host, or a fresh one that is kept only when the call fails.
func (w *Webhook) breaker(host string) *breaker {
	w.mu.Lock()
	defer w.mu.Unlock()
	if b := w.rest[host]; b != nil {
		return b
	}
	return &breaker{after: 5, rest: w.c.Rest}
}

// report keeps breakers of failing hosts only, so that the map is as small as the trouble.
func (w *Webhook) report(host string, b *breaker, reached bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if reached {
		delete(w.rest, host)
		return
	}
	if kept := w.rest[host]; kept != nil {
		b = kept
	}
	w.rest[host] = b
	b.report(w.c.Now(), false)
}
