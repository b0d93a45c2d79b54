package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
)

// Clients with live updates: as many as a large state has pages open at once.
const (
	liveClients   = 1000
	livePerPerson = 8 // what the server lets one person have
	liveWatchers  = 100
)

// live opens a thousand streams of live updates and leaves them alone: what they cost while nothing happens, and how long one change takes
// to reach all of them.
func (b *bench) live(ctx context.Context, p *place) error {
	p, done, err := p.fresh(ctx)
	if err != nil {
		return err
	}
	defer done()
	filer, report := filing(0)
	sessions, err := watchers(ctx, p, report.Entity)
	if err != nil {
		return err
	}
	s, _, err := b.serve(ctx, p)
	if err != nil {
		return err
	}
	defer s.stop()
	body, err := json.Marshal(report)
	if err != nil {
		return err
	}
	c, err := dial(s.addr)
	if err != nil {
		return err
	}
	defer c.close()
	filed, err := c.want(201, request("POST", "/api/v1/filings", p.keys[filer], "first", body))
	if err != nil {
		return err
	}
	var first app.Answer
	if err := json.Unmarshal(filed, &first); err != nil {
		return err
	}
	report.Kind, report.Incident = incident.Supplement, first.Incident
	more, err := json.Marshal(report)
	if err != nil {
		return err
	}
	if err := b.liveIncident(ctx, p, s, sessions[:liveWatchers], first.Incident, func() error {
		_, err := c.want(201, request("POST", "/api/v1/filings", p.keys[filer], "more", more))
		return err
	}); err != nil {
		return err
	}
	alone, aloneCPU, err := b.rest(ctx, s)
	if err != nil {
		return err
	}
	began := time.Now()
	streams, closeAll, err := openStreams(s.addr, "/live", sessions)
	if err != nil {
		return err
	}
	defer closeAll()
	opened := time.Since(began)
	with, withCPU, err := b.rest(ctx, s)
	if err != nil {
		return err
	}
	b.out.row("%-8s %d clients: opened in %s; idle for %v they use %.1f %% of one core (%.1f %% without them), %.0f KiB of memory each "+
		"(%.0f MiB in all)", p.engine, len(streams),
		short(opened), b.round*2, withCPU, aloneCPU, (with-alone)*1024/float64(len(streams)), with)
	began = time.Now()
	if _, err := c.want(201, request("POST", "/api/v1/filings", p.keys[filer], "second", body)); err != nil {
		return err
	}
	each, err := heard(ctx, streams, began)
	if err != nil {
		return err
	}
	b.out.row("%-8s one filing, seen by %d of %d: %s, the last after %s", p.engine, len(each), len(streams), each, short(each.at(1)))
	return nil
}

// liveIncident opens one incident's page of live updates for many people, and takes the time until all of them heard of a change to it.
func (b *bench) liveIncident(ctx context.Context, p *place, s *server, sessions []string, number string, change func() error) error {
	// With the version that a page shows, the first word comes at once.
	streams, closeAll, err := openStreams(s.addr, "/incidents/"+number+"/live?version=0", sessions)
	if err != nil {
		return err
	}
	defer closeAll()
	time.Sleep(b.round) // what follows from the filing is done
	for _, one := range streams {
		one.forget()
	}
	used, began := s.cpu(), time.Now()
	if err := change(); err != nil {
		return err
	}
	each, err := heard(ctx, streams, began)
	if err != nil {
		return err
	}
	b.out.row("%-8s one incident watched by %d people: a change is seen by all: %s, the last after %s, for %s of the server's processor time",
		p.engine, len(each), each, short(each.at(1)), short(s.cpu()-used))
	return nil
}

// rest leaves the server alone and answers its memory in MiB and its share of one core in percent.
func (b *bench) rest(ctx context.Context, s *server) (rss, percent float64, err error) {
	for _, d := range []time.Duration{2 * time.Second, b.round * 2} { // what came before must be done
		before := s.cpu()
		select {
		case <-time.After(d):
		case <-ctx.Done():
			return 0, 0, ctx.Err()
		}
		percent = 100 * (s.cpu() - before).Seconds() / d.Seconds()
	}
	return s.rss(), percent, nil
}

// watchers puts as many people into the directory as the streams need, and answers a session for each stream.
func watchers(ctx context.Context, p *place, entity string) (sessions []string, err error) {
	a, record, err := openApp(ctx, p)
	if err != nil {
		return nil, err
	}
	defer record.Close()
	people := (liveClients + livePerPerson - 1) / livePerPerson
	name := func(i int) string { return fmt.Sprintf("watcher-%03d", i) }
	err = a.EditDirectory(ctx, access.System("bench"), func(in *directory.Import) error {
		for i := range people {
			in.People = append(in.People, directory.Person{ID: name(i), Name: "Watcher", Email: name(i) + "@bench.example", Entity: entity,
				Roles: []directory.Assignment{{Role: directory.ISO, Entity: entity}}})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range liveClients {
		token, err := signedIn(ctx, a, name(i/livePerPerson))
		if err != nil {
			return nil, err
		}
		sessions = append(sessions, token)
	}
	return sessions, nil
}

func signedIn(ctx context.Context, a *app.App, person string) (string, error) {
	key, err := a.NewKey(ctx, person, "bench", nil, time.Time{})
	if err != nil {
		return "", err
	}
	return a.SignInWithKey(ctx, key)
}

// stream is one client: it hears when something changed.
type stream struct {
	*client
	changed chan time.Time
}

// openStreams opens one for each session and waits until the server has said its first word to all.
func openStreams(addr, path string, sessions []string) (out []*stream, closeAll func(), err error) {
	var wg sync.WaitGroup
	closeAll = func() {
		for _, s := range out {
			s.close()
		}
		wg.Wait()
	}
	for _, token := range sessions {
		c, err := dial(addr)
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		s := &stream{c, make(chan time.Time, 1)}
		out = append(out, s)
		first, err := s.begin(path, token)
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		wg.Go(func() { s.listen(first) })
	}
	return out, closeAll, nil
}

// begin asks for the stream and reads to the end of its first event.
func (s *stream) begin(path, token string) (*bufio.Scanner, error) {
	var raw bytes.Buffer
	fmt.Fprintf(&raw, "GET %s HTTP/1.1\r\nHost: localhost\r\nCookie: tocsin=%s\r\n\r\n", path, token)
	if _, err := s.conn.Write(raw.Bytes()); err != nil {
		return nil, err
	}
	res, err := http.ReadResponse(s.r, nil)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("a stream answered %d", res.StatusCode)
	}
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "data:") {
			return lines, nil
		}
	}
	return nil, errors.Join(lines.Err(), errors.New("a stream ended before its first word"))
}

// forget leaves out what was heard so far.
func (s *stream) forget() {
	select {
	case <-s.changed:
	default:
	}
}

func (s *stream) listen(lines *bufio.Scanner) {
	for lines.Scan() {
		if lines.Text() == "event: change" {
			select {
			case s.changed <- time.Now():
			default: // the first counts
			}
		}
	}
}

// heard waits until all have heard of a change.
func heard(ctx context.Context, streams []*stream, since time.Time) (each times, err error) {
	late := time.After(30 * time.Second)
	for i, s := range streams {
		select {
		case at := <-s.changed:
			each = append(each, at.Sub(since))
		case <-late:
			return each, fmt.Errorf("client %d heard nothing within 30 s", i)
		case <-ctx.Done():
			return each, ctx.Err()
		}
	}
	return each, nil
}
