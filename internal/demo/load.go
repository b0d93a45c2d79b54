package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"tocsin/internal/domain/directory"
)

// Counts is what a load led to.
type Counts struct {
	Filings    int
	Categories map[string]int
	Ratings    map[string]int
	Duties     map[string]int // by rule
	Tracks     map[string]int // by authority
	Messages   int            // in the demonstration's mailbox, each once
	Repeated   int            // messages that came more than once
	// Incidents maps each case's key to its incident number.
	Incidents map[string]string
}

// answer is as much of the API's answer as is counted.
type answer struct {
	Incident string                       `json:"incident"`
	Rating   struct{ Level string }       `json:"rating"`
	Duties   []struct{ Rule string }      `json:"duties"`
	Tracks   []struct{ Authority string } `json:"tracks"`
}

// ReadFile reads the demo.json of a running demonstration's folder.
func ReadFile(dir string) (File, error) { return readFile(filepath.Join(dir, marker)) }

// Load files every case through the API of a running demonstration, four at a time, and counts what it led to. progress
// is told after each filing.
func Load(ctx context.Context, f File, cases []Case, progress func()) (Counts, error) {
	c := Counts{Categories: map[string]int{}, Ratings: map[string]int{}, Duties: map[string]int{}, Tracks: map[string]int{},
		Incidents: map[string]string{}}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var mu sync.Mutex
	var wg sync.WaitGroup
	work := make(chan Case)
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for cs := range work {
				a, err := f.file(ctx, cs)
				if err != nil {
					cancel(fmt.Errorf("%s: %w", cs.Key, err))
					continue
				}
				mu.Lock()
				c.add(cs, a)
				mu.Unlock()
				progress()
			}
		}()
	}
	for _, cs := range cases {
		if ctx.Err() != nil {
			break
		}
		work <- cs
	}
	close(work)
	wg.Wait()
	return c, context.Cause(ctx)
}

func (c *Counts) add(cs Case, a answer) {
	c.Filings++
	c.Incidents[cs.Key] = a.Incident
	for _, category := range cs.Filing.Categories {
		c.Categories[category]++
	}
	c.Ratings[a.Rating.Level]++
	for _, d := range a.Duties {
		c.Duties[d.Rule]++
	}
	for _, t := range a.Tracks {
		c.Tracks[t.Authority]++
	}
}

// file posts one case with the key of its entity's security officer.
func (f File) file(ctx context.Context, cs Case) (a answer, err error) {
	body, err := json.Marshal(cs.Filing)
	if err != nil {
		return a, err
	}
	at := slices.IndexFunc(f.People, func(p Person) bool { return p.Entity == cs.Filing.Entity && slices.Contains(p.Roles, directory.ISO) })
	if at < 0 {
		return a, fmt.Errorf("the demonstration has no security officer at %s", cs.Filing.Entity)
	}
	req, err := http.NewRequestWithContext(ctx, "POST", f.Address+"/api/v1/filings", bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+f.People[at].Key)
	req.Header.Set("Idempotency-Key", cs.Key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return a, err
	}
	if res.StatusCode != http.StatusCreated {
		return a, fmt.Errorf("answered %s: %s", res.Status, got)
	}
	return a, json.Unmarshal(got, &a)
}

// Mail is one message of the demonstration's mailbox.
type Mail struct {
	To        []string `json:"to"`
	Subject   string   `json:"subject"`
	MessageID string   `json:"message_id"`
}

// Mailbox reads what the demonstration's mail server received so far.
func (f File) Mailbox(ctx context.Context) (mails []Mail, err error) {
	req, err := http.NewRequestWithContext(ctx, "GET", f.Address+"/demo/mailbox.json", nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the mailbox answered %s", res.Status)
	}
	return mails, json.NewDecoder(res.Body).Decode(&mails)
}

// Settle waits until no new mail has come for a while, and counts what is there.
func (c *Counts) Settle(ctx context.Context, f File, quiet time.Duration) error {
	last, since := -1, time.Now()
	for {
		mails, err := f.Mailbox(ctx)
		if err != nil {
			return err
		}
		if len(mails) != last {
			last, since = len(mails), time.Now()
		} else if time.Since(since) >= quiet {
			seen := map[string]int{}
			for _, m := range mails {
				seen[m.MessageID]++
			}
			c.Messages, c.Repeated = len(seen), len(mails)-len(seen)
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
}
