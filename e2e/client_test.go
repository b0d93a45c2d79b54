package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// client is one filer under interruptions: it sends a request until it is answered, always with the same key and body, as
// the documentation tells clients to.
type client struct {
	name   string // begins all its keys
	person string
	entity string
	url    func() string // of the server to ask next
	keys   map[string]string
	pause  time.Duration // at most, between two filings

	requests []sent
	acked    []string // incident number and authority
	refused  []string // answers that no interruption explains
}

// sent is one request with every answer to it.
type sent struct {
	key, body string
	answers   []string
}

// officers acknowledge for their authority, beside the filers.
var officers = map[string]string{"ca": "ca-ois-duty", "ma": "ma-soc-duty"}

func authorityOf(entity string) string {
	return map[string]string{"ca": "ca-ois", "ma": "ma-soc"}[entity[:2]]
}

// work files until done is closed, then finishes what it has begun. Each third incident gets a supplement, each third is
// acknowledged.
func (c *client) work(done <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-done:
			return
		case <-time.After(rand.N(c.pause + 1)):
		}
		number := c.file(fmt.Sprintf("%s-%04d", c.name, n), "initial", "")
		switch {
		case number == "":
			return
		case n%3 == 0:
			c.file(fmt.Sprintf("%s-%04d-s", c.name, n), "supplement", number)
		case n%3 == 1:
			c.acknowledge(number)
		}
	}
}

func (c *client) file(key, kind, incident string) string {
	filing := map[string]any{"entity": c.entity, "kind": kind, "description": "Filed under load as case " + key +
		" by a client that repeats itself."}
	if incident != "" {
		filing["incident"] = incident
	}
	if strings.HasPrefix(c.entity, "ma") {
		filing["impact"] = map[string]any{"human_safety": kind == "supplement"} // a supplement that raises the rating
	}
	body, err := json.Marshal(filing)
	if err != nil {
		panic(err)
	}
	c.requests = append(c.requests, sent{key: key, body: string(body)})
	return c.send(len(c.requests) - 1)
}

// send repeats a request until it is answered and returns the incident's number.
func (c *client) send(i int) string {
	r := &c.requests[i]
	status, text := c.until("POST", "/api/v1/filings", c.keys[c.person], r.body,
		map[string]string{"Idempotency-Key": r.key}, http.StatusCreated)
	if status != http.StatusCreated {
		return ""
	}
	r.answers = append(r.answers, text)
	var a answer
	_ = json.Unmarshal([]byte(text), &a)
	return a.Incident
}

func (c *client) acknowledge(number string) {
	authority := authorityOf(c.entity)
	path := "/api/v1/incidents/" + number + "/tracks/" + authority + "/acknowledge"
	if status, _ := c.until("POST", path, c.keys[officers[c.entity[:2]]], nil, nil, http.StatusNoContent); status == http.StatusNoContent {
		c.acked = append(c.acked, number+" "+authority)
	}
}

// until repeats a request for at most a minute while there is no answer, or one that says to try again.
func (c *client) until(method, path, key string, body any, headers map[string]string, want int) (status int, text string) {
	var err error
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		s := server{url: c.url()}
		status, text, err = s.try(key, method, path, body, headers)
		if err == nil && status == want {
			return status, text
		}
		if err == nil && status != http.StatusServiceUnavailable && status != http.StatusConflict && status != http.StatusTooManyRequests {
			break
		}
	}
	c.refused = append(c.refused, fmt.Sprintf("%s %s: %d %v %s", method, path, status, err, text))
	return status, text
}

// replay sends everything a second time, blindly.
func (c *client) replay() {
	for i := range c.requests {
		c.send(i)
	}
}

// promises is what the client was told.
func (c *client) promises() (out []promise) {
	for _, r := range c.requests {
		p := promise{key: r.key}
		for _, text := range r.answers {
			var a answer
			_ = json.Unmarshal([]byte(text), &a)
			p.numbers, p.filing = append(p.numbers, a.Incident), append(p.filing, a.Filing)
			p.differ = p.differ || text != r.answers[0]
		}
		out = append(out, p)
	}
	return out
}

// crowd runs clients together.
func crowd(clients []*client, do func(*client)) {
	var wg sync.WaitGroup
	for _, c := range clients {
		wg.Go(func() { do(c) })
	}
	wg.Wait()
}

var caseKey = regexp.MustCompile(`Filed under load as case (\S+) by`)

// gather asks the server for everything that the clients were promised.
func gather(t testing.TB, s *server, clients []*client) history {
	t.Helper()
	h := history{shows: map[string][]string{}, acked: map[string]string{}, owes: map[string]string{}, copies: map[string][]string{}}
	known := map[string]bool{}
	for _, c := range clients {
		h.filed = append(h.filed, c.promises()...)
		for _, r := range c.requests {
			known[r.key] = true
		}
		for _, what := range c.acked {
			h.acked[what] = ""
		}
		for _, r := range c.refused {
			t.Errorf("client %s: %s", c.name, r)
		}
	}
	for _, reader := range []string{"ca-coordinator", "ma-coordinator"} {
		for _, number := range s.numbers(t, reader) {
			v := s.incident(t, reader, number)
			for _, f := range v.Filings {
				said, _ := f.Content["description"].(string)
				m := caseKey.FindStringSubmatch(said)
				if m == nil || !known[m[1]] {
					h.orphans++
					continue
				}
				h.shows[m[1]] = append(h.shows[m[1]], number)
			}
			for _, tr := range v.Tracks {
				if _, ok := h.acked[number+" "+tr.Authority]; ok {
					h.acked[number+" "+tr.Authority] = tr.Status
				}
			}
		}
	}
	return h
}

// addMail puts in what the record owes and what the mail server got.
func (h *history) addMail(owes []owedMessage, got map[string][]letter) {
	for _, m := range owes {
		h.owes[m.MessageID] = m.To
	}
	for id, letters := range got {
		for _, l := range letters {
			h.copies[id] = append(h.copies[id], l.to)
		}
	}
}
