package communication

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// BriefItem is one item of the report to management, as far as it is known. MA 6.5.3.1 to 6.5.3.15
type BriefItem struct {
	ID       string       `json:"item"`
	Title    string       `json:"title"`
	Clause   string       `json:"clause"`
	Known    bool         `json:"known"`
	Required bool         `json:"required"` // the policy asks for it at this rating
	Value    string       `json:"value,omitempty"`
	Moment   *time.Time   `json:"moment"` // of an item that is a moment
	StatedAt *time.Time   `json:"stated_at"`
	StatedBy string       `json:"stated_by,omitempty"`
	Awaited  *AwaitedView `json:"awaited,omitempty"`
	Changed  bool         `json:"changed"` // stated since the version before
	Assess   string       `json:"-"`       // the item of the assessment that answers it; empty where a filing or the record does
}

// Text is the value as one text, moments in a zone with their offset.
func (b BriefItem) Text(zone *time.Location) string {
	switch {
	case !b.Known:
		return ""
	case b.Moment != nil:
		return act.FormatTime(*b.Moment, zone)
	}
	return b.Value
}

// ManagementReport is one version of the report, frozen when it was issued. Its JSON form is what the record keeps. MA 6.5.3
type ManagementReport struct {
	Incident   string       `json:"incident"`
	EntityName string       `json:"entity"`
	Report     int          `json:"report"`
	Level      policy.Level `json:"level"`
	Marking    string       `json:"marking"` // when it was issued
	Pack       string       `json:"policy"`
	IssuedAt   time.Time    `json:"issued_at"`
	IssuedBy   string       `json:"issued_by"`
	Items      []BriefItem  `json:"items"`
	Readers    []string     `json:"readers"` // whom the policy names, and no restriction keeps from it
	Kept       []string     `json:"kept_from,omitempty" doc:"Whom the policy names too, and the incident's restriction keeps from it."`
	KeptWhy    string       `json:"kept_why,omitempty" doc:"Why, and how they hear of it, in the words of who issued it."`
}

// Changed lists the items that were stated since the version before.
func (r ManagementReport) Changed() (out []BriefItem) {
	for _, it := range r.Items {
		if it.Changed {
			out = append(out, it)
		}
	}
	return out
}

// ReportReader is somebody who gets each version, and by which rule. MA 6.5.1
type ReportReader struct {
	Who    string `json:"who"`
	Why    string `json:"why"`
	Clause string `json:"clause"`
	// Outside says that nobody of the office is told: the incident is restricted, and none of them is a member. MA 6.5.4
	Outside bool `json:"outside" doc:"The incident is restricted and nobody of this office is a member: they get no version until one is made a member."`
}

// VersionView is one issued version in a list.
type VersionView struct {
	Report  int          `json:"report"`
	At      time.Time    `json:"issued_at"`
	By      string       `json:"issued_by"`
	Level   policy.Level `json:"level"`
	Known   int          `json:"known"`
	Unknown int          `json:"unknown"`
	Changed []string     `json:"changed"` // titles
	Kept    []string     `json:"kept_from,omitempty" doc:"Whom the restriction kept from it."`
	KeptWhy string       `json:"kept_why,omitempty"`
	Sent    []SentView   `json:"sent"`
}

// SentView is one message that brought something to somebody.
type SentView struct {
	To     string    `json:"to"`
	Status string    `json:"status"`
	At     time.Time `json:"at"`
}

// ManagementView is the report to management as it would be issued now, and the versions so far.
type ManagementView struct {
	Incident   string           `json:"incident"`
	EntityName string           `json:"entity"`
	Level      policy.Level     `json:"level"`
	Marking    string           `json:"marking" enum:"none,confidential,restricted"`
	MarkedBy   string           `json:"marked_by,omitempty"`
	MarkedAt   *time.Time       `json:"marked_at"`
	MarkedWhy  string           `json:"marked_why,omitempty"`
	Seen       int64            `json:"seen" doc:"What this view was made from; goes back with the act that issues a version."`
	Items      []BriefItem      `json:"items"`
	Assessment []AssessedView   `json:"assessment"`
	Readers    []ReportReader   `json:"readers"`
	Duties     []act.DutyView   `json:"duties"` // to report, and to report again
	Versions   []VersionView    `json:"versions"`
	News       bool             `json:"news"` // something was stated since the last version
	PackID     string           `json:"-"`
	People     []act.PersonView `json:"-"`
	MayIssue   bool             `json:"-"`
	MayState   bool             `json:"-"`
	MayMark    bool             `json:"-"`
}

// KnownItems counts the items that are known.
func (v ManagementView) KnownItems() (n int) {
	for _, it := range v.Items {
		if it.Known {
			n++
		}
	}
	return n
}

// inside reads an incident for those who see it by their place or membership: what management is told, and what was said to whom, is not
// for the authorities that a report was sent to. Absent and denied look the same. MA 6.5.4
func (a *Room) inside(ctx context.Context, by access.Actor, number, what string) (act.History, error) {
	by.Authorities = nil
	return a.OpenHistory(ctx, by, number, what)
}

// briefed is an incident with everything that a report on it is made from.
type briefed struct {
	act.History
	s     act.Setting
	texts map[string][]byte
	said  said
}

func (a *Room) brief(ctx context.Context, by access.Actor, number, what string) (b briefed, err error) {
	if b.History, err = a.inside(ctx, by, number, what); err != nil {
		return b, err
	}
	if b.s, err = a.SettingFor(ctx, b.St.Entity); err != nil {
		return b, err
	}
	if b.texts, err = a.Record.Texts(ctx, act.TextDigests(b.Facts)); err != nil {
		return b, err
	}
	b.said, err = gather(b.Facts, b.texts, b.s)
	return b, err
}

// Management answers the report to management as it would be issued now. MA 6.5.3
func (a *Room) Management(ctx context.Context, by access.Actor, number string) (ManagementView, error) {
	b, err := a.brief(ctx, by, number, "report to management")
	if err != nil {
		return ManagementView{}, err
	}
	st, s, o := b.St, b.s, act.ObjectOf(b.St)
	v := ManagementView{Incident: st.Number, Level: st.Rating.Level, Marking: st.Marking(), Seen: st.Briefing.Touched, PackID: s.Pack.ID,
		Items: a.briefItems(b), Assessment: a.assessedViews(st, b.said, by), Readers: []ReportReader{}, Duties: []act.DutyView{}, Versions: a.versionViews(b),
		MayIssue: access.Allow(by, access.Discharge, o), MayState: access.Allow(by, access.Work, o), MayMark: access.Allow(by, access.Restrict, o), People: act.Responders(o, s.Dir)}
	if e, ok := s.Dir.Entity(st.Entity); ok {
		v.EntityName = e.Name
	}
	if c := st.Confidence; c.By != "" {
		v.MarkedBy, v.MarkedAt, v.MarkedWhy = act.ActorName(c.By, s.Dir), act.TimeOrNil(c.Since), string(b.texts[c.Why])
	}
	for _, t := range incident.ReportReaders(st, a.Env(s, by)) {
		v.Readers = append(v.Readers, ReportReader{Who: a.RecipientName(t.To, st.Entity, s), Why: t.Why, Clause: t.Clause, Outside: st.KeptFrom(s.Dir, t.To)})
	}
	for _, d := range a.DutyViews(st, s) {
		if d.Discharge == policy.DischargeManagement {
			v.Duties = append(v.Duties, d)
		}
	}
	last, issued := st.Briefing.Last()
	v.News = !issued || last.Version < st.Briefing.Touched
	return v, nil
}

// Untold says whether an office that the policy names gets no version.
func (v ManagementView) Untold() bool {
	return slices.ContainsFunc(v.Readers, func(r ReportReader) bool { return r.Outside })
}

// briefItems fills the items of the report from the record.
func (a *Room) briefItems(b briefed) []BriefItem {
	env := incident.Env{Pack: b.s.Pack, Dir: b.s.Dir}
	in := incident.InputsOf(b.St, env, b.St.Rating.Level)
	missing := b.s.Pack.Assess(in).Missing
	last, _ := b.St.Briefing.Last()
	changed := b.St.ChangedItems(b.s.Pack.Items(), last.Version)
	out := []BriefItem{}
	for _, it := range b.s.Pack.Items() {
		if it.Report != policy.ReportManagement {
			continue
		}
		v := BriefItem{ID: it.ID, Title: it.Label, Clause: it.Clause, Known: incident.KnownItem(it, in.Stated, missing),
			Changed: last.Report > 0 && slices.Contains(changed, it.ID)}
		v.Required = v.Known || slices.ContainsFunc(missing, func(m policy.Item) bool { return m.ID == it.ID })
		v.Assess = assessmentOf(it)
		if v.Awaited = a.awaitedView(b.St, v.Assess, b.s); v.Known {
			a.fillIn(&v, it, b)
		}
		out = append(out, v)
	}
	return out
}

// assessmentOf finds the item of the assessment that answers an item of the pack.
func assessmentOf(it policy.Item) string {
	for _, x := range incident.Items {
		if x.Field != "" && slices.ContainsFunc(it.Fields, func(path string) bool { return path == x.Field || strings.HasPrefix(path, x.Field+".") }) {
			return x.ID
		}
	}
	return ""
}

// fillIn puts in the value of a known item: what was stated last, or what the record itself knows.
func (a *Room) fillIn(v *BriefItem, it policy.Item, b briefed) {
	switch {
	case slices.Contains(it.Fields, "record.received_at"):
		v.Moment = act.TimeOrNil(b.St.ReceivedAt)
		return
	case slices.Contains(it.Fields, "record.status"):
		v.Value = a.statusText(b)
		return
	case slices.Contains(it.Fields, "discovered_at"):
		if at, ok := b.St.Known.Events["discovered"]; ok {
			v.Moment = act.TimeOrNil(at)
		}
	case slices.Contains(it.Fields, "categories"):
		v.Value = strings.Join(act.LabelsOf(b.s.Pack.Categories(), b.St.Known.Categories), "; ")
	}
	for _, key := range append([]string{v.Assess}, it.Fields...) {
		if list := b.said.newestFirst(key); key != "" && len(list) > 0 {
			last := list[0]
			v.StatedAt, v.StatedBy = act.TimeOrNil(last.At), last.By
			if v.Value == "" && v.Moment == nil {
				v.Value, v.Moment = last.Value, last.Moment
			}
			return
		}
	}
	if v.Value == "" && v.Moment == nil {
		v.Value = "Stated in the filings"
	}
}

// statusText says in words how the response stands. MA 6.5.3.5
func (a *Room) statusText(b briefed) string {
	st, zone := b.St, b.s.Pack.Calendar().Zone()
	words := []string{map[string]string{incident.StatusOpen: "Open", incident.StatusClosed: "Closed", incident.StatusTelephoned: "Known by telephone only"}[st.Status]}
	if r := st.Response; r.StartedAt.IsZero() {
		words = append(words, "The response has not started.")
	} else {
		words = append(words, fmt.Sprintf("Response started %s, led by %s.", act.FormatTime(r.StartedAt, zone), act.ActorName("person:"+r.Lead, b.s.Dir)))
	}
	if p := st.Lifecycle.Phase; p != "" {
		words = append(words, "Phase: "+strings.ReplaceAll(p, "_", " ")+", since "+act.FormatTime(st.Lifecycle.PhaseSince, zone)+".")
	}
	for _, m := range []string{incident.Contained, incident.Eradicated, incident.Recovered} {
		if at, ok := st.Lifecycle.Milestones[m]; ok {
			words = append(words, strings.ToUpper(m[:1])+m[1:]+" "+act.FormatTime(at, zone)+".")
		}
	}
	words[0] += "."
	return strings.Join(words, " ")
}

func (a *Room) versionViews(b briefed) []VersionView {
	out := []VersionView{}
	for _, x := range slices.Backward(b.St.Briefing.Versions) {
		v := VersionView{Report: int(x.Report), At: x.At, By: act.ActorName(x.By, b.s.Dir), Level: x.Level, Known: len(x.Known), Unknown: len(x.Unknown), Changed: []string{},
			Sent: a.sentViews(b.St, fmt.Sprintf("r%d", x.Report), b.s), KeptWhy: string(b.texts[x.Why])}
		for _, t := range b.s.Pack.Tellings() {
			if slices.Contains(x.Kept, t.Rule.ID) {
				v.Kept = append(v.Kept, a.RecipientName(t.To, b.St.Entity, b.s))
			}
		}
		for _, it := range b.s.Pack.Items() {
			if x.Report > 1 && it.Report == policy.ReportManagement && slices.Contains(x.Changed, it.ID) {
				v.Changed = append(v.Changed, it.Label)
			}
		}
		out = append(out, v)
	}
	return out
}

// sentViews lists the messages that brought something, to whom and how far they came. Who is asked to approve it is no reader.
func (a *Room) sentViews(st incident.State, brings string, s act.Setting) []SentView {
	out := []SentView{}
	for _, m := range st.Messages {
		if m.Brings != brings || m.Kind != incident.KindManagementReport && m.Kind != incident.KindStatusUpdate {
			continue
		}
		v := SentView{To: a.MessageTo(m.OwedMessage, s), Status: m.Status, At: m.OwedAt}
		if !m.At.IsZero() {
			v.At = m.At
		}
		out = append(out, v)
	}
	return out
}

// IssueManagementReport freezes the report as it stands and sends it to those whom the policy names. seen is what the issuer looked at; 0
// stands for what is known now. MA 6.5.3
func (a *Room) IssueManagementReport(ctx context.Context, by access.Actor, number string, seen int64, keptWhy string) error {
	if err := act.CheckOptionalText("reason", keptWhy); err != nil {
		return err
	}
	b, err := a.brief(ctx, by, number, "report to management")
	if err != nil {
		return err
	}
	if err := act.RequireAction(by, access.Discharge, act.OnlyLeads)(b.St, b.s); err != nil {
		return err
	}
	if seen == 0 {
		seen = b.St.Briefing.Touched
	}
	report := a.freeze(b, by, keptWhy)
	frozen, err := json.Marshal(report)
	if err != nil {
		return err
	}
	prose := map[string]string{incident.TextReport: string(frozen)}
	if keptWhy != "" && len(report.Kept) > 0 {
		prose[incident.TextReason] = keptWhy
	}
	return a.CommandWith(ctx, b.Stream, b.s, by, prose, func(refs map[string]string) incident.Command {
		return incident.IssueManagementReport{Seen: seen, Texts: refs}
	})
}

// freeze is the report as it would be issued now.
func (a *Room) freeze(b briefed, by access.Actor, keptWhy string) ManagementReport {
	last, _ := b.St.Briefing.Last()
	r := ManagementReport{Incident: b.St.Number, Report: int(last.Report) + 1, Level: b.St.Rating.Level, Marking: b.St.Marking(), Pack: b.s.Pack.Title + ", version " + b.s.Pack.Version,
		IssuedAt: b.s.Now, IssuedBy: by.Name, Items: a.briefItems(b), Readers: []string{}}
	if e, ok := b.s.Dir.Entity(b.St.Entity); ok {
		r.EntityName = e.Name
	}
	for _, t := range incident.ReportReaders(b.St, a.Env(b.s, by)) {
		name := a.RecipientName(t.To, b.St.Entity, b.s)
		if b.St.KeptFrom(b.s.Dir, t.To) {
			r.Kept, r.KeptWhy = append(r.Kept, name), keptWhy
			continue
		}
		r.Readers = append(r.Readers, name)
	}
	if len(r.Readers) == 0 && len(r.Kept) > 0 {
		r.Readers = append(r.Readers, "The members of the restricted incident")
	}
	return r
}

// IssuedReport is one version as it was issued, with the marking that holds now: a document is handled by what is known of it today.
type IssuedReport struct {
	ManagementReport
	MarkingNow string         `json:"marking_now"`
	Owner      *act.OwnerView `json:"document_owner,omitempty" doc:"Whose this document is; absent where the policy names nobody."`
	Zone       *time.Location `json:"-"`
	PackID     string         `json:"-"`
	Sent       []SentView     `json:"sent"`
}

// IssuedReport answers one version of the report. A disposed one is fault.Gone.
func (a *Room) IssuedReport(ctx context.Context, by access.Actor, number string, report int) (IssuedReport, error) {
	h, err := a.inside(ctx, by, number, fmt.Sprintf("report to management %d", report))
	if err != nil {
		return IssuedReport{}, err
	}
	s, err := a.SettingFor(ctx, h.St.Entity)
	if err != nil {
		return IssuedReport{}, err
	}
	for _, v := range h.St.Briefing.Versions {
		if int(v.Report) == report {
			return a.issued(ctx, h.St, v, s)
		}
	}
	return IssuedReport{}, fault.NotFound("this incident has no such report")
}

func (a *Room) issued(ctx context.Context, st incident.State, v incident.ReportVersion, s act.Setting) (IssuedReport, error) {
	texts, err := a.Record.Texts(ctx, []string{v.Text})
	if err != nil {
		return IssuedReport{}, err
	}
	out := IssuedReport{MarkingNow: st.Marking(), Owner: a.DocumentOwner(st.Entity, s), Zone: s.Pack.Calendar().Zone(), PackID: s.Pack.ID, Sent: a.sentViews(st, fmt.Sprintf("r%d", v.Report), s)}
	if texts[v.Text] == nil {
		return out, fault.Gone("the text of this report was lawfully disposed of")
	}
	return out, json.Unmarshal(texts[v.Text], &out.ManagementReport)
}

// PrintReport writes one version of the report to management as PDF.
func (a *Room) PrintReport(ctx context.Context, by access.Actor, number string, report int, w io.Writer) error {
	v, err := a.IssuedReport(ctx, by, number, report)
	if err != nil {
		return err
	}
	if a.Papers == nil {
		return fault.NotFound("no PDF is made here")
	}
	return a.Papers(w, v.Paper())
}
