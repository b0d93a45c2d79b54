package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"time"

	"tocsin/internal/deliver"
	"tocsin/internal/deliver/mailbox"
	"tocsin/internal/demo"
)

type serveCmd struct {
	place
	watchFlags
	Listen  string   `default:"127.0.0.1:8080" help:"Address to listen on. Anything but loopback needs TLS or a proxy." placeholder:"ADDR"`
	Demo    bool     `help:"Demonstration: invented people, sign-in without secrets, a mailbox inside. Loopback only."`
	BaseURL string   `help:"Where readers reach the pages, for links in mails. Default: the listening address." placeholder:"URL"`
	Packs   string   `help:"Folder of your own packs, over the built-in ones." type:"existingdir" placeholder:"DIR"`
	TLSCert string   `help:"Certificate file." type:"existingfile" placeholder:"FILE"`
	TLSKey  string   `help:"Key file of the certificate." type:"existingfile" placeholder:"FILE"`
	SignIn  string   `help:"Identity providers that people may sign in with, YAML or JSON; see the operations page." type:"existingfile" placeholder:"FILE"`
	Tools   string   `name:"containment-tools" help:"Your own tools that the response team may tell to contain assets, YAML or JSON; see the operations page." type:"existingfile" placeholder:"FILE"`
	Trusted []string `name:"trusted-proxy" help:"Networks of the proxies in front, whose X-Forwarded-For says where a request came from. Nobody else's is believed." placeholder:"CIDR"`
	Proxy   bool     `help:"A proxy in front ends TLS: allow plain HTTP on other than loopback, and set secure cookies."`
	Metrics string   `help:"Serve measurements in the Prometheus text format at /metrics of this loopback address. Default: none." placeholder:"ADDR"`
	NoQuick bool     `help:"Switch off the form by which people without an account tell the security team what they saw."`

	Mail struct {
		Server       string   `help:"Mail server, HOST:PORT." placeholder:"ADDR"`
		TLS          string   `default:"starttls" enum:"none,starttls,implicit" help:"none (loopback only), starttls or implicit."`
		User         string   `help:"User name at the mail server."`
		PasswordFile string   `help:"File with the password, mode 0600." placeholder:"FILE"`
		From         string   `default:"tocsin@localhost.example" help:"Address that mails come from."`
		Operator     string   `default:"operator@localhost.example" help:"Address of the operator, for alarms."`
		HookAllow    []string `help:"Hosts or networks that webhooks may reach although they are internal." placeholder:"CIDR"`
	} `embed:"" prefix:"mail-"`

	proxies []netip.Prefix // Trusted, read
}

// collectAt is how much the heap may grow, in percent of what is alive, before garbage is collected. What is alive is small,
// so that Go's default of 100 would collect every few dozen requests: an eighth of the processor's time.
const collectAt = 400

// settled is when a start is over, and what it has used can be given back.
const settled = 2 * time.Second

// Run serves until the context ends.
func (c *serveCmd) Run(ctx context.Context) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	if err := errors.Join(c.checkAddress(), c.checkMetrics(), c.readProxies()); err != nil {
		return err
	}
	if c.Demo {
		if err := demo.Claim(c.Data); err != nil {
			return err
		}
	}
	keys, err := c.prepare()
	if err != nil {
		return err
	}
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	packs := newShelf(c.Packs)
	packs.begin()
	record, err := c.openWith(ctx, keys)
	if err != nil {
		return err
	}
	defer record.Close()
	w := &wiring{cmd: c, shelf: packs, log: log, keys: keys, record: record, address: c.address(listener), stopping: make(chan struct{})}
	if err := w.build(ctx); err != nil {
		return err
	}
	defer w.close()
	if err := w.measured(ctx); err != nil {
		return err
	}
	if c.Demo {
		w.announce()
	}
	return w.run(ctx, listener)
}

// checkAddress refuses to show reports in the clear to a network, and the demonstration to anybody else.
func (c *serveCmd) checkAddress() error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	ip := net.ParseIP(host)
	loopback := host == "localhost" || (ip != nil && ip.IsLoopback())
	switch {
	case c.Demo && !loopback:
		return errors.New("--listen: the demonstration lets everybody be anybody; it listens on loopback only, for example 127.0.0.1:8080")
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key go together")
	case !loopback && c.TLSCert == "" && !c.Proxy:
		return errors.New("--listen: reports must not cross a network in the clear; give --tls-cert and --tls-key, or --proxy where " +
			"a proxy ends TLS")
	}
	return nil
}

// checkMetrics keeps measurements on this machine: they have no sign-in, and how much is reported is nobody else's to know.
func (c *serveCmd) checkMetrics() error {
	if c.Metrics == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(c.Metrics)
	if err != nil {
		return fmt.Errorf("--metrics: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return errors.New("--metrics: measurements are served on loopback only, for example 127.0.0.1:9464; let an agent on this " +
			"machine fetch them")
	}
	return nil
}

// readProxies takes single addresses for networks of one.
func (c *serveCmd) readProxies() error {
	for _, s := range c.Trusted {
		p, err := netip.ParsePrefix(s)
		if a, single := netip.ParseAddr(s); single == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			return fmt.Errorf("--trusted-proxy: %q is no network such as 10.0.0.0/8", s)
		}
		c.proxies = append(c.proxies, p.Masked())
	}
	return nil
}

func (c *serveCmd) address(l net.Listener) string {
	if c.BaseURL != "" {
		return c.BaseURL
	}
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	return scheme + "://" + l.Addr().String()
}

// mailer connects to the operator's mail server, or to the demonstration's own.
func (w *wiring) mailer() (*deliver.SMTP, error) {
	m := w.cmd.Mail
	cfg := deliver.SMTPConfig{Addr: m.Server, TLS: deliver.TLSMode(m.TLS), Username: m.User, PasswordFile: m.PasswordFile}
	if w.cmd.Demo {
		box, err := mailbox.Start("127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		w.mailbox = box
		cfg = deliver.SMTPConfig{Addr: box.Addr(), TLS: deliver.Plain}
	}
	if cfg.Addr == "" {
		return nil, errors.New("no mail server is set: reports could not be told to anybody; give --mail-server HOST:PORT")
	}
	return deliver.NewSMTP(cfg)
}

func (w *wiring) announce() {
	fmt.Printf(`Tocsin demonstration at %s
  1. Open the address, be Dana Whitfield (ISO, Motor Vehicles) and file a report.
  2. Read at %s/demo/mailbox what the authorities were told; acknowledge from the mail.
  3. Open the incident again: rating, duties, tracks, receipt. Keys for the API: %s/demo.json
`, w.address, w.address, w.cmd.Data)
}

// run serves and works until the context ends, then lets requests in flight finish.
func (w *wiring) run(ctx context.Context, listener net.Listener) error {
	loops, stopLoops := context.WithCancel(context.Background())
	done := w.startLoops(loops)
	server := &http.Server{Handler: w.handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(w.log.Handler(), slog.LevelWarn)}
	server.RegisterOnShutdown(func() { close(w.stopping) })
	failed := make(chan error, 1)
	go func() {
		if w.cmd.TLSCert != "" {
			failed <- server.ServeTLS(listener, w.cmd.TLSCert, w.cmd.TLSKey)
			return
		}
		failed <- server.Serve(listener)
	}()
	time.AfterFunc(settled, debug.FreeOSMemory) // what starting has used and needs no more
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		drain, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		err = server.Shutdown(drain)
	}
	stopLoops()
	<-done
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
