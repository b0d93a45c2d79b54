package response

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"tocsin/internal/app/act"
	"tocsin/internal/app/filing"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
)

// SplitRequest is the part of an incident that becomes an incident of its own.
type SplitRequest struct {
	What       string   // the part, in words: the description of the new incident
	Categories []string // of the policy; may be empty
	Reason     string   // why it is worked on apart
}

// SplitIncident makes a part of an incident an incident of its own, of the same entity: it is reported anew, rated by itself and told to
// whom the policy names. The two are linked and both keep their histories; what was recorded stays where it is. The same request a
// second time answers the same incident. It answers the new number.
func (a *Room) SplitIncident(ctx context.Context, by access.Actor, number string, r SplitRequest) (string, error) {
	if err := incident.CheckProse("reason", r.Reason, "say why it is worked on apart"); err != nil {
		return "", err
	}
	st, err := a.Readable(ctx, by, number)
	if err == nil {
		err = act.RequireAction(by, access.Work, act.OnlyTeam)(st, act.Setting{})
	}
	switch {
	case err != nil:
		return "", err
	case st.Status == incident.StatusClosed:
		return "", fault.Conflict("this incident is closed; reopen it to work on it")
	case st.Restriction.On:
		return "", fault.Conflict("this incident is restricted, and a new one is not: file the part as a report of its own, restrict it, then link the two")
	}
	if err := incident.CheckProse("what", r.What, "say what the part is"); err != nil {
		return "", err
	}
	s, err := a.SettingFor(ctx, st.Entity)
	if err != nil {
		return "", err
	}
	f := incident.Filing{Entity: st.Entity, Kind: incident.Initial, Description: r.What, Categories: r.Categories}
	if _, _, err := incident.Check(f, s.Pack, s.Now); err != nil {
		return "", err
	}
	content, err := incident.ContentOf(f)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(r.What))
	o := filing.FileOptions{IdempotencyKey: "\x00split " + st.Number + " " + hex.EncodeToString(sum[:16])}
	w := filing.Write{By: by, Set: s, Request: o.Request(by), Texts: map[string][]byte{incident.TextNarrative: content.Narrative, incident.TextPeople: content.People}}
	answer, err := a.Filing.Take(ctx, w, func(number string, texts map[string]string) incident.Command {
		return incident.Report{Filing: f, Number: number, Request: w.Request, Body: w.BodyRef(), Texts: texts}
	})
	if err != nil {
		return "", err
	}
	return answer.Incident, a.LinkIncident(ctx, by, number, LinkRequest{Relation: incident.SplitInto, Other: answer.Incident, Reason: r.Reason})
}
