package main

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/deliver"
	"tocsin/internal/domain/operation"
	"tocsin/internal/work"
)

// watchFlags are the settings of what watches over the installation.
type watchFlags struct {
	Witness     []string      `help:"Who keeps checkpoints of the record: mail:ADDRESS, file:PATH or http:URL. May be repeated; name two." placeholder:"WHO" sep:"none"`
	Canary      string        `help:"Mailbox that gets a message at intervals, only to prove that mail goes out." placeholder:"ADDRESS"`
	CanaryEvery time.Duration `help:"How often." default:"15m"`
	MinFree     int64         `help:"Free bytes on the folder's disk below which the server says that it is not ready." default:"268435456" placeholder:"BYTES"`
}

// watch is what watches over the installation in this process.
type watch struct {
	started   time.Time
	witnesses []work.Witness

	mu    sync.Mutex
	floor operation.Floor
}

// diskFull measures the disk and says whether it counts as full.
func (w *wiring) diskFull() (operation.Disk, bool) {
	d := diskOf(w.cmd.Data)
	w.watch.mu.Lock()
	defer w.watch.mu.Unlock()
	w.watch.floor.Bytes = w.cmd.MinFree
	return d, w.watch.floor.Full(d)
}

func (w *wiring) machine() app.Machine {
	m := app.Machine{Version: version, Started: w.watch.started, Floor: w.cmd.MinFree}
	m.Disk, m.Full = w.diskFull()
	for _, l := range w.loops {
		m.Loops = append(m.Loops, operation.Loop{Name: l.Name, LastRun: l.LastRun(), Period: l.Period, Abroad: l.Abroad})
	}
	return m
}

// prepareWatch checks the settings before anything is started. It needs the mail sender.
func (w *wiring) prepareWatch() error {
	w.watch.started = time.Now()
	if w.cmd.Canary != "" && (!strings.Contains(w.cmd.Canary, "@") || w.cmd.CanaryEvery < time.Minute) {
		return fmt.Errorf("--canary needs a mailbox, NAME@HOST, and --canary-every at least a minute")
	}
	for _, s := range w.cmd.Witness {
		one, err := w.witness(s)
		if err != nil {
			return err
		}
		w.watch.witnesses = append(w.watch.witnesses, one)
	}
	return nil
}

// witnessClient calls witnesses; they are named by the operator, so that they may be inside.
var witnessClient = &http.Client{Timeout: 20 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (w *wiring) witness(s string) (work.Witness, error) {
	kind, where, _ := strings.Cut(s, ":")
	switch kind {
	case "mail":
		if !strings.Contains(where, "@") {
			return nil, fmt.Errorf("--witness %s: a mailbox is NAME@HOST", s)
		}
		return deliver.MailWitness{To: where, From: w.cmd.Mail.From, Mail: w.mail, Now: time.Now}, nil
	case "file":
		path, err := filepath.Abs(where)
		if where == "" || err != nil {
			return nil, fmt.Errorf("--witness %s: name a file", s)
		}
		return deliver.FileWitness{Path: path}, nil
	case "http":
		u, err := url.Parse(where)
		if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopbackHost(u.Hostname())) {
			return nil, fmt.Errorf("--witness %s: name an https URL, as http:https://witness.example", s)
		}
		return deliver.HTTPWitness{URL: where, Client: witnessClient}, nil
	}
	return nil, fmt.Errorf("--witness %s: write mail:ADDRESS, file:PATH or http:URL", s)
}

func loopbackHost(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// watchLoops are the loops of the witnesses and the canary, where there are any.
func (w *wiring) watchLoops(me string) (out []*work.Loop) {
	if len(w.watch.witnesses) > 0 {
		step := (&work.Witnessing{Tree: w.record, Witnesses: w.watch.witnesses, Now: time.Now, Log: w.log, Alarm: w.app.RaiseAlarm}).Step
		out = append(out, &work.Loop{Name: "witnesses", Period: 5 * time.Second, Log: w.log, Abroad: true,
			Step: work.Leased(w.record, "witnesses", me, time.Now, step)})
	}
	if w.cmd.Canary != "" {
		out = append(out, &work.Loop{Name: "canary", Period: 5 * time.Second, Log: w.log, Step: work.Leased(w.record, "canary", me,
			time.Now, work.Sing(w.app))})
	}
	return out
}
