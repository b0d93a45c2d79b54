// Package terminal is what `tocsin report` does: it asks or reads a file, files over the API, and shows the answer. While
// the server cannot be reached it shows whom to call, keeps the report on this machine, and files it later, once.
package terminal

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"tocsin/internal/client"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/jsonin"
)

// Options is what the person asked for.
type Options struct {
	Server    string
	KeyFile   string
	SpoolDir  string
	PlainHTTP bool

	File        string // report to read; "-" is standard input; empty asks
	ByTelephone bool   // a report that was made by telephone
	Entity      string // prefills the question
	Incident    string // supplement to, or written report on, this incident
	Kind        string // initial, supplement, written
	Resume      string // id of a draft to go on with
	Yes         bool   // file without asking for confirmation
	JSON        bool   // print the server's answer as it is
	Flush       bool   // only send what is kept
	List        bool   // only list what is kept
	Wait        bool   // keep trying until it is filed
}

// Env is what the program gives: streams, clock, and the local copy of the packs.
type Env struct {
	In       io.Reader
	Out, Err io.Writer
	Now      func() time.Time // in the reader's zone
	// Contacts lists whom to call at an instant. CA step 4
	Contacts func(at time.Time) []policy.Contact
	// Sleep waits between attempts; it returns early with an error when the person stops the program.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Exit is an error with the program's exit code. Its text has been printed already.
type Exit struct{ Code int }

// Exit codes. Kept is sysexits' EX_TEMPFAIL: scripts may try again.
const (
	ExitRefused = 1
	ExitKept    = 75
)

// Error is for callers that print errors all the same.
func (e *Exit) Error() string {
	if e.Code == ExitKept {
		return "the report is kept on this machine and not filed yet"
	}
	return "nothing was filed"
}

// ExitCode is the exit code.
func (e *Exit) ExitCode() int { return e.Code }

// run is one call of the program.
type run struct {
	Options
	Env
	client *client.Client
	spool  *client.Spool
	show   printer
	away   bool // the server did not answer: questions need not wait for it again
}

// briefly bounds what the questions wait for the server.
const briefly = 4 * time.Second

// Report does what the options ask.
func Report(ctx context.Context, o Options, env Env) error {
	r := &run{Options: o, Env: env, show: printer{out: env.Out, zone: env.Now().Location()}}
	if o.JSON {
		r.show.out = env.Err // standard output then holds the answer and nothing else
	}
	if err := r.open(); err != nil {
		return err
	}
	switch {
	case o.List:
		return r.list()
	case o.Flush:
		return r.flush(ctx)
	}
	r.flushQuietly(ctx)
	kept, err := r.compose(ctx)
	if err != nil {
		return err
	}
	return r.send(ctx, kept)
}

func (r *run) open() (err error) {
	if r.spool, err = client.OpenSpool(r.SpoolDir); err != nil {
		return err
	}
	if r.List {
		return nil
	}
	key, err := client.ReadKey(r.KeyFile)
	if err != nil {
		return err
	}
	r.client, err = client.New(r.Server, key, r.PlainHTTP)
	return err
}

// compose makes the report and puts it into the spool before anything is sent: from then on neither a crash nor a lost
// answer loses or doubles it.
func (r *run) compose(ctx context.Context) (client.Report, error) {
	if r.File != "" {
		return r.fromFile()
	}
	return r.fromQuestions(ctx)
}

// fromFile reads a report. Its idempotency key is derived from its bytes: filing the same file again gives the same answer.
func (r *run) fromFile() (client.Report, error) {
	body, err := r.readFile()
	if err != nil {
		return client.Report{}, err
	}
	kind, into := client.Filing, any(&incident.Filing{})
	if r.ByTelephone {
		kind, into = client.Telephone, &incident.Telephone{}
	}
	if err := jsonin.Decode(body, into, jsonin.Contract); err != nil {
		r.show.line("%s is not filed:", r.File)
		for _, e := range fault.All(err) {
			r.show.line("  %s: %s %s", e.Field, e.Detail, e.Remedy)
		}
		return client.Report{}, &Exit{ExitRefused}
	}
	sum := sha256.Sum256(append([]byte(kind+"\n"), body...))
	return r.keep(client.Report{ID: client.NewID(r.Now()), State: client.Waiting, Kind: kind,
		Key: "file-" + hex.EncodeToString(sum[:16]), Body: body}), nil
}

func (r *run) readFile() ([]byte, error) {
	in := r.In
	if r.File != "-" {
		f, err := os.Open(r.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(io.LimitReader(in, int64(jsonin.Contract.SizeBytes)+1))
}

// keep completes a report and puts it into the spool. A spool that fails is said and does not hold up the filing.
func (r *run) keep(rep client.Report) client.Report {
	rep.Server, rep.KeptAt = r.client.Server(), r.Now()
	if err := r.spool.Put(rep); err != nil {
		r.show.line("Warning: the report could not be kept on this machine: %s", err.Error())
	}
	return rep
}

// fromQuestions asks in the terminal. What was said is kept as a draft from the first part on.
func (r *run) fromQuestions(ctx context.Context) (client.Report, error) {
	a := &asker{in: bufio.NewReader(r.In), out: r.show.out, now: r.Now}
	a.say("Reporting. Enter skips a question, ? explains it, quit stops and keeps what you wrote.")
	rep := client.Report{ID: client.NewID(r.Now()), State: client.Draft, Kind: client.Filing, Key: randomKey(), Body: []byte("{}")}
	if r.ByTelephone {
		rep.Kind = client.Telephone
	}
	if r.Resume != "" {
		kept, err := r.spool.Get(r.Resume)
		if err != nil {
			return rep, err
		}
		if kept.State != client.Draft {
			return rep, fmt.Errorf("report %s is complete and may have reached the server; send it with tocsin report --flush", r.Resume)
		}
		rep = kept
	}
	ask := r.askFiling
	if rep.Kind == client.Telephone {
		ask = r.askTelephone
	}
	if err := ask(ctx, a, &rep); err != nil {
		r.keep(rep)
		a.say("\nNot filed. Kept as a draft; go on with: tocsin report --resume %s", rep.ID)
		return rep, &Exit{ExitRefused}
	}
	rep.State = client.Waiting
	return r.keep(rep), nil
}

func randomKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return "cli-" + hex.EncodeToString(b[:])
}

// askFiling walks through the parts, keeping the draft and showing after each what it would lead to.
func (r *run) askFiling(ctx context.Context, a *asker, rep *client.Report) error {
	var f incident.Filing
	if err := jsonin.Decode(rep.Body, &f, jsonin.Contract); err != nil {
		return err
	}
	f.Entity = r.entity(ctx, a, either(f.Entity, r.Entity))
	f.Kind, f.Incident = either(r.Kind, f.Kind), either(r.Incident, f.Incident)
	i := &interview{asker: a, f: &f}
	if i.form, a.err = r.form(ctx, a, f.Entity); a.err != nil {
		return a.err
	}
	for _, p := range parts {
		if p.when != nil && !p.when(&f) {
			continue
		}
		a.say("\n%s", p.title)
		p.ask(i)
		if err := r.draft(rep, f); err != nil || a.err != nil {
			return errors.Join(err, a.err)
		}
		r.progress(ctx, a, rep.Body)
	}
	return r.confirm(ctx, a, rep)
}

// form asks the server what to ask. Without it the questions go on, taking ids as they are.
func (r *run) form(ctx context.Context, a *asker, entity string) (client.Form, error) {
	if a.err != nil || entity == "" {
		return client.Form{}, a.err
	}
	ctx, stop := context.WithTimeout(ctx, briefly)
	defer stop()
	err := error(&client.Unreachable{Why: "The server cannot be reached"})
	var form client.Form
	if !r.away {
		form, err = r.client.Form(ctx, entity)
	}
	var p *client.Problem
	switch {
	case errors.As(err, &p):
		r.show.problem(p)
	case err != nil:
		r.away = true
		a.say("%s. Answer what you can: the report is kept here and filed later.", printable(err.Error()))
		r.show.contacts(r.Contacts(r.Now()))
	}
	return form, nil
}

func (r *run) draft(rep *client.Report, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	rep.Body = body
	*rep = r.keep(*rep)
	return nil
}

// progress says in one line where the report stands; silent while the server cannot be asked.
func (r *run) progress(ctx context.Context, a *asker, body []byte) {
	if v, ok := r.preview(ctx, body); ok {
		a.say("-- so far: rating %s, %d to be told, %d duties, %d items missing", printable(string(v.Rating.Level)), len(v.Tell),
			len(v.Duties), len(v.Missing))
	}
}

func (r *run) preview(ctx context.Context, body []byte) (v client.Preview, ok bool) {
	if r.away {
		return v, false
	}
	ctx, stop := context.WithTimeout(ctx, briefly)
	defer stop()
	v, err := r.client.Preview(ctx, body)
	var down *client.Unreachable
	r.away = errors.As(err, &down)
	return v, err == nil
}

// confirm shows everything once and asks before filing: a filing is never changed afterwards.
func (r *run) confirm(ctx context.Context, a *asker, rep *client.Report) error {
	if v, ok := r.preview(ctx, rep.Body); ok {
		a.say("\nFiling this now would mean:")
		r.show.preview(v)
	}
	if r.Yes {
		return nil
	}
	if yes := a.yesNo("\nFile it now?", "A filing is never changed afterwards; what comes later is added by a supplement.",
		nil); yes == nil || !*yes {
		return errEnded
	}
	return a.err
}

func (r *run) askTelephone(ctx context.Context, a *asker, rep *client.Report) error {
	var t incident.Telephone
	if err := jsonin.Decode(rep.Body, &t, jsonin.Contract); err != nil {
		return err
	}
	t.Entity = r.entity(ctx, a, either(t.Entity, r.Entity))
	t.Incident = either(r.Incident, t.Incident)
	a.telephone(&t)
	if err := r.draft(rep, t); err != nil || a.err != nil {
		return errors.Join(err, a.err)
	}
	if r.Yes {
		return nil
	}
	if yes := a.yesNo("Record it now?", "It starts its duties; it does not count as filed.", nil); yes == nil || !*yes {
		return errEnded
	}
	return a.err
}
