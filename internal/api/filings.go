package api

import (
	"context"

	"tocsin/internal/app"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/ledger"
)

// keyHeader carries the client's own name for a request, so that repeating it is safe.
const keyHeader = "Idempotency-Key"

// Idempotent is the header of requests that may be repeated blindly.
type Idempotent struct {
	Key string `header:"Idempotency-Key" maxLength:"255" doc:"Your own name for this request, 1 to 255 visible ASCII characters. The same key and body give the same answer; the same key with another body is refused with 422."`
}

// options checks the key's syntax: it goes into logs and indexes.
func (i Idempotent) options(b ledger.Digest) (app.FileOptions, error) {
	for _, c := range []byte(i.Key) {
		if c < 0x21 || c > 0x7e {
			return app.FileOptions{}, fault.Invalid(keyHeader, "The key has a character that is not visible ASCII.", "Use a UUID.")
		}
	}
	return app.FileOptions{IdempotencyKey: i.Key, BodyDigest: b}, nil
}

type filingIn struct {
	Idempotent
	Body body[incident.Filing]
}

type telephoneIn struct {
	Idempotent
	Body body[incident.Telephone]
}

type previewIn struct {
	Body body[incident.Filing]
}

type entityIn struct {
	Entity string `path:"entity" maxLength:"128" doc:"Id of the entity."`
}

// reply is an answer with a body.
type reply[T any] struct{ Body T }

// file takes a filing. CA step 1; MA 6.5.2.2
func (s *server) file(ctx context.Context, in *filingIn) (*reply[app.Answer], error) {
	o, err := in.options(in.Body.Digest)
	if err != nil {
		return nil, err
	}
	a, err := s.Filings.File(ctx, actorOf(ctx), in.Body.Value, o)
	return &reply[app.Answer]{a}, err
}

// telephone records a call; it never counts as filed. CA step 4
func (s *server) telephone(ctx context.Context, in *telephoneIn) (*reply[app.Answer], error) {
	o, err := in.options(in.Body.Digest)
	if err != nil {
		return nil, err
	}
	a, err := s.Filings.Telephone(ctx, actorOf(ctx), in.Body.Value, o)
	return &reply[app.Answer]{a}, err
}

func (s *server) preview(ctx context.Context, in *previewIn) (*reply[app.Preview], error) {
	p, err := s.Filings.Preview(ctx, actorOf(ctx), in.Body.Value)
	return &reply[app.Preview]{p}, err
}

func (s *server) form(ctx context.Context, in *entityIn) (*reply[app.Form], error) {
	f, err := s.Filings.FormFor(ctx, actorOf(ctx), in.Entity)
	return &reply[app.Form]{f}, err
}
