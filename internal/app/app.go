package app

import (
	"context"
	"errors"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// App is the application. Its methods are safe for concurrent use.
type App struct{}

var errUnfinished = errors.New("not written yet")

// FileOptions go with a filing.
type FileOptions struct {
	IdempotencyKey string        // as the client sent it; empty where it sent none
	BodyDigest     ledger.Digest // of the request body as received; with the same key it must be the same
}

// ActorForKey answers who an API key is. A wrong, expired or revoked key is fault.Forbidden.
func (a *App) ActorForKey(ctx context.Context, key string) (access.Actor, error) {
	return access.Actor{}, errUnfinished
}

// ActorForSession answers who a session cookie is.
func (a *App) ActorForSession(ctx context.Context, token string) (Session, error) {
	return Session{}, errUnfinished
}

// SignInWithKey opens a session for the holder of an API key and returns its token.
func (a *App) SignInWithKey(ctx context.Context, key string) (token string, err error) {
	return "", errUnfinished
}

// SignInAs opens a session for any person; only in demonstration mode, else fault.NotFound.
func (a *App) SignInAs(ctx context.Context, person string) (token string, err error) {
	return "", errUnfinished
}

// SignOut ends a session.
func (a *App) SignOut(ctx context.Context, token string) error { return errUnfinished }

// DemoPeople lists whom one may be in demonstration mode; empty otherwise.
func (a *App) DemoPeople() []PersonView { return nil }

// File takes a filing of any kind: freezes it, rates it, owes duties and messages, and answers.
func (a *App) File(ctx context.Context, by access.Actor, f incident.Filing, o FileOptions) (Answer, error) {
	return Answer{}, errUnfinished
}

// Preview says what a filing would lead to, without recording anything.
func (a *App) Preview(ctx context.Context, by access.Actor, f incident.Filing) (Preview, error) {
	return Preview{}, errUnfinished
}

// FormFor answers what a filing for the entity asks.
func (a *App) FormFor(ctx context.Context, by access.Actor, entity string) (Form, error) {
	return Form{}, errUnfinished
}

// Telephone records a report made by telephone and starts its duties. CA step 4.
func (a *App) Telephone(ctx context.Context, by access.Actor, t incident.Telephone, o FileOptions) (Answer, error) {
	return Answer{}, errUnfinished
}

// Entities lists the entities that the actor may see.
func (a *App) Entities(ctx context.Context, by access.Actor) ([]EntityView, error) {
	return nil, errUnfinished
}

// Incidents lists a page of incidents that the actor may see.
func (a *App) Incidents(ctx context.Context, by access.Actor, q ListQuery) (IncidentList, error) {
	return IncidentList{}, errUnfinished
}

// Incident answers one incident as of now, as far as the actor may see it.
func (a *App) Incident(ctx context.Context, by access.Actor, number string) (IncidentView, error) {
	return IncidentView{}, errUnfinished
}

// Duties lists what is owed by the actor and their entities, soonest first.
func (a *App) Duties(ctx context.Context, by access.Actor) ([]DutyView, error) {
	return nil, errUnfinished
}

// Acknowledge records that an authority has the report.
func (a *App) Acknowledge(ctx context.Context, by access.Actor, number, authority string) error {
	return errUnfinished
}

// Ask records an authority's question to the entity, which then owes an answer.
func (a *App) Ask(ctx context.Context, by access.Actor, number, authority, question string) error {
	return errUnfinished
}

// AnswerQuestion records the entity's answer.
func (a *App) AnswerQuestion(ctx context.Context, by access.Actor, number, question, answer string) error {
	return errUnfinished
}

// Decline records that an authority will not act, with its reason. The entity's own duties stay.
func (a *App) Decline(ctx context.Context, by access.Actor, number, authority, reason string) error {
	return errUnfinished
}

// CloseTrack records that an authority is done.
func (a *App) CloseTrack(ctx context.Context, by access.Actor, number, authority, reason string) error {
	return errUnfinished
}

// Link answers what a mailed acknowledgement link stands for.
func (a *App) Link(ctx context.Context, token string) (LinkView, error) {
	return LinkView{}, errUnfinished
}

// AcknowledgeByLink records the acknowledgement that a mailed link stands for.
func (a *App) AcknowledgeByLink(ctx context.Context, token string) (LinkView, error) {
	return LinkView{}, errUnfinished
}

// Rate records the IR coordinator's decision on the rating, with a reason.
func (a *App) Rate(ctx context.Context, by access.Actor, number string, level policy.Level, reason string) error {
	return errUnfinished
}

// DecidePostIncidentReport records the IR coordinator's decision at Low. MA 6.5.1.
func (a *App) DecidePostIncidentReport(ctx context.Context, by access.Actor, number string, required bool, reason string) error {
	return errUnfinished
}

// Discharge records a person's statement that a duty was fulfilled.
func (a *App) Discharge(ctx context.Context, by access.Actor, number, duty, statement string) error {
	return errUnfinished
}

// Receipt answers the receipt of a filing, waiting briefly for the sequencer where the filing is not in the tree yet.
func (a *App) Receipt(ctx context.Context, by access.Actor, number string, filing int) (ledger.Receipt, error) {
	return ledger.Receipt{}, errUnfinished
}

// Emergency lists whom to call at this hour, over all packs in use. It needs no database.
func (a *App) Emergency() []policy.Contact { return nil }
