package delivery

import (
	"context"
	"net/url"
	"strings"
	"time"

	"tocsin/internal/app/act"
	appdirectory "tocsin/internal/app/directory"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
)

// Probes keeps messages that are about no incident, beside the queue in which they wait like all others.
type Probes interface {
	// AddProbe puts a probe into the queue, unless as many of its kind and channel were made since an instant.
	AddProbe(ctx context.Context, p notify.Probe, lane notify.Lane, limits []notify.ProbeLimit) (added bool, err error)
	Probe(ctx context.Context, id string) (p notify.Probe, found bool, err error)
	// Probes lists the latest of a kind, newest first; of one authority where that is not empty.
	Probes(ctx context.Context, kind notify.Kind, authority string, limit int) ([]notify.Probe, error)
	// EndProbe keeps what became of an attempt; final takes the probe out of the queue.
	EndProbe(ctx context.Context, p notify.Probe, final bool) error
	// DropProbes takes the probes of a kind that were made before an instant out of the queue.
	DropProbes(ctx context.Context, kind notify.Kind, before time.Time) error
}

// ProbePrefix begins the streams of messages that are about no incident.
const ProbePrefix = "probe/"

// IsProbe says whether a stream is one of them.
func IsProbe(stream string) bool { return strings.HasPrefix(stream, ProbePrefix) }

// Test messages are few: one a minute to a channel, and thirty an hour in all.
const (
	testEvery  = time.Minute
	testsHour  = 30
	shownTests = 5
)

// SendTest sends a real message through an authority's channel, marked as a test, behind everything else that waits.
func (a *Room) SendTest(ctx context.Context, by access.Actor, authority, channel string) error {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return err
	}
	au, ok := dir.Authority(authority)
	if !ok || !a.Directory.AdministersAuthority(by, dir, authority) {
		return act.ErrNotThere
	}
	p := notify.Probe{ID: "probe-" + a.NewID(), Kind: notify.TestMessage, Authority: authority, Channel: channel, By: by.ID, Created: a.Now(), To: au.Email}
	switch {
	case channel == act.ChannelWebhook && au.Webhook != "":
		p.To = hookHost(au)
	case channel != act.ChannelMail || au.Email == "":
		return fault.Invalid("channel", "the authority has no such channel", "give it one first")
	}
	lane := notify.LaneOf(p.Kind)
	if channel == act.ChannelWebhook {
		lane += notify.HookLanes
	}
	added, err := a.Probes.AddProbe(ctx, p, lane, []notify.ProbeLimit{
		{Since: p.Created.Add(-testEvery), Most: 1, OfChannel: true}, {Since: p.Created.Add(-time.Hour), Most: testsHour}})
	if err == nil && !added {
		return fault.Invalid("channel", "a test was sent to this channel less than a minute ago, or many were sent this hour", "look at its result, and try again later")
	}
	if err == nil {
		a.Committed()
	}
	return err
}

func hookHost(au directory.Authority) string {
	u, err := url.Parse(au.Webhook)
	if err != nil {
		return ""
	}
	return u.Host
}

// composeProbe writes a probe. Its channel is looked up anew, so that a corrected address is the one that is tried.
func (a *Room) composeProbe(ctx context.Context, stream string) ([]act.Outgoing, error) {
	p, found, err := a.Probes.Probe(ctx, strings.TrimPrefix(stream, ProbePrefix))
	if err != nil {
		return nil, err
	}
	if !found {
		return []act.Outgoing{{Err: fault.Gone("this test is no more")}}, nil
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, err
	}
	if p.Kind == notify.StatisticsReport {
		return a.Review.ComposeReport(ctx, p, dir)
	}
	n := notify.Notice{Kind: p.Kind, Demonstration: a.Demo, Reason: p.Words, Links: notify.Links{Incident: a.BaseURL}}
	name := "Operator"
	if au, ok := dir.Authority(p.Authority); ok {
		name = au.Name
		if n.To, n.Why = au.Name, "an administrator tried whether the channels in the directory work"; p.Channel == act.ChannelWebhook {
			body, err := n.Payload(p.Created)
			return []act.Outgoing{{Hook: &notify.Hook{ID: notify.HookID(p.ID), URL: au.Webhook, Secret: au.WebhookSecret, Payload: body}}}, err
		}
		p.To = au.Email
	}
	subject, text, html := notify.Render(n)
	_, host, _ := strings.Cut(a.From, "@")
	return []act.Outgoing{{Mail: &notify.Mail{MessageID: notify.MessageID(p.ID, p.To, host), From: notify.NewAddress("Tocsin", a.From),
		To: notify.NewAddress(name, p.To), Subject: subject, Text: text, HTML: html, Headers: n.Headers(host), Date: p.Created}}}, nil
}

// endProbe keeps what became of a probe. A test ends with its first answer, whatever that is; the canary and alarms are
// tried again like every message.
func (a *Room) endProbe(ctx context.Context, stream string, attempts []Attempted) error {
	for _, t := range attempts {
		p, found, err := a.Probes.Probe(ctx, strings.TrimPrefix(stream, ProbePrefix))
		if err != nil || !found {
			return err
		}
		p.Outcome, p.Reply, p.At, p.Attempts = t.Outcome.Kind, t.Outcome.Reply, a.Now(), p.Attempts+1
		if err := a.Probes.EndProbe(ctx, p, t.Next.Done || p.Kind == notify.TestMessage); err != nil {
			return err
		}
	}
	return nil
}

// AuthorityPage answers one authority with its channels, or fault.NotFound where the actor may not see it.
func (a *Room) AuthorityPage(ctx context.Context, by access.Actor, id string) (appdirectory.AuthorityPage, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return appdirectory.AuthorityPage{}, err
	}
	au, ok := dir.Authority(id)
	if !ok || !a.Directory.MaySeeAuthority(by, dir, id) {
		return appdirectory.AuthorityPage{}, act.ErrNotThere
	}
	v := appdirectory.AuthorityPage{Authority: au, HasWebhook: au.Webhook != "", Administers: a.Directory.AdministersAuthority(by, dir, id)}
	v.WebhookSecret = ""
	for _, person := range dir.Officers(id) {
		p, _ := dir.Person(person)
		v.Officers = append(v.Officers, a.Directory.PersonLine(by, dir, p))
	}
	for _, e := range dir.Entities() {
		pack, ok := a.PackNow(e.Pack)
		if !ok {
			continue
		}
		for _, info := range pack.Authorities() {
			if info.ID == id {
				v.For = append(v.For, info.For+" ("+info.Clause+")")
			}
		}
	}
	if !v.Administers {
		v.Webhook = ""
		return v, nil
	}
	tests, err := a.Probes.Probes(ctx, notify.TestMessage, id, shownTests)
	for _, p := range tests {
		t := appdirectory.TestView{Probe: p, ByName: p.By, Seconds: int64(p.Took(a.Now()).Seconds())}
		if who, ok := dir.Person(strings.TrimPrefix(p.By, "person:")); ok {
			t.ByName = who.Name
		}
		v.Tests = append(v.Tests, t)
	}
	return v, err
}
