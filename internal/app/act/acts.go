package act

import (
	"context"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/ledger"
)

// Act carries out one command on an incident that the actor may see and act on. allowed says whether they may; prose is
// the text that the act binds, under its name.
func (a *Kernel) Act(ctx context.Context, by access.Actor, number string, allowed func(incident.State, Setting) error,
	prose map[string]string, command func(refs map[string]string) incident.Command) error {
	stream, st, err := a.Open(ctx, by, number)
	if err != nil {
		return err
	}
	s, err := a.SettingFor(ctx, st.Entity)
	if err != nil {
		return err
	}
	if err := allowed(st, s); err != nil {
		return err
	}
	return a.CommandWith(ctx, stream, s, by, prose, command)
}

// CommandWith seals prose for the stream and runs the command that refers to it.
func (a *Kernel) CommandWith(ctx context.Context, stream string, s Setting, by access.Actor, prose map[string]string,
	command func(refs map[string]string) incident.Command) error {
	contents := map[string][]byte{}
	for name, text := range prose {
		contents[name] = []byte(text)
	}
	refs, texts := a.Seal(stream, contents)
	return a.Command(ctx, stream, s, by, command(refs), texts)
}

// Command runs one command on a stream and wakes the loops.
func (a *Kernel) Command(ctx context.Context, stream string, s Setting, by access.Actor, c incident.Command, texts []ledger.Text) error {
	_, err := a.Record.Update(ctx, stream, func(st incident.State) (ledger.Decision, error) {
		drafts, err := incident.Decide(st, c, a.Env(s, by))
		return a.Decision(s, by, drafts, texts), err
	})
	if err == nil {
		a.Committed()
	}
	return err
}

// RequireAuthority allows what an officer of the authority, or its mailed link, may do.
func RequireAuthority(by access.Actor, authority string) func(incident.State, Setting) error {
	return func(st incident.State, _ Setting) error {
		o := ObjectOf(st)
		o.Authority = authority
		if !access.Allow(by, access.Respond, o) {
			return fault.Forbidden("only an officer of this authority may do this")
		}
		return nil
	}
}

// RequireAction allows what access grants for the action; words say in a refusal who may.
func RequireAction(by access.Actor, do access.Action, words string) func(incident.State, Setting) error {
	return func(st incident.State, _ Setting) error {
		if !access.Allow(by, do, ObjectOf(st)) {
			return fault.Forbidden("%s", words)
		}
		return nil
	}
}
