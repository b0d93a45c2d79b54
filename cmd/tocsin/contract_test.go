package main

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/client"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// TestClientUnderstandsServer: every field that the command line reads is one that the server writes, under the same
// name and with the same meaning. The client keeps its own types, so that it can be older or newer than the server.
func TestClientUnderstandsServer(t *testing.T) {
	at := time.Date(2026, 11, 20, 17, 30, 0, 0, time.UTC)
	rating := app.RatingView{Level: policy.High, Provisional: true,
		Reasons: []policy.Reason{{Rule: "r", Text: "t", Clause: "c"}}, Open: []string{"o"}}
	duty := app.DutyView{What: "w", By: "b", To: "t", Due: &at, Clause: "c", Status: "owed", Unverified: true}
	reportable := policy.Reportability{Answer: policy.Yes, Reasons: []policy.Reason{{Text: "t"}}}
	missing, advice := []policy.Item{{ID: "i", Label: "l"}}, []policy.Advice{{Text: "a"}}
	entity := app.EntityView{ID: "e", Name: "n", Pack: "p", MayFile: true}
	term := []policy.Term{{ID: "x", Label: "y"}}
	contact := &incident.Contact{Name: "n"}
	for _, c := range []struct{ sent, read any }{
		{app.Answer{Incident: "n", Entity: "e", Filing: 2, ReceivedAt: at, Rating: rating, Reportability: reportable,
			Duties: []app.DutyView{duty},
			Tracks: []app.TrackView{{Authority: "a", Name: "n", Status: "owed", Since: at}}, Missing: missing, Advice: advice,
			Receipt: "/r"}, &client.Answer{}},
		{app.Preview{Rating: rating, Reportability: reportable, Duties: []app.DutyView{duty},
			Tell:    []app.TellView{{To: "t", Why: "w", Clause: "c"}},
			Missing: missing, Advice: advice}, &client.Preview{}},
		{app.Form{Entity: entity, Pack: "p", Categories: term, PITypes: term, ISO: contact, Reporter: contact}, &client.Form{}},
		{entity, &client.Entity{}},
	} {
		text, err := json.Marshal(c.sent)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, c.read); err != nil {
			t.Fatal(err)
		}
		everyFieldSet(t, reflect.TypeOf(c.read).Elem().Name(), reflect.ValueOf(c.read).Elem())
	}
}

// everyFieldSet fails on a field of the client's own types that nothing was read into.
func everyFieldSet(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	if v.IsZero() {
		t.Errorf("%s: the server does not write it", path)
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		everyFieldSet(t, path+"[0]", v.Index(0))
	case reflect.Struct:
		if v.Type().PkgPath() != reflect.TypeFor[client.Answer]().PkgPath() {
			return // a word of the domain: both sides use the same type
		}
		for i := range v.NumField() {
			everyFieldSet(t, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	}
}
