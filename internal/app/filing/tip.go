package filing

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	appact "tocsin/internal/app/act"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/intake"
)

// Tips keeps what people without an account say that they saw.
type Tips interface {
	// AddTip keeps a tip unless its network, or all together, have sent too many within the hour.
	AddTip(ctx context.Context, t intake.Tip) (kept bool, err error)
	OpenTips(ctx context.Context, entities []string, limit int) ([]intake.Tip, error)
	Tip(ctx context.Context, id string) (t intake.Tip, found bool, err error)
	ActOnTip(ctx context.Context, id string, a intake.TipAct) error
	SweepTips(ctx context.Context, before time.Time) error
}

// ErrTooManyTips says that the limits of an hour are reached. The words were not kept.
var ErrTooManyTips = errors.New("too many tips within the hour")

const (
	tipTag = "tocsin/tip/1\x00"
	// tipLeast is the time in which nobody fills the form; tipMost is how long a form may lie open.
	tipLeast = 2 * time.Second
	tipMost  = 24 * time.Hour
	tipWords = 5000 // runes
	tipShown = 200
)

// TipForm makes the token of a fresh form: when it was given out, and which reference its tip will have. No visitor is
// remembered by it.
func (a *Room) TipForm() string {
	body := binary.BigEndian.AppendUint64(nil, uint64(a.Now().UnixMilli()))
	body = append(body, a.RandomBytes(16)...)
	return base64.RawURLEncoding.EncodeToString(append(body, a.tipMAC(body)[:16]...))
}

func (a *Room) tipMAC(body []byte) []byte {
	m := hmac.New(sha256.New, a.LinkKey)
	m.Write([]byte(tipTag))
	m.Write(body)
	return m.Sum(nil)
}

// tipReference answers the reference that a form's token stands for: the same however often the form is sent.
func (a *Room) tipReference(token string) (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 40 || !hmac.Equal(raw[24:], a.tipMAC(raw[:24])[:16]) {
		return "", fault.Invalid("form", "This form is not one of ours, or it is damaged.", "Load the page again.")
	}
	age := a.Now().Sub(time.UnixMilli(int64(binary.BigEndian.Uint64(raw))))
	if age < tipLeast || age > tipMost {
		return "", fault.Invalid("form", "The form was sent too soon or has lain open for too long.", "Press the button again.")
	}
	for sum := a.tipMAC(raw); ; sum = a.tipMAC(sum) {
		if number, ok := incident.NewNumber(sum); ok {
			return "T-" + number, nil
		}
	}
}

// TipEntities lists the agencies that a tip may be about, by name. An agency's name is no secret.
func (a *Room) TipEntities(ctx context.Context) ([]appact.EntityView, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, err
	}
	var out []appact.EntityView
	for _, e := range dir.Entities() {
		out = append(out, appact.EntityView{ID: e.ID, Name: e.Name, Parent: e.Parent})
	}
	return out, nil
}

// SendTip takes what somebody saw and answers the reference, and nothing else. network names where it came from; it is kept
// as a keyed digest only.
func (a *Room) SendTip(ctx context.Context, token, network string, t intake.Tip) (string, error) {
	id, err := a.tipReference(token)
	if err != nil {
		return "", err
	}
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return "", err
	}
	var wrong fault.List
	if _, ok := dir.Entity(t.Entity); !ok {
		wrong = append(wrong, fault.Invalid("entity", "The agency is missing.", "Choose the one that it is about."))
	}
	if t.Words = strings.TrimSpace(t.Words); t.Words == "" {
		wrong = append(wrong, fault.Invalid("words", "Nothing is said yet.", "Write what you saw; one sentence is enough."))
	}
	if n := len([]rune(t.Words)); n > tipWords || len([]rune(t.Contact)) > 200 {
		wrong = append(wrong, fault.Invalid("words", "This is more text than the form takes.", "Say it in fewer than 5,000 characters."))
	}
	if err := wrong.Err(); err != nil {
		return "", err
	}
	t.ID, t.Network, t.At = id, hex.EncodeToString(a.tipMAC([]byte("network\x00" + network))[:12]), a.Now().Truncate(time.Microsecond)
	kept, err := a.TipStore.AddTip(ctx, t)
	if err == nil && !kept {
		err = ErrTooManyTips
	}
	return id, err
}

// TipView is one tip as the triage list shows it.
type TipView struct {
	intake.Tip
	EntityName string
	TakenBy    string // who last made a draft from it; empty while nobody has
	MayFile    bool
}

// triageReach lists the entities whose tips the actor triages.
func triageReach(by access.Actor) (list []string) {
	for e := range by.Reach {
		if access.Allow(by, access.Triage, access.Object{Entity: e}) {
			list = append(list, e)
		}
	}
	return list
}

// OpenTips lists what waits for the actor's triage, the longest waiting first.
func (a *Room) OpenTips(ctx context.Context, by access.Actor) ([]TipView, error) {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, err
	}
	tips, err := a.TipStore.OpenTips(ctx, triageReach(by), tipShown)
	if err != nil {
		return nil, err
	}
	var out []TipView
	for _, t := range tips {
		number, _, err := a.filedFromTip(ctx, t)
		if err != nil {
			return nil, err
		}
		if number != "" {
			continue
		}
		e, _ := dir.Entity(t.Entity)
		v := TipView{Tip: t, EntityName: e.Name, MayFile: access.Allow(by, access.File, access.Object{Entity: t.Entity})}
		for _, act := range t.Acts {
			v.TakenBy = appact.ActorName(act.Actor, dir)
		}
		out = append(out, v)
	}
	return out, nil
}

// filedFromTip answers the incident that was filed from a draft of this tip, and by whom; empty where there is none. It is
// asked of the record, by the draft's key: the filing itself knows nothing of tips.
func (a *Room) filedFromTip(ctx context.Context, t intake.Tip) (number, actor string, err error) {
	for _, act := range t.Acts {
		if act.Act != intake.TipTaken {
			continue
		}
		number, found, err := a.FiledFrom(ctx, access.Actor{ID: act.Actor}, act.Detail)
		if err != nil || found {
			return number, act.Actor, err
		}
	}
	return "", "", nil
}

var errNoTip = fault.NotFound("there is no such tip, or it is not yours to triage")

// openTip answers a tip that the actor triages and nobody has settled.
func (a *Room) openTip(ctx context.Context, by access.Actor, id string) (intake.Tip, error) {
	t, found, err := a.TipStore.Tip(ctx, id)
	if err == nil && (!found || !access.Allow(by, access.Triage, access.Object{Entity: t.Entity})) {
		err = errNoTip
	}
	if err != nil {
		return t, err
	}
	number, _, err := a.filedFromTip(ctx, t)
	if err == nil && (number != "" || slices.ContainsFunc(t.Acts, intake.TipAct.Closes)) {
		err = fault.Conflict("somebody has settled this already")
	}
	return t, err
}

// TakeTip makes a draft of a report from a tip, in the sender's words, and answers its key. The draft is the actor's: what is
// filed from it they answer for. CA step 1, MA 6.5.2.2, MA 6.5.2.4
func (a *Room) TakeTip(ctx context.Context, by access.Actor, id string) (key string, err error) {
	t, err := a.openTip(ctx, by, id)
	if err != nil {
		return "", err
	}
	words := "Seen by somebody who told us (" + t.ID + "): " + t.Words
	if t.Contact != "" {
		words += "\nTo reach the sender: " + t.Contact
	}
	key = a.NewID()
	draft := intake.Draft{Key: key, Entity: t.Entity, Kind: incident.Initial, Form: url.Values{"description": {words}}.Encode()}
	if _, _, err := a.SaveDraft(ctx, by, draft); err != nil {
		return "", err
	}
	return key, a.TipStore.ActOnTip(ctx, id, intake.TipAct{Act: intake.TipTaken, Actor: by.ID, Detail: key, At: a.Now().Truncate(time.Microsecond)})
}

// DismissTip settles a tip without a report, for a reason.
func (a *Room) DismissTip(ctx context.Context, by access.Actor, id, reason string) error {
	if _, err := a.openTip(ctx, by, id); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.Invalid("reason", "The reason is missing.", "Say why no report is made of it.")
	}
	if len([]rune(reason)) > tipWords {
		return fault.Invalid("reason", "The reason is too long.", "Say it in fewer than 5,000 characters.")
	}
	return a.TipStore.ActOnTip(ctx, id, intake.TipAct{Act: intake.TipDismissed, Actor: by.ID, Detail: reason, At: a.Now().Truncate(time.Microsecond)})
}

// SweepTips closes tips of which a report was filed, and deletes those that were closed long ago.
func (a *Room) SweepTips(ctx context.Context) error {
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return err
	}
	var all []string
	for _, e := range dir.Entities() {
		all = append(all, e.ID)
	}
	tips, err := a.TipStore.OpenTips(ctx, all, tipShown)
	for _, t := range tips {
		number, actor, lookErr := a.filedFromTip(ctx, t)
		if lookErr == nil && number != "" {
			lookErr = a.TipStore.ActOnTip(ctx, t.ID, intake.TipAct{Act: intake.TipFiled, Actor: actor, Detail: number, At: a.Now().Truncate(time.Microsecond)})
		}
		if fault.KindOf(lookErr) != fault.KindConflict { // another replica was faster
			err = errors.Join(err, lookErr)
		}
	}
	return errors.Join(err, a.TipStore.SweepTips(ctx, a.Now().Add(-intake.TipKept)))
}
