package app

import (
	"context"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/designation"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/record"
	"tocsin/internal/domain/team"
	"tocsin/internal/ledger"
)

// letters are the mails about one entity that stand in no incident: about who reports for it, or about its response team. Each says what its
// cause recorded, so that a resend says the same words.
type letters struct {
	entity      string
	label, link string // of the page that a mail leads to
	operator    string // why a mail comes to the operator
	// load answers what is on its way, and how it is written.
	load func(ctx context.Context) (record.Outbox, func(setting, record.Owing) notify.Letter, error)
	// end records what became of a mail.
	end func(ctx context.Context, s setting, c record.MessageOutcome, log []ledger.Attempt) error
}

// lettersOf answers the letters that a stream owes; found is false for the stream of anything else.
func (a *App) lettersOf(stream string) (l letters, found bool) {
	kind, entity, _ := strings.Cut(stream, "/")
	switch kind {
	case "designation":
		return letters{entity: entity, label: "Open the page of reporters", link: a.BaseURL + "/entities/" + entity + "/reporters",
			operator: "Nobody holds the office that would be told, or a message could not be delivered, so it comes to you.",
			load: func(ctx context.Context) (record.Outbox, func(setting, record.Owing) notify.Letter, error) {
				facts, err := a.Designations.Designations(ctx, entity)
				st := designation.Fold(facts)
				return st.Messages, func(s setting, m record.Owing) notify.Letter { return designationLetter(s, st, m) }, err
			},
			end: func(ctx context.Context, s setting, c record.MessageOutcome, log []ledger.Attempt) error {
				return a.designate(ctx, s, access.System("courier"), entity, designation.MessageOutcome(c), nil, log...)
			}}, true
	case "team":
		return letters{entity: entity, label: "Open the page of the team", link: a.BaseURL + "/team/" + entity,
			operator: "Nobody coordinates the team, or a message could not be delivered, so it comes to you.",
			load: func(ctx context.Context) (record.Outbox, func(setting, record.Owing) notify.Letter, error) {
				facts, err := a.Teams.Team(ctx, entity)
				return team.Fold(facts).Messages, func(s setting, m record.Owing) notify.Letter { return newTeamLetter(s, entity, facts, m).write() }, err
			},
			end: func(ctx context.Context, s setting, c record.MessageOutcome, log []ledger.Attempt) error {
				return a.staff(ctx, s, access.System("courier"), entity, team.MessageOutcome(c), nil, log...)
			}}, true
	}
	return letters{}, false
}

// composeLetters writes letters that are owed.
func (a *App) composeLetters(ctx context.Context, l letters, messages []string) ([]Outgoing, error) {
	owed, write, err := l.load(ctx)
	if err != nil {
		return nil, err
	}
	s, err := a.settingFor(ctx, l.entity)
	if err != nil {
		return nil, err
	}
	out := make([]Outgoing, len(messages))
	for i, id := range messages {
		m, ok := owed[id]
		if !ok {
			out[i].Err = fault.Gone("this message is owed no more")
			continue
		}
		out[i] = a.letterMail(s, l, m, write(s, m))
	}
	return out, nil
}

func (a *App) letterMail(s setting, l letters, m record.Owing, words notify.Letter) Outgoing {
	to := notify.NewAddress("Operator", a.Operator)
	if !m.Operator {
		p, _ := s.dir.Person(m.Person)
		to = notify.NewAddress(p.Name, p.Email)
	}
	if to.Email == "" {
		return Outgoing{Err: fault.NotFound("the recipient has no mail address")}
	}
	words.Kind, words.To, words.Demonstration, words.Delay = m.Kind, to.Name, a.Demo, max(0, a.Now().Sub(m.OwedAt))
	words.LinkLabel, words.Link = l.label, l.link
	if m.Operator {
		words.Why = l.operator
	}
	subject, text, html := notify.RenderLetter(words)
	_, host, _ := strings.Cut(a.From, "@")
	return Outgoing{Mail: &notify.Mail{MessageID: notify.MessageID(m.ID, to.Email, host), From: notify.NewAddress("Tocsin", a.From), To: to,
		Subject: subject, Text: text, HTML: html, Headers: map[string]string{"X-Tocsin-Kind": m.Kind}, Date: m.OwedAt}}
}

// undelivered are the words to the operator about a letter that was not taken.
const undelivered = "The mail server of the recipient did not take it. See to it that the recipient learns of it another way, and that their address in the directory is right."

// clockTime writes an instant, in microseconds, by the clock of the policy's calendar.
func (s setting) clockTime(us int64) string {
	return time.UnixMicro(us).In(s.pack.Calendar().Zone()).Format("Mon 2 Jan 2006, 15:04 MST")
}

// recordLetters records what became of letters; news only, as for incidents.
func (a *App) recordLetters(ctx context.Context, l letters, attempts []Attempted) error {
	s, err := a.settingFor(ctx, l.entity)
	if err != nil {
		return err
	}
	for _, t := range attempts {
		outcome := t.news()
		if outcome == "" {
			continue
		}
		if err := l.end(ctx, s, record.MessageOutcome{Message: t.Message, Outcome: outcome, Digest: t.Digest}, t.lastLine()); err != nil {
			return err
		}
	}
	return nil
}
