package investigation

import (
	"cmp"
	"context"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/investigation"
	"tocsin/internal/domain/record"
	"tocsin/internal/ledger"
)

// FindingView is a hypothesis with what speaks for and against it.
type FindingView struct {
	ID         string          `json:"id"`
	Statement  string          `json:"statement"`
	By         string          `json:"by"`
	At         time.Time       `json:"at"`
	Confidence string          `json:"confidence" doc:"low, moderate or high."`
	Status     string          `json:"status" doc:"open, supported or refuted."`
	For        []ArgumentView  `json:"for"`
	Against    []ArgumentView  `json:"against"`
	History    []JudgementView `json:"history"`
}

// ArgumentView speaks for or against a finding.
type ArgumentView struct {
	ID         string    `json:"id"`
	Text       string    `json:"text"`
	Events     []string  `json:"events"`
	Indicators []string  `json:"indicators"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// JudgementView is one statement of how a finding stood.
type JudgementView struct {
	Confidence string    `json:"confidence"`
	Status     string    `json:"status"`
	Reason     string    `json:"reason,omitempty"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// DecisionView is a line of the decision log.
type DecisionView struct {
	ID         string    `json:"id"`
	What       string    `json:"what"`
	Why        string    `json:"why"`
	By         string    `json:"decided_by"`
	At         time.Time `json:"decided_at"`
	Replaces   string    `json:"replaces,omitempty"`
	ReplacedBy string    `json:"replaced_by,omitempty"`
	Findings   []string  `json:"findings"`
	Events     []string  `json:"events"`
	Indicators []string  `json:"indicators"`
	RecordedBy string    `json:"recorded_by"`
	RecordedAt time.Time `json:"recorded_at"`
}

// FindingsView is the findings and the decision log of an incident.
type FindingsView struct {
	Incident  string           `json:"incident"`
	Closed    bool             `json:"closed" doc:"The incident is closed: only what completes or corrects the investigation is taken."`
	Findings  []FindingView    `json:"findings"`
	Decisions []DecisionView   `json:"decisions"`
	People    []act.PersonView `json:"-"` // who may have decided
	MayWork   bool             `json:"-"`
}

func findingTexts(inv investigation.State) (out []string) {
	for _, f := range inv.Findings {
		out = append(out, f.Statement)
		for _, j := range f.Judgements {
			out = append(out, j.Reason)
		}
		for _, a := range f.Arguments {
			out = append(out, a.Text)
		}
	}
	for _, d := range inv.Decisions {
		out = append(out, d.What, d.Why)
	}
	return out
}

// Findings answers the findings of an incident and the decisions that were taken on them. MA 6.6.4.5
func (a *Room) Findings(ctx context.Context, by access.Actor, number string) (FindingsView, error) {
	q, err := a.investigate(ctx, by, number)
	if err != nil {
		return FindingsView{}, err
	}
	if err := a.read(ctx, q, findingTexts(q.inv)); err != nil {
		return FindingsView{}, err
	}
	v := FindingsView{Incident: q.st.Number, Closed: q.closed(), Findings: q.findings(), Decisions: q.decisions(), MayWork: q.works}
	if q.works {
		v.People = act.Responders(act.ObjectOf(q.st), q.s.Dir)
	}
	return v, nil
}

func (q *inquiry) findings() []FindingView {
	out := []FindingView{}
	for _, f := range q.inv.Findings {
		v := FindingView{ID: f.ID, Statement: q.words(f.Statement), By: q.name(f.By), At: f.At, Confidence: f.Confidence, Status: f.Status}
		for _, x := range f.Arguments {
			one := ArgumentView{ID: x.Argument, Text: q.words(x.Text), Events: act.NonNil(x.Events), Indicators: act.NonNil(x.Indicators), By: q.name(x.Author), At: x.Noted}
			if x.Against {
				v.Against = append(v.Against, one)
			} else {
				v.For = append(v.For, one)
			}
		}
		for _, j := range f.Judgements {
			v.History = append(v.History, JudgementView{Confidence: j.Confidence, Status: j.Status, Reason: q.words(j.Reason), By: q.name(j.By), At: j.At})
		}
		out = append(out, v)
	}
	return out
}

func (q *inquiry) decisions() []DecisionView {
	out := []DecisionView{}
	for _, d := range q.inv.Decisions {
		out = append(out, DecisionView{ID: d.Decision, What: q.words(d.What), Why: q.words(d.Why), By: q.name("person:" + d.By), At: d.At.Time(), Replaces: d.Replaces, ReplacedBy: d.ReplacedBy,
			Findings: act.NonNil(d.Findings), Events: act.NonNil(d.Events), Indicators: act.NonNil(d.Indicators), RecordedBy: q.name(d.RecordedBy), RecordedAt: d.RecordedAt})
	}
	return out
}

// RecordFinding states a hypothesis.
func (a *Room) RecordFinding(ctx context.Context, by access.Actor, number, statement, confidence string) error {
	if err := incident.CheckProse("statement", statement, "say what you suppose"); err != nil {
		return err
	}
	return a.pursue(ctx, by, number, map[string]string{investigation.TextStatement: statement}, simply(func(refs map[string]string) investigation.Command {
		return investigation.RecordFinding{Confidence: confidence, Statement: refs[investigation.TextStatement]}
	}))
}

// JudgeFinding says how a finding stands now, and why.
func (a *Room) JudgeFinding(ctx context.Context, by access.Actor, number, finding, confidence, status, reason string) error {
	if err := incident.CheckProse("reason", reason, "say why"); err != nil {
		return err
	}
	return a.pursue(ctx, by, number, map[string]string{investigation.TextReason: reason}, simply(func(refs map[string]string) investigation.Command {
		return investigation.JudgeFinding{Finding: finding, Confidence: confidence, Status: status, Reason: refs[investigation.TextReason]}
	}))
}

// ArgumentInput speaks for or against a finding.
type ArgumentInput struct {
	Against    bool     `json:"against,omitempty" doc:"It speaks against the finding."`
	Text       string   `json:"text" required:"true" maxLength:"20000"`
	Events     []string `json:"events,omitempty" maxItems:"50" doc:"Ids of the events that show it."`
	Indicators []string `json:"indicators,omitempty" maxItems:"50" doc:"Ids of the indicators that show it."`
}

// Argue records what speaks for or against a finding.
func (a *Room) Argue(ctx context.Context, by access.Actor, number, finding string, in ArgumentInput) error {
	if err := incident.CheckProse("text", in.Text, "say what speaks for or against it"); err != nil {
		return err
	}
	return a.pursue(ctx, by, number, map[string]string{investigation.TextArgument: in.Text}, simply(func(refs map[string]string) investigation.Command {
		return investigation.Argue{Finding: finding, Against: in.Against, Events: in.Events, Indicators: in.Indicators, Text: refs[investigation.TextArgument]}
	}))
}

// DecisionInput is a decision: what, why, by whom and when.
type DecisionInput struct {
	What, Why                    string
	By                           string     // person id; empty: the actor
	At                           *time.Time // nil: now
	Replaces                     string
	Findings, Events, Indicators []string
}

// RecordDecision writes a line of the decision log: what was decided on which facts, by whom and when.
func (a *Room) RecordDecision(ctx context.Context, by access.Actor, number string, in DecisionInput) error {
	if err := incident.CheckProse("what", in.What, "say what was decided"); err != nil {
		return err
	}
	if err := incident.CheckProse("why", in.Why, "say on what grounds"); err != nil {
		return err
	}
	c := investigation.TakeDecision{By: cmp.Or(in.By, by.Person), At: record.MomentOf(a.Now()), Replaces: in.Replaces, Findings: in.Findings, Events: in.Events, Indicators: in.Indicators}
	if in.At != nil {
		c.At = record.MomentOf(*in.At)
	}
	prose := map[string]string{investigation.TextDecision: in.What, investigation.TextGrounds: in.Why}
	return a.pursue(ctx, by, number, prose, simply(func(refs map[string]string) investigation.Command {
		c.What, c.Why = refs[investigation.TextDecision], refs[investigation.TextGrounds]
		return c
	}))
}

// NoteView is a note with its earlier wordings.
type NoteView struct {
	ID        string        `json:"id"`
	Text      string        `json:"text" doc:"Markdown."`
	Author    string        `json:"author"`
	WrittenAt time.Time     `json:"written_at"`
	ChangedBy string        `json:"changed_by,omitempty"`
	ChangedAt *time.Time    `json:"changed_at"`
	Earlier   []WordingView `json:"earlier"`
	Mentioned []string      `json:"mentioned" doc:"Names of the people who are told that the note names them."`
	NotFound  []string      `json:"not_found" doc:"What stands after an @ and is neither the id nor the full name of exactly one person who may see this incident: nobody is told."`
	Withdrawn *EndedView    `json:"withdrawn,omitempty"`
}

// WordingView is an earlier wording of a note.
type WordingView struct {
	Text string    `json:"text"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// NotesView is the notes of an investigation, the newest first.
type NotesView struct {
	Incident string           `json:"incident"`
	Closed   bool             `json:"closed" doc:"The incident is closed: only what completes or corrects the investigation is taken."`
	Notes    []NoteView       `json:"notes"`
	People   []act.PersonView `json:"people" doc:"Who may see the incident, and can be mentioned with @ and their id or name. Only for those who may write."`
	MayWork  bool             `json:"-"`
}

// Notes answers the notes of an investigation.
func (a *Room) Notes(ctx context.Context, by access.Actor, number string) (NotesView, error) {
	q, err := a.investigate(ctx, by, number)
	if err != nil {
		return NotesView{}, err
	}
	var digests []string
	for _, n := range q.inv.Notes {
		digests = append(digests, n.Text, reasonOf(n.Ended))
		for _, w := range n.Earlier {
			digests = append(digests, w.Text)
		}
	}
	if err := a.read(ctx, q, digests); err != nil {
		return NotesView{}, err
	}
	v := NotesView{Incident: q.st.Number, Closed: q.closed(), MayWork: q.works, Notes: []NoteView{}, People: []act.PersonView{}}
	if q.works {
		v.People = readers(act.ObjectOf(q.st), q.s.Dir)
	}
	known := mentionable(v.People)
	for i := range q.inv.Notes {
		n := q.inv.Notes[len(q.inv.Notes)-1-i]
		one := NoteView{ID: n.ID, Author: q.name(n.Author), WrittenAt: n.First, Withdrawn: q.ended(n.Ended)}
		if n.Ended == nil {
			one.Text = q.words(n.Text)
		}
		told := known
		for _, id := range n.Mentioned {
			name := q.name("person:" + id)
			one.Mentioned, told = append(one.Mentioned, name), append(told[:len(told):len(told)], investigation.Mentionable{ID: id, Name: name})
		}
		if q.works {
			_, one.NotFound = investigation.Mentions(one.Text, told)
		}
		for _, w := range n.Earlier {
			at := n.At
			one.ChangedBy, one.ChangedAt = q.name(n.By), &at
			one.Earlier = append(one.Earlier, WordingView{Text: q.words(w.Text), By: q.name(w.By), At: w.At})
		}
		v.Notes = append(v.Notes, one)
	}
	return v, nil
}

// maxNote bounds a note, in bytes.
const maxNote = 50_000

// WriteNote adds a note in Markdown, or changes one where id names it; its earlier wording is kept. Whoever it names with "@" and may see
// the incident is told once, by a mail that has none of its words.
func (a *Room) WriteNote(ctx context.Context, by access.Actor, number, id, text string) error {
	if err := incident.CheckProse("text", text, "write something"); err != nil {
		return err
	}
	if len(text) > maxNote {
		return fault.Invalid("text", "The note is too long.", "Write at most 50,000 characters.")
	}
	err := a.pursue(ctx, by, number, map[string]string{investigation.TextNote: text}, func(q *inquiry, refs map[string]string) (investigation.Command, []ledger.Text, error) {
		return investigation.WriteNote{Note: id, Text: refs[investigation.TextNote], Mentions: q.named(text)}, nil, nil
	})
	if err != nil {
		return err
	}
	return a.SettleMentions(ctx)
}

// WithdrawNote takes a note away, with the reason.
func (a *Room) WithdrawNote(ctx context.Context, by access.Actor, number, id, reason string) error {
	if err := incident.CheckProse("reason", reason, "say why it is withdrawn"); err != nil {
		return err
	}
	return a.pursue(ctx, by, number, map[string]string{investigation.TextReason: reason}, simply(func(refs map[string]string) investigation.Command {
		return investigation.WithdrawNote{Note: id, Reason: refs[investigation.TextReason]}
	}))
}
