package api_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
)

func (f *fake) Lifecycle(_ context.Context, _ access.Actor, number string) (app.LifecycleView, error) {
	return app.LifecycleView{Incident: number, Status: "open", Remains: []app.RemainingView{{ID: "duty:d1", Kind: "duty", What: "Rate it"}}}, f.did("Lifecycle", number)
}

func (f *fake) EnterPhase(_ context.Context, _ access.Actor, number, phase, reason string) error {
	return f.did("EnterPhase", number, phase, reason)
}

func (f *fake) StateMilestone(_ context.Context, _ access.Actor, number, milestone string, at time.Time) error {
	return f.did("StateMilestone", number, milestone, at.Format(time.RFC3339))
}

func (f *fake) Classify(_ context.Context, _ access.Actor, number, as, reason string) error {
	return f.did("Classify", number, as, reason)
}

func (f *fake) LinkIncident(_ context.Context, _ access.Actor, number string, l app.LinkRequest) error {
	return f.did("LinkIncident", number, l.Relation, l.Other, l.Reason, strings.Join(l.Seen, ","))
}

func (f *fake) CloseIncident(_ context.Context, _ access.Actor, number string, c app.Closing) error {
	return f.did("CloseIncident", number, c.Outcome, c.As, c.Reason, strings.Join(c.Seen, ","))
}

func (f *fake) ReopenIncident(_ context.Context, _ access.Actor, number, reason string) error {
	return f.did("ReopenIncident", number, reason)
}

func (f *fake) KeepClosed(_ context.Context, _ access.Actor, number, reason string) error {
	return f.did("KeepClosed", number, reason)
}

func (f *fake) ValidateResults(_ context.Context, _ access.Actor, number, grounds string) error {
	return f.did("ValidateResults", number, grounds)
}

func (f *fake) AnswerHandover(_ context.Context, _ access.Actor, number string, accept bool, reason string) error {
	return f.did("AnswerHandover", number, fmt.Sprint(accept), reason)
}

func (f *fake) WithdrawHandover(_ context.Context, _ access.Actor, number string) error {
	return f.did("WithdrawHandover", number)
}

func (f *fake) Engage(_ context.Context, _ access.Actor, number, person, reason string) error {
	return f.did("Engage", number, person, reason)
}

func (f *fake) DecideContinuity(_ context.Context, _ access.Actor, number string, activate bool, reason string) error {
	return f.did("DecideContinuity", number, fmt.Sprint(activate), reason)
}

func (f *fake) OrderTasks(_ context.Context, _ access.Actor, number, task, before string) error {
	return f.did("OrderTasks", number, task, before)
}

func (f *fake) Section(_ context.Context, _ access.Actor, number, name string) (app.SectionView, error) {
	return app.SectionView{Incident: number, Section: name}, f.did("Section", number, name)
}

func (f *fake) NoteInSection(_ context.Context, _ access.Actor, number, name, note string) error {
	return f.did("NoteInSection", number, name, note)
}
