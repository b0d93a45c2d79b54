// Package filing has the routes of reports and what they lead to.
package filing

import (
	"context"
	"fmt"

	"tocsin/internal/api/serve"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// Routes take reports, and say whom to call where they cannot.
func Routes() []serve.Route {
	return []serve.Route{
		serve.Submit(201, "fact", "/api/v1/filings", "file", access.File, "File a report", file).On("entity"),
		serve.Submit(201, "fact", "/api/v1/telephone-reports", "telephone", access.File, "Record a report made by telephone", telephone).On("entity"),
		serve.Submit(200, "log", "/api/v1/preview", "preview", access.File, "Say what a filing would lead to, recording nothing",
			func(c serve.Call, _ serve.Nothing, v incident.Filing) (app.Preview, error) {
				return c.App.Preview(c, c.By, v)
			}).On("entity"),
		serve.Ask("/api/v1/forms/{entity}", "form", access.File, "What a filing for an entity asks",
			func(c serve.Call, at serve.EntityPath) (app.Form, error) { return c.App.FormFor(c, c.By, at.Entity) }),
		serve.AskWhole(serve.OneIncident+"/filings/{filing}/receipt", "receipt", access.Read, "The receipt of a filing, to be checked offline", receipt),
		// Needs no key and no database. CA step 4
		serve.Ask("/api/v1/emergency-contacts", "emergency-contacts", "", "Whom to call at this hour",
			func(c serve.Call, _ serve.Nothing) (ContactList, error) { return ContactList{c.App.Emergency()}, nil }),
	}
}

// Idempotent is the header of requests that may be repeated blindly.
type Idempotent struct {
	Key string `header:"Idempotency-Key" maxLength:"255" doc:"Your own name for this request, 1 to 255 visible ASCII characters. The same key and body give the same answer; the same key with another body is refused with 422."`
}

// options checks the key's syntax: it goes into logs and indexes.
func (i Idempotent) options(c serve.Call) (app.FileOptions, error) {
	for _, c := range []byte(i.Key) {
		if c < 0x21 || c > 0x7e {
			return app.FileOptions{}, fault.Invalid(serve.KeyHeader, "The key has a character that is not visible ASCII.", "Use a UUID.")
		}
	}
	return app.FileOptions{IdempotencyKey: i.Key, BodyDigest: c.Digest()}, nil
}

// ContactList is whom to call at this hour.
type ContactList struct {
	Contacts []policy.Contact `json:"contacts"`
}

type receiptPath struct {
	serve.IncidentPath
	Filing int `path:"filing" minimum:"1" maximum:"1000000" doc:"Number of the filing inside the incident."`
}

// receiptOut is a receipt, offered as a file.
type receiptOut struct {
	Disposition string `header:"Content-Disposition"`
	Body        ledger.Receipt
}

// file takes a filing. CA step 1; MA 6.5.2.2
func file(c serve.Call, at Idempotent, v incident.Filing) (app.Answer, error) {
	return filed(c, at, v, c.App.File)
}

// telephone records a call; it never counts as filed. CA step 4
func telephone(c serve.Call, at Idempotent, v incident.Telephone) (app.Answer, error) {
	return filed(c, at, v, c.App.Telephone)
}

func filed[T any](c serve.Call, at Idempotent, v T,
	take func(context.Context, access.Actor, T, app.FileOptions) (app.Answer, error)) (app.Answer, error) {
	o, err := at.options(c)
	if err != nil {
		return app.Answer{}, err
	}
	return take(c, c.By, v, o)
}

func receipt(c serve.Call, at receiptPath) (*receiptOut, error) {
	r, err := c.App.Receipt(c, c.By, at.Number, at.Filing)
	if err != nil {
		return nil, err
	}
	// The number in the name is the record's own, never the one that was asked with.
	return &receiptOut{Disposition: serve.Attachment(fmt.Sprintf("receipt-%s-%d.json", r.Incident, r.Filing)), Body: r}, nil
}
