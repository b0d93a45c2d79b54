package webtest

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/intake"
)

// TipForm implements web.Tips.
func (f *Fake) TipForm() string { return rand.Text() }

// TipEntities implements web.Tips.
func (f *Fake) TipEntities(ctx context.Context) ([]app.EntityView, error) {
	return f.Entities(ctx, access.Actor{})
}

// SendTip implements web.Tips. A third tip from a network is one too many.
func (f *Fake) SendTip(_ context.Context, token, network string, t intake.Tip) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.up(); err != nil {
		return "", err
	}
	if len(token) != 26 {
		return "", fault.Invalid("form", "This form is not one of ours.", "Load the page again.")
	}
	e, err := f.entity(t.Entity)
	if err != nil || t.Words == "" {
		return "", fault.Invalid("words", "Nothing is said yet.", "Write what you saw.")
	}
	from := 0
	for _, other := range f.tips {
		if other.Network == network {
			from++
		}
	}
	if from >= 2 {
		return "", app.ErrTooManyTips
	}
	t.ID, t.Network, t.At, t.Words = "T-"+token[:9], network, f.now(), f.word(t.Words)
	f.tips = append(f.tips, app.TipView{Tip: t, EntityName: f.word(e.Name), MayFile: true})
	return t.ID, nil
}

// OpenTips implements web.Tips.
func (f *Fake) OpenTips(context.Context, access.Actor) ([]app.TipView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.tips), f.up()
}

// TakeTip implements web.Tips.
func (f *Fake) TakeTip(ctx context.Context, by access.Actor, id string) (string, error) {
	for _, t := range f.tips {
		if t.ID == id {
			key := rand.Text()
			_, _, err := f.SaveDraft(ctx, by, intake.Draft{Key: key, Entity: t.Entity, Kind: "initial", Form: "description=" + t.ID})
			return key, err
		}
	}
	return "", fault.NotFound("no such tip")
}

// DismissTip implements web.Tips.
func (f *Fake) DismissTip(_ context.Context, _ access.Actor, id, reason string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if strings.TrimSpace(reason) == "" {
		return fault.Invalid("reason", "The reason is missing.", "Say why.")
	}
	before := len(f.tips)
	f.tips = slices.DeleteFunc(f.tips, func(t app.TipView) bool { return t.ID == id })
	if len(f.tips) == before {
		return fault.NotFound("no such tip")
	}
	return nil
}
