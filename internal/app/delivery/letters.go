package delivery

import (
	"context"
	"strings"

	"tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/designation"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/record"
	"tocsin/internal/domain/team"
	"tocsin/internal/ledger"
)

// EntityMail are the mails about one entity that stand in no incident: about who reports for it, or about its response team. Each says what its
// cause recorded, so that a resend says the same words.
type EntityMail struct {
	Entity      string
	label, link string // of the page that a mail leads to
	operator    string // why a mail comes to the operator
	// load answers what is on its way, and how it is written.
	Load func(ctx context.Context) (record.Outbox, func(act.Setting, record.Owing) notify.Letter, error)
	// end records what became of a mail.
	end func(ctx context.Context, s act.Setting, c record.MessageOutcome, log []ledger.Attempt) error
}

// LettersOf answers the letters that a stream owes; found is false for the stream of anything else.
func (a *Room) LettersOf(stream string) (l EntityMail, found bool) {
	kind, entity, _ := strings.Cut(stream, "/")
	switch kind {
	case "designation":
		return EntityMail{Entity: entity, label: "Open the page of reporters", link: a.BaseURL + "/entities/" + entity + "/reporters",
			operator: "Nobody holds the office that would be told, or a message could not be delivered, so it comes to you.",
			Load: func(ctx context.Context) (record.Outbox, func(act.Setting, record.Owing) notify.Letter, error) {
				facts, err := a.Designations.Designations(ctx, entity)
				st := designation.Fold(facts)
				return st.Messages, func(s act.Setting, m record.Owing) notify.Letter { return designationLetter(s, st, m) }, err
			},
			end: func(ctx context.Context, s act.Setting, c record.MessageOutcome, log []ledger.Attempt) error {
				return a.Team.Designate(ctx, s, access.System("courier"), entity, designation.MessageOutcome(c), nil, log...)
			}}, true
	case "team":
		return EntityMail{Entity: entity, label: "Open the page of the team", link: a.BaseURL + "/team/" + entity,
			operator: "Nobody coordinates the team, or a message could not be delivered, so it comes to you.",
			Load: func(ctx context.Context) (record.Outbox, func(act.Setting, record.Owing) notify.Letter, error) {
				facts, err := a.Teams.Team(ctx, entity)
				return team.Fold(facts).Messages, func(s act.Setting, m record.Owing) notify.Letter { return newTeamLetter(s, entity, facts, m).write() }, err
			},
			end: func(ctx context.Context, s act.Setting, c record.MessageOutcome, log []ledger.Attempt) error {
				return a.Team.Staff(ctx, s, access.System("courier"), entity, team.MessageOutcome(c), nil, log...)
			}}, true
	}
	return EntityMail{}, false
}

// composeLetters writes letters that are owed.
func (a *Room) composeLetters(ctx context.Context, l EntityMail, messages []string) ([]act.Outgoing, error) {
	owed, write, err := l.Load(ctx)
	if err != nil {
		return nil, err
	}
	s, err := a.SettingFor(ctx, l.Entity)
	if err != nil {
		return nil, err
	}
	out := make([]act.Outgoing, len(messages))
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

func (a *Room) letterMail(s act.Setting, l EntityMail, m record.Owing, words notify.Letter) act.Outgoing {
	to := notify.NewAddress("Operator", a.Operator)
	if !m.Operator {
		p, _ := s.Dir.Person(m.Person)
		to = notify.NewAddress(p.Name, p.Email)
	}
	if to.Email == "" {
		return act.Outgoing{Err: fault.NotFound("the recipient has no mail address")}
	}
	words.Kind, words.To, words.Demonstration, words.Delay = m.Kind, to.Name, a.Demo, max(0, a.Now().Sub(m.OwedAt))
	words.LinkLabel, words.Link = l.label, l.link
	if m.Operator {
		words.Why = l.operator
	}
	subject, text, html := notify.RenderLetter(words)
	_, host, _ := strings.Cut(a.From, "@")
	return act.Outgoing{Mail: &notify.Mail{MessageID: notify.MessageID(m.ID, to.Email, host), From: notify.NewAddress("Tocsin", a.From), To: to,
		Subject: subject, Text: text, HTML: html, Headers: map[string]string{"X-Tocsin-Kind": m.Kind}, Date: m.OwedAt}}
}

// undelivered are the words to the operator about a letter that was not taken.
const undelivered = "The mail server of the recipient did not take it. See to it that the recipient learns of it another way, and that their address in the directory is right."

// recordLetters records what became of letters; news only, as for incidents.
func (a *Room) recordLetters(ctx context.Context, l EntityMail, attempts []Attempted) error {
	s, err := a.SettingFor(ctx, l.Entity)
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
