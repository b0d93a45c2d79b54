package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

// lists seeds a large record and measures what readers ask of it, and then the tools that go over all of it.
func (b *bench) lists(ctx context.Context, p *place) error {
	p, done, err := p.fresh(ctx)
	if err != nil {
		return err
	}
	defer done()
	seeded, err := b.seed(ctx, p, b.incidents)
	if err != nil {
		return err
	}
	b.out.row("%-8s seeded %d incidents through the application in this process, %d at a time: %s, %.0f/s; sequenced %d entries in %s, %.0f/s",
		p.engine, seeded.filings, seedCallers, short(seeded.filing), float64(seeded.filings)/seeded.filing.Seconds(),
		seeded.entries, short(seeded.sequencing), float64(seeded.entries)/seeded.sequencing.Seconds())
	if err := b.ask(ctx, p); err != nil {
		return err
	}
	if err := b.coldStarts(ctx, p, fmt.Sprintf("on %d incidents", b.incidents)); err != nil {
		return err
	}
	return b.wholeRecord(ctx, p)
}

// settle waits until the server has done what fell due while nobody served, warnings, escalations and their mails, and PostgreSQL its
// housekeeping after a bulk load. What is asked afterwards is asked of a server at rest.
func (b *bench) settle(ctx context.Context, p *place, s *server) error {
	const most = 10 * time.Minute
	began, used := time.Now(), s.cpu()
	if !settled(ctx, p, s, time.Second, most) {
		return errors.Join(ctx.Err(), fmt.Errorf("the server does not come to rest in %s", most))
	}
	b.out.row("%-8s at rest after %s, with %s of the server's processor time", p.engine, short(time.Since(began)), short(s.cpu()-used))
	return nil
}

// settled waits until the server and its database have used next to nothing for a while, for at most so long; it says whether they did.
func settled(ctx context.Context, p *place, s *server, while, most time.Duration) bool {
	used := func() time.Duration { return s.cpu() + p.cluster.cpu() }
	for end, last := time.Now().Add(most), used(); ctx.Err() == nil && time.Now().Before(end); {
		time.Sleep(while)
		now := used()
		if now >= last && now-last <= while/40 { // a process of the database that ended takes its time along
			return true
		}
		last = now
	}
	return false
}

// page is as much of a list's answer as is needed.
type page struct {
	Incidents []struct{ Incident string }
	Next      string
}

// ask measures the first, a middle and the last page, and searches, for readers who see much and little.
func (b *bench) ask(ctx context.Context, p *place) error {
	s, _, err := b.serve(ctx, p)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := b.settle(ctx, p, s); err != nil {
		return err
	}
	c, err := dial(s.addr)
	if err != nil {
		return err
	}
	defer c.close()
	for _, reader := range readers {
		if err := b.askAs(ctx, p, c, reader); err != nil {
			return fmt.Errorf("%s: %w", reader, err)
		}
	}
	for _, reader := range readers {
		if err := b.pagesAs(ctx, p, s, reader); err != nil {
			return fmt.Errorf("pages of %s: %w", reader, err)
		}
	}
	b.out.row("%-8s memory of the server after these questions %.0f MiB", p.engine, s.rss())
	return nil
}

func (b *bench) askAs(ctx context.Context, p *place, c *client, reader string) error {
	key := p.keys[reader]
	cursors, total, err := walk(ctx, c, key)
	if err != nil {
		return err
	}
	middle, last := cursors[len(cursors)/2], cursors[len(cursors)-1]
	for _, q := range []struct{ what, path string }{
		{"list of 50, first page", listPath("", "")},
		{"list of 50, middle page", listPath(middle, "")},
		{"list of 50, last page", listPath(last, "")},
		{"search for a rare word", listPath("", rareWord)},
		{"search for two words", listPath("", "laptop "+rareWord)},
		{"search for a common word", listPath("", "laptop")},
		{"open duties", "/api/v1/duties"},
	} {
		each, found, err := b.repeat(ctx, c, request("GET", q.path, key, "", nil))
		if err != nil {
			return fmt.Errorf("%s: %w", q.what, err)
		}
		b.out.row("%-8s %-15s sees %6d: %-26s %s  (%d found)", p.engine, reader, total, q.what, each, found)
	}
	return nil
}

func listPath(cursor, search string) string {
	q := url.Values{"limit": {"50"}}
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	if search != "" {
		q.Set("search", search)
	}
	return "/api/v1/incidents?" + q.Encode()
}

// walk goes through the whole list in the largest steps and keeps the cursor of each.
func walk(ctx context.Context, c *client, key string) (cursors []string, total int, err error) {
	cursors = []string{""}
	for ctx.Err() == nil {
		path := "/api/v1/incidents?limit=200"
		if at := cursors[len(cursors)-1]; at != "" {
			path += "&cursor=" + url.QueryEscape(at)
		}
		body, err := c.want(200, request("GET", path, key, "", nil))
		if err != nil {
			return nil, 0, err
		}
		var p page
		if err := json.Unmarshal(body, &p); err != nil {
			return nil, 0, err
		}
		total += len(p.Incidents)
		if p.Next == "" {
			break
		}
		cursors = append(cursors, p.Next)
	}
	return cursors, total, ctx.Err()
}

func (b *bench) repeat(ctx context.Context, c *client, raw []byte) (each times, found int, err error) {
	end := time.Now().Add(5 * time.Second) // a slow answer must not make the run long
	for i := 0; i < b.questions && (i < 3 || time.Now().Before(end)) && ctx.Err() == nil; i++ {
		start := time.Now()
		body, err := c.want(200, raw)
		if err != nil {
			return nil, 0, err
		}
		each = append(each, time.Since(start))
		var p page
		if i == 0 && json.Unmarshal(body, &p) == nil {
			found = len(p.Incidents)
		}
	}
	return each, found, ctx.Err()
}

var verifiedEntries = regexp.MustCompile(`(\d+) entries in`)

// wholeRecord runs the tools that read all of it.
func (b *bench) wholeRecord(ctx context.Context, p *place) error {
	began := time.Now()
	out, err := b.tool(ctx, p.args("verify")...)
	if err != nil {
		return err
	}
	took := time.Since(began)
	m := verifiedEntries.FindStringSubmatch(out)
	if m == nil {
		return fmt.Errorf("verify said: %s", out)
	}
	entries, _ := strconv.Atoi(m[1])
	b.out.row("%-8s verify: %d entries in %s, %.0f entries/s", p.engine, entries, short(took), float64(entries)/took.Seconds())
	began = time.Now()
	if _, err := b.tool(ctx, p.args("rebuild")...); err != nil {
		return err
	}
	took = time.Since(began)
	b.out.row("%-8s rebuild: %d entries in %s, %.0f entries/s", p.engine, entries, short(took), float64(entries)/took.Seconds())
	return nil
}
