package enrollment

import (
	"context"

	"tocsin/internal/app/identity/credentials"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
)

// StepUpView says how the holder of a session can prove once more who they are.
type StepUpView struct {
	Name           string
	PasskeyRequest string // for the browser; empty without a passkey
	Code           bool   // by the authenticator app, or a recovery code
	Key            bool   // by the access key that the session was opened with
	Confirm        bool   // the demonstration has nothing to prove with
}

// Ways says whether there is any.
func (v StepUpView) Ways() bool { return v.PasskeyRequest != "" || v.Code || v.Key || v.Confirm }

// Proof is one new proof of identity: one field is set.
type Proof struct {
	Passkey   string
	Code      string
	Key       string
	Confirmed bool
}

func stepUpPurpose(s access.Session) string { return "step up " + s.ID }

// StepUpWays answers how the holder of a session can prove once more who they are.
func (a *Room) StepUpWays(ctx context.Context, token string) (StepUpView, error) {
	o, err := a.own(ctx, token)
	if err != nil {
		return StepUpView{}, err
	}
	v := StepUpView{Name: o.person.Name}
	if o.session.Method == access.ByDemo {
		v.Confirm = a.Demo
		return v, nil
	}
	v.Code, v.Key = o.holder.WithPassword(), o.session.Method == access.ByKey
	if len(o.holder.Keys) > 0 {
		v.PasskeyRequest, err = a.Credentials.PasskeyChallenge(stepUpPurpose(o.session), o.holder.Keys)
	}
	return v, err
}

// StepUp takes a new proof and answers a new session, which is fresh; the old one ends.
func (a *Room) StepUp(ctx context.Context, token string, p Proof) (string, error) {
	o, err := a.own(ctx, token)
	if err != nil {
		return "", err
	}
	how := o.session.Method
	switch {
	case p.Confirmed && how == access.ByDemo && a.Demo:
	case p.Passkey != "":
		person, err := a.Credentials.PasskeyRight(ctx, stepUpPurpose(o.session), p.Passkey)
		if err != nil || person != o.person.ID {
			return "", credentials.FirstError(err, credentials.ErrPasskey)
		}
		how = access.ByPasskey
	case p.Key != "" && how == access.ByKey:
		actor, err := a.Credentials.ActorForKey(ctx, p.Key)
		if err != nil || actor.Person != o.person.ID || len(actor.Scopes) > 0 {
			return "", firstFault(err, fault.Invalid("key", "This key does not open your session.", "Paste the key that you signed in with."))
		}
	case p.Code != "" && o.holder.WithPassword():
		if how, err = a.Credentials.CodeRight(ctx, o.holder.Account, p.Code); err != nil {
			return "", err
		}
	default:
		return "", fault.Invalid("code", "Nothing was given to prove who you are.", "Use one of the ways on this page.")
	}
	return a.Identity.Renewed(ctx, o.session, how)
}

// firstFault keeps errors of ours and replaces refusals.
func firstFault(err error, refusal error) error {
	if err != nil && fault.KindOf(err) == "" {
		return err
	}
	return refusal
}
