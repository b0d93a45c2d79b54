package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"

	"tocsin/internal/api"
	"tocsin/internal/api/scim"
	"tocsin/internal/app"
	"tocsin/internal/deliver"
	"tocsin/internal/deliver/mailbox"
	"tocsin/internal/demo"
	"tocsin/internal/document"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/exchange"
	"tocsin/internal/oidc"
	"tocsin/internal/store"
	"tocsin/internal/web"
	"tocsin/internal/work"
	"tocsin/packs"
)

// wiring holds the parts of a running server.
type wiring struct {
	cmd     *serveCmd
	log     *slog.Logger
	keys    keys
	record  *store.Record
	address string

	app     *app.App
	shelf   *shelf
	mailbox *mailbox.Server
	mail    *deliver.SMTP
	hooks   *deliver.Webhook
	loops   []*work.Loop
	handler http.Handler
	gate    gate
	watch   watch

	stopping chan struct{} // closed when the server begins to stop
}

func (w *wiring) build(ctx context.Context) (err error) {
	if w.mail, err = w.mailer(); err != nil {
		return err
	}
	if w.hooks, err = w.webhook(); err != nil {
		return err
	}
	if err := w.prepareWatch(); err != nil {
		return err
	}
	providers, err := w.providers()
	if err != nil {
		return err
	}
	tools, err := w.tools()
	if err != nil {
		return err
	}
	c := app.On(w.record, packs.RunCasesOf)
	c.Providers, c.Tools = providers, tools
	c.Machine, c.Canary = w.machine, app.Canary{To: w.cmd.Canary, Every: w.cmd.CanaryEvery}
	for _, one := range w.watch.witnesses {
		c.Witnesses = append(c.Witnesses, one.Name())
	}
	c.Packs, c.PackIDs, c.Now, c.Committed = w.shelf.For, w.shelf.ids(), time.Now, w.wake
	c.BaseURL, c.LinkKey, c.From, c.Operator, c.Mail, c.Demo = w.address, w.keys.link, w.cmd.Mail.From, w.cmd.Mail.Operator, w.mail, w.cmd.Demo
	c.Papers, c.ReadPlaybook = document.Render, exchange.ReadCACAO
	w.app, err = app.New(c)
	if err != nil {
		return err
	}
	if w.cmd.Demo {
		if _, err := demo.Seed(ctx, w.app, w.cmd.Data, w.address); err != nil {
			return err
		}
	}
	if err := w.app.PreparePolicy(ctx); err != nil {
		return err
	}
	for _, trouble := range w.app.PolicyTrouble() {
		w.log.Error("policy", "trouble", trouble)
	}
	if w.cmd.Database == "" { // nobody else works on a file: what a process before this one had claimed is free
		if err := w.record.FreeClaims(ctx, time.Now()); err != nil {
			return err
		}
	}
	w.makeLoops()
	return w.routes()
}

func (w *wiring) webhook() (*deliver.Webhook, error) {
	var allow deliver.Allowed
	for _, s := range w.cmd.Mail.HookAllow {
		if p, err := netip.ParsePrefix(s); err == nil {
			allow.Networks = append(allow.Networks, p)
			continue
		}
		if strings.ContainsAny(s, "/ ") {
			return nil, fmt.Errorf("--mail-hook-allow: %q is neither a network nor a host", s)
		}
		allow.Hosts = append(allow.Hosts, s)
	}
	return deliver.NewWebhook(deliver.WebhookConfig{Allowed: allow}), nil
}

// tools reads what the response team may tell to contain assets.
func (w *wiring) tools() ([]incident.Tool, error) {
	if w.cmd.Tools == "" {
		return nil, nil
	}
	tools, err := w.hooks.ReadTools(w.cmd.Tools)
	if err != nil {
		return nil, fmt.Errorf("--containment-tools:\n%w", err)
	}
	return tools, nil
}

// providers reads who else may say who somebody is. A provider that is down is no reason not to start.
func (w *wiring) providers() (app.Providers, error) {
	if w.cmd.SignIn == "" {
		return nil, nil
	}
	configs, err := oidc.ReadConfig(w.cmd.SignIn)
	if err != nil {
		return nil, fmt.Errorf("--sign-in:\n%w", err)
	}
	return oidc.New(configs, time.Now), nil
}

// routes mounts the API, the pages, and the two addresses that load balancers ask.
func (w *wiring) routes() error {
	mux := http.NewServeMux()
	programs := api.New(api.Config{App: w.app, Log: w.log, Version: version})
	mux.Handle("/api/", programs)
	mux.Handle("/scim/v2/", scim.New(scim.Config{Keys: w.app, People: w.app, BaseURL: w.address, Log: w.log}))
	pages := web.Config{App: w.app, Demo: w.cmd.Demo, Now: time.Now, Version: version, Log: w.log,
		Secure: w.cmd.TLSCert != "" || w.cmd.Proxy, NoQuick: w.cmd.NoQuick, Zones: w.zones(), Label: w.label,
		Stopping: w.stopping, Proxies: w.cmd.proxies}
	if w.mailbox != nil {
		pages.Mailbox = demoMail{w.mailbox}
	}
	site, err := web.New(pages)
	if err != nil {
		return err
	}
	mux.Handle("/", site)
	mux.HandleFunc("GET /incidents/{number}/receipts/{filing}", receiptFor(programs, site))
	mux.HandleFunc("GET /healthz", func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprintln(rw, "alive") })
	mux.HandleFunc("GET /readyz", w.ready)
	counted := w.gate.count(mux)
	w.handler = guarded(pages.Secure, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if web.Streaming(r) { // stays open, so that the courier must not give way to it
			mux.ServeHTTP(rw, r)
			return
		}
		counted.ServeHTTP(rw, r)
	}))
	return nil
}

// receiptFor lets the receipt's one address, which the API's answers and the mails name, serve both readers: a person gets
// the page, a program that sends its key gets the file, as it does from the API itself.
func receiptFor(programs, people http.Handler) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			people.ServeHTTP(rw, r)
			return
		}
		at := *r.URL
		at.Path, at.RawPath = "/api/v1/incidents/"+r.PathValue("number")+"/filings/"+r.PathValue("filing")+"/receipt", ""
		asked := r.Clone(r.Context())
		asked.URL = &at
		programs.ServeHTTP(rw, asked)
	}
}

// ready is honest: the record can be written and every loop has run lately, or the replica gets no requests. The couriers
// are left out: that a mail server hangs is no reason to take no reports.
func (w *wiring) ready(rw http.ResponseWriter, r *http.Request) {
	if err := w.record.Err(); err != nil {
		http.Error(rw, "the record cannot be written", http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second) // shorter than a load balancer waits
	defer cancel()
	if _, err := w.record.DirectoryVersion(ctx); err != nil {
		http.Error(rw, "the record cannot be read", http.StatusServiceUnavailable)
		return
	}
	if _, full := w.diskFull(); full {
		http.Error(rw, "the disk is full", http.StatusServiceUnavailable)
		return
	}
	for _, l := range w.loops {
		if !l.Abroad && time.Since(l.LastRun()) > time.Minute {
			http.Error(rw, "the "+l.Name+" loop has not run for a minute", http.StatusServiceUnavailable)
			return
		}
	}
	fmt.Fprintln(rw, "ready")
	for _, trouble := range w.app.PolicyTrouble() { // no reason to take no reports: the version before goes on
		fmt.Fprintln(rw, "warning: "+trouble)
	}
}

// label names a category or a kind of personal information as its pack does; without a pack, as the first that knows it.
func (w *wiring) label(pack, id string) string {
	ids := w.shelf.ids()
	if pack != "" {
		ids = []string{pack}
	}
	for _, name := range ids {
		p, ok := w.app.PackInForce(name)
		if !ok {
			continue
		}
		for _, t := range append(p.Categories(), p.PITypes()...) {
			if t.ID == id {
				return t.Label
			}
		}
	}
	return ""
}

// zones gives each pack's time zone, for readers whose browser has not told its own.
func (w *wiring) zones() map[string]string {
	out := map[string]string{}
	for _, id := range w.shelf.ids() {
		if p, ok := w.app.PackInForce(id); ok && p.Calendar() != nil {
			out[id] = p.Calendar().Zone().String()
		}
	}
	return out
}

// demoMail shows the demonstration's mailbox on its page.
type demoMail struct{ box *mailbox.Server }

// Messages implements web.Mailbox.
func (d demoMail) Messages(context.Context) ([]web.Mail, error) {
	got := d.box.Messages()
	out := make([]web.Mail, len(got))
	for i, m := range got {
		out[i] = web.Mail{To: m.To, From: m.From, Subject: m.Subject, MessageID: m.MessageID, ReceivedAt: m.ReceivedAt, Text: m.Text}
	}
	return out, nil
}

// holder names this process in leases and claims.
func holder() string {
	host, _ := os.Hostname()
	return fmt.Sprintf("%s/%d/%d", host, os.Getpid(), time.Now().UnixNano())
}

func (w *wiring) makeLoops() {
	me := holder()
	courier := func(lanes notify.Lanes) func(context.Context) (bool, error) {
		c := &work.Courier{Queue: w.record, Desk: w.app, Mail: w.mail, Hooks: w.hooks, Holder: me, Lanes: lanes, Workers: 4,
			Now: time.Now, Log: w.log,
			GiveWay: w.gate.giveWay}
		return c.Step
	}
	leases := w.record
	w.loops = []*work.Loop{
		{Name: "sequencer", Period: 250 * time.Millisecond, Log: w.log,
			Step: work.Leased(leases, "sequencer", me, time.Now, work.Sequence(w.record, w.keys.signer, me, time.Now))},
		{Name: "courier", Period: 250 * time.Millisecond, Log: w.log, Abroad: true, Step: courier(notify.MailLanes)},
		{Name: "webhooks", Period: 250 * time.Millisecond, Log: w.log, Abroad: true, Step: courier(notify.WebhookLanes)},
		{Name: "clock", Period: 250 * time.Millisecond, Log: w.log, Step: work.Leased(leases, "clock", me, time.Now, work.Tick(w.app))},
		{Name: "sweeper", Period: 30 * time.Second, Log: w.log, Step: func(ctx context.Context) (bool, error) {
			return false, errors.Join(w.app.SweepDrafts(ctx), w.app.SweepTips(ctx), w.app.SweepProposals(ctx))
		}},
		{Name: "designations", Period: 5 * time.Second, Log: w.log, Step: work.Leased(leases, "designations", me, time.Now,
			work.Designations(w.app))},
		{Name: "team", Period: 5 * time.Second, Log: w.log, Step: work.Leased(leases, "team", me, time.Now, work.GiveBack(w.app))},
		{Name: "reports", Period: 5 * time.Second, Log: w.log, Step: work.Leased(leases, "reports", me, time.Now, work.Report(w.app))},
		{Name: "links", Period: 30 * time.Second, Log: w.log, Step: work.Leased(leases, "links", me, time.Now, work.Links(w.app))},
	}
	w.loops = append(w.loops, w.watchLoops(me)...)
}

// wake tells the couriers that something was committed, so that no mail waits for its next round. The sequencer keeps to its
// rounds: a checkpoint for each commit would cost as much as the commits.
func (w *wiring) wake() {
	for _, l := range w.loops {
		if l.Name == "courier" || l.Name == "webhooks" {
			l.Wake()
		}
	}
}

func (w *wiring) startLoops(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	var wg sync.WaitGroup
	for _, l := range w.loops {
		wg.Add(1)
		go func() { defer wg.Done(); l.Run(ctx) }()
	}
	go func() { wg.Wait(); close(done) }()
	return done
}

func (w *wiring) close() {
	if w.mail != nil {
		w.mail.Close()
	}
	if w.mailbox != nil {
		w.mailbox.Close()
	}
}
