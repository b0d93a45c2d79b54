package delivery

import (
	"context"
	"fmt"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/notify"
)

// CanariesShown is how many of the latest canaries are looked at; among them is the last that arrived, or none of them did.
const CanariesShown = 12

// alarmEvery is how often one alarm of the operator is repeated at most.
const alarmEvery = 6 * time.Hour

// RunCanary sends the next canary when its time has come, and raises an alarm when none has come out for twice as long. It
// may be called at any rate.
func (a *Room) RunCanary(ctx context.Context) error {
	c, now := a.Canary, a.Now()
	if c.To == "" {
		return nil
	}
	list, err := a.Probes.Probes(ctx, notify.Canary, "", CanariesShown)
	if err != nil {
		return err
	}
	if len(list) == 0 || now.Sub(list[0].Created) >= c.Every {
		if err := a.Probes.DropProbes(ctx, notify.Canary, now); err != nil {
			return err
		}
		p := notify.Probe{ID: "probe-" + a.NewID(), Kind: notify.Canary, Channel: act.ChannelMail, To: c.To, By: access.System("canary").ID, Created: now}
		if _, err := a.Probes.AddProbe(ctx, p, notify.LaneOf(p.Kind), nil); err != nil {
			return err
		}
		a.Committed()
	}
	if late := CanaryLate(list, c, now); late > 0 {
		return a.RaiseAlarm(ctx, "canary", fmt.Sprintf("No delivery check has come out of the mail path for %s. Mail may not reach anybody: look at the operations page.", late.Round(time.Minute)))
	}
	return nil
}

// CanaryLate answers for how long no canary has come out, where that is longer than two should take; else 0.
func CanaryLate(list []notify.Probe, c act.Canary, now time.Time) time.Duration {
	if len(list) == 0 {
		return 0
	}
	since := list[len(list)-1].Created // of those looked at; the oldest there is, where there are few
	for _, p := range list {
		if p.Arrived() && p.At.After(since) {
			since = p.At
		}
	}
	if late := now.Sub(since); late > 2*c.Every {
		return late
	}
	return 0
}

// RaiseAlarm mails the operator, and says the same thing again only after hours. about names what it is about.
func (a *Room) RaiseAlarm(ctx context.Context, about, words string) error {
	now := a.Now()
	p := notify.Probe{ID: "probe-" + a.NewID(), Kind: notify.Alarm, Authority: "alarm:" + about, Channel: act.ChannelMail, To: a.Operator,
		By: access.System(about).ID, Words: words, Created: now}
	added, err := a.Probes.AddProbe(ctx, p, notify.LaneOf(p.Kind), []notify.ProbeLimit{{Since: now.Add(-alarmEvery), Most: 1, OfChannel: true}})
	if err == nil && added {
		a.Committed()
	}
	return err
}
