package operations

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/operation"
	"tocsin/internal/web/page"
)

func operationsPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	v, err := s.App.Operations(r.Context(), r.By())
	if err != nil {
		return err
	}
	return s.Render(w, r, http.StatusOK, "operations", page.Page{Title: "Operations", Wide: true, Body: plantBody{v}})
}

type plantBody struct{ app.Operations }

// Trouble lists what needs a person now, worst first; empty where all is well.
func (b plantBody) Trouble() (out []string) {
	add := func(bad bool, format string, args ...any) {
		if bad {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	out = append(out, b.Policy...)
	add(b.Machine.Full, "The disk is nearly full: %s are free. This replica says that it is not ready until there is more room.",
		bytesWords(b.Machine.Disk.Free))
	add(b.Canary.Late > 0, "No canary has come out of the mail path for %s. Mail may not reach anybody.", spanWords(b.Canary.Late))
	for _, w := range b.Witnesses {
		add(!w.Failed.IsZero(), "The witness %s did not get the last checkpoint.", w.Name)
	}
	for _, l := range b.Machine.Loops {
		add(l.Late(b.Now), "The %s loop has not run for over a minute.", l.Name)
	}
	add(b.Clocks.Waiting > 0 && b.Now.Sub(b.Clocks.Since) > time.Minute, "Clocks are late by %s.", spanWords(b.Now.Sub(b.Clocks.Since)))
	add(b.Tree.Backlog > 0 && b.Now.Sub(b.Tree.BacklogSince) > time.Minute, "Entries wait for their place in the tree for %s.",
		spanWords(b.Now.Sub(b.Tree.BacklogSince)))
	for _, l := range b.Lanes {
		add(l.Lane%notify.HookLanes == notify.LaneStatutory && b.Now.Sub(l.Oldest) > 15*time.Minute, "A statutory message has waited for %s.",
			spanWords(b.Now.Sub(l.Oldest)))
	}
	return out
}

// Lane names a lane of the queue.
func (plantBody) Lane(l notify.Lane) string {
	name := map[notify.Lane]string{notify.LaneStatutory: "Statutory notices", notify.LaneAlarm: "Alarms and canary",
		notify.LaneConfirm: "Confirmations",
		notify.LaneDigest:  "Summaries and tests"}[l%notify.HookLanes]
	if l >= notify.HookLanes {
		name += ", by webhook"
	}
	return name
}

// Ago says how long ago something was, at the time of the page.
func (b plantBody) Ago(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return spanWords(b.Now.Sub(t))
}

// Holder answers who has the lease of a loop; empty for a loop without one.
func (b plantBody) Holder(loop string) string {
	for _, l := range b.Leases {
		if l.Name == loop {
			host, rest, _ := strings.Cut(l.Holder, "/")
			process, _, _ := strings.Cut(rest, "/")
			return host + ", process " + process
		}
	}
	return ""
}

// Lacks says what this installation does without, that a statewide one must not.
func (b plantBody) Lacks() (out []string) {
	if b.Store.Engine == "sqlite" {
		out = append(out, "No standby: the record is in one file on one machine. When its disk is lost, what was reported since the last "+
			"backup is lost with it.")
	} else if b.Store.SyncStandbys == 0 {
		out = append(out, "No synchronous standby: a report that was confirmed can be lost with the database server.")
	}
	switch len(b.Witnesses) {
	case 0:
		out = append(out, "No witness: whoever owns the database could rewrite the end of the record unseen. Name two with --witness.")
	case 1:
		out = append(out, "One witness only: a second, in other hands, convicts the first.")
	}
	if b.Canary.To == "" {
		out = append(out, "No canary: nothing proves between reports that mail goes out. Name a mailbox with --canary.")
	}
	return append(out, "No backup is recorded: this program does not write any yet. Copy the record as the operator's guide says, and try "+
		"to restore it.")
}

// Bytes writes a size for people.
func (plantBody) Bytes(n int64) string { return bytesWords(n) }

// Took says how long a probe took.
func (b plantBody) Took(p notify.Probe) string { return spanWords(p.Took(b.Now)) }

// LoopState is a word for the state of a loop.
func (b plantBody) LoopState(l operation.Loop) string {
	if l.Late(b.Now) {
		return "overdue"
	}
	return "delivered"
}

func bytesWords(n int64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB", "TiB"}
	v, i := float64(n), 0
	for v >= 1024 && i < len(units)-1 {
		v, i = v/1024, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f %s", v, units[i])
}

// spanWords writes a duration in its largest unit, or its two largest below a day.
func spanWords(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(0, int(d.Seconds())))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d days", int(d.Hours())/24)
}
