package api_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"tocsin/internal/client"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

// TestClientUnderstandsServer: the command line's own copy of the shapes fits the server's.
func TestClientUnderstandsServer(t *testing.T) {
	f := &fake{}
	srv := serve(t, f)
	c, err := client.New(srv.URL, goodKey, false)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	a, raw, err := c.Send(ctx, client.Filing, []byte(`{"entity":"ca-dmv","description":"d"}`), "k1")
	if err != nil {
		t.Fatal(err)
	}
	want := someAnswer()
	if a.Incident != want.Incident || a.Filing != 1 || !a.ReceivedAt.Equal(at) || a.Rating.Level != policy.High || a.Rating.Reasons[0].Clause != "MA 6.5.1" ||
		a.Reportability.Answer != policy.Yes || a.Duties[0].What != want.Duties[0].What || !a.Duties[0].Due.Equal(at) || a.Tracks[0].Authority != "ca-oes" || a.Receipt != want.Receipt {
		t.Errorf("understood as %+v", a)
	}
	if !strings.Contains(string(raw), `"incident"`) || f.options.IdempotencyKey != "k1" {
		t.Errorf("%s %+v", raw, f.options)
	}
	if _, _, err := c.Send(ctx, client.Telephone, []byte(`{"entity":"e","caller":"a","called":"b","called_at":"x"}`), ""); err != nil {
		t.Error(err)
	}
	if p, err := c.Preview(ctx, []byte(`{}`)); err != nil || p.Rating.Level != policy.Low || p.Missing[0].ID != "reporter" {
		t.Errorf("%+v %v", p, err)
	}
	if form, err := c.Form(ctx, "ca dmv/x"); err != nil || form.Pack != "us-ca" || form.ISO.Name != "I" || f.calls[len(f.calls)-1] != "FormFor ca dmv/x" {
		t.Errorf("%+v %v %v", form, err, f.calls)
	}
	if _, err := c.Entities(ctx); err != nil {
		t.Error(err)
	}
	if got := c.Resolve(a.Receipt); got != srv.URL+a.Receipt {
		t.Error(got)
	}
}

// TestClientTellsRefusalFromFailure: what may be sent again, and what must be mended.
func TestClientTellsRefusalFromFailure(t *testing.T) {
	send := func(f *fake) error {
		c, _ := client.New(serve(t, f).URL, goodKey, false)
		_, _, err := c.Send(context.Background(), client.Filing, []byte(`{"entity":"e"}`), "k")
		return err
	}
	var p *client.Problem
	if err := send(&fake{err: fault.Invalid("entity", "Unknown.", "Ask.")}); !errors.As(err, &p) || p.Status != 422 || p.Errors[0].Remedy != "Ask." {
		t.Errorf("%#v", err)
	}
	var u *client.Unreachable
	if err := send(&fake{err: &broken{"x"}}); !errors.As(err, &u) || len(u.Contacts) != 1 || u.RetryAfter == 0 {
		t.Errorf("%#v", err)
	}
}
