package terminal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"tocsin/internal/client"
	"tocsin/internal/domain/incident"
	"tocsin/internal/jsonin"
)

// Waiting between attempts grows from waitFirst to waitMost.
const (
	waitFirst = 2 * time.Second
	waitMost  = time.Minute
)

// send files a report that is in the spool, and keeps trying where --wait asks for it.
func (r *run) send(ctx context.Context, rep client.Report) error {
	wait := waitFirst
	for {
		err := r.attempt(ctx, &rep)
		var down *client.Unreachable
		if !errors.As(err, &down) {
			return err
		}
		if rep.Attempts == 1 || !r.Wait {
			r.down(down, rep)
		}
		if !r.Wait {
			return &Exit{ExitKept}
		}
		pause := max(down.RetryAfter, wait/2+rand.N(wait/2+1)) // jittered: many desks wait for one server
		r.show.line("%s: %s. Trying again in %s.", r.Now().Format("15:04:05"), down.Why, pause.Round(time.Second).String())
		if r.Sleep(ctx, pause) != nil {
			r.show.line("Stopped. The report is kept as %s; send it with: tocsin report --flush", rep.ID)
			return &Exit{ExitKept}
		}
		wait = min(2*wait, waitMost)
	}
}

// attempt sends a report once. An *client.Unreachable says to try later; everything else is final and printed.
func (r *run) attempt(ctx context.Context, rep *client.Report) error {
	rep.Attempts++
	answer, raw, err := r.client.Send(ctx, rep.Kind, rep.Body, rep.Key)
	var problem *client.Problem
	switch {
	case errors.As(err, &problem):
		return r.refused(*rep, problem)
	case err != nil:
		*rep = r.keep(*rep)
		return err
	}
	if err := r.spool.Remove(rep.ID); err != nil {
		r.show.line("Warning: %s (it may be sent again, which changes nothing)", err.Error())
	}
	if r.JSON {
		fmt.Fprintf(r.Out, "%s\n", raw)
		return nil
	}
	receipt := ""
	if answer.Receipt != "" {
		receipt = r.client.Resolve(answer.Receipt)
	}
	r.show.answer(answer, receipt)
	return nil
}

// refused says why. A report that came from a file is there still; one that was typed is kept, so that nothing typed is lost.
func (r *run) refused(rep client.Report, p *client.Problem) error {
	r.show.problem(p)
	switch {
	case p.Status == 401 || p.Status == 403:
		// Nothing is wrong with the report itself: another key may file it as it is.
		r.keep(rep)
		r.show.line("Kept as %s. Mend the key in %s, then send it with: tocsin report --flush", rep.ID, r.KeyFile)
	case r.File != "":
		_ = r.spool.Remove(rep.ID)
		r.show.line("Nothing was recorded. Mend %s and file it again.", r.File)
	default:
		rep.State = client.Draft
		r.keep(rep)
		r.show.line("Nothing was recorded. Mend it with: tocsin report --resume %s", rep.ID)
	}
	return &Exit{ExitRefused}
}

// down says whom to call while the server cannot take a report, and what becomes of it. CA step 4
func (r *run) down(u *client.Unreachable, rep client.Report) {
	r.show.line("NOT FILED YET: %s.", u.Why)
	contacts := r.Contacts(r.Now())
	if len(contacts) == 0 {
		contacts = u.Contacts
	}
	r.show.contacts(contacts)
	discovered := "not stated"
	if at := discoveredAt(rep); at != "" {
		discovered = at
	}
	r.show.line("Kept on this machine as %s, discovered: %s.", rep.ID, discovered)
	r.show.line("It is filed at the next tocsin report, by tocsin report --flush, or as soon as the server answers with --wait.")
	r.show.line("The kept file is encrypted, but its key lies beside it: whoever can read your files can read it.")
}

func discoveredAt(rep client.Report) string {
	if rep.Kind == client.Telephone {
		var t incident.Telephone
		_ = jsonin.Decode(rep.Body, &t, jsonin.Contract)
		return t.DiscoveredAt
	}
	var f incident.Filing
	_ = jsonin.Decode(rep.Body, &f, jsonin.Contract)
	return f.DiscoveredAt
}

// flush sends what is kept, oldest first. With --wait it goes on until nothing is left.
func (r *run) flush(ctx context.Context) error {
	kept, err := r.spool.List()
	if err != nil {
		r.show.line("%s", err.Error())
	}
	waiting, worst := 0, 0
	for _, rep := range kept {
		if rep.State != client.Waiting {
			r.show.line("%s is a draft; go on with: tocsin report --resume %s", rep.ID, rep.ID)
			continue
		}
		if rep.Server != r.client.Server() {
			r.show.line("%s belongs to %s; send it with --server %s", rep.ID, rep.Server, rep.Server)
			continue
		}
		waiting++
		r.show.line("Sending %s", rep.ID)
		var exit *Exit
		if err := r.send(ctx, rep); errors.As(err, &exit) {
			worst = max(worst, exit.Code)
			if exit.Code == ExitKept {
				break // the others would meet the same
			}
		} else if err != nil {
			return err
		}
	}
	if waiting == 0 {
		r.show.line("Nothing is waiting to be sent.")
	}
	if worst > 0 {
		return &Exit{worst}
	}
	return nil
}

// flushQuietly sends what is kept before a new report; it holds nothing up when the server is away.
func (r *run) flushQuietly(ctx context.Context) {
	kept, err := r.spool.List()
	if err != nil {
		r.show.line("Warning: %s", err.Error())
	}
	for _, rep := range kept {
		if rep.State != client.Waiting || rep.Server != r.client.Server() {
			continue
		}
		quick, stop := context.WithTimeout(ctx, 10*time.Second)
		answer, _, err := r.client.Send(quick, rep.Kind, rep.Body, rep.Key)
		stop()
		var problem *client.Problem
		switch {
		case errors.As(err, &problem):
			r.show.line("A kept report, %s, was not taken. See: tocsin report --flush", rep.ID)
			continue
		case err != nil:
			r.away = true
			r.show.line("A kept report, %s, is still not filed: %s", rep.ID, err.Error())
			return
		}
		_ = r.spool.Remove(rep.ID) // sent again otherwise, which changes nothing
		r.show.line("Filed a kept report first: incident %s, received %s.", answer.Incident, clock(answer.ReceivedAt, r.show.zone))
	}
}

func (r *run) list() error {
	kept, err := r.spool.List()
	for _, rep := range kept {
		r.show.line("%s  %s  %s  kept %s  for %s", rep.ID, string(rep.State), string(rep.Kind), clock(rep.KeptAt, r.show.zone), rep.Server)
	}
	if len(kept) == 0 && err == nil {
		r.show.line("Nothing is kept on this machine.")
	}
	return err
}
