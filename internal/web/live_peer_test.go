package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
	"tocsin/internal/web"
)

// TestPeer_S07_LiveStreams, over the real application: no stream opens without a session or with one that has run out; an open one ends
// within five seconds of the session's end, of a role that is taken away and of a membership that ends; and whoever comes back with
// an old event id is judged anew.
func TestPeer_S07_LiveStreams(t *testing.T) {
	if web.LiveHeartbeat > 5*time.Second {
		t.Errorf("a revoked session's stream stays open for %s", web.LiveHeartbeat)
	}
	kit := testkit.Start(t)
	r := startReal(t, kit, quick, func(c *web.Config) { c.Demo = true })
	yes := true
	filed, err := kit.File(context.Background(), kit.As("ca-dmv-iso"), incident.Filing{Entity: "ca-demo-dmv", Description: "A laptop is missing", CrimeSuspected: &yes}, app.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	one := "/incidents/" + filed.Incident
	refused := func(why string, headers ...string) {
		t.Helper()
		for _, path := range []string{"/live", one + "/live", one + "/live?version=0"} {
			s := r.open(path, headers...)
			if kind := s.Header.Get("Content-Type"); s.StatusCode == http.StatusOK || strings.Contains(kind, "event-stream") {
				t.Errorf("%s, %s: %d, %s", path, why, s.StatusCode, kind)
			}
			s.stop()
		}
	}
	ends := func(why string, streams ...*stream) {
		t.Helper()
		for _, s := range streams {
			for {
				name, id, _ := s.next(soon)
				if name == "closed" {
					break
				}
				if name == "silent" || name == "change" && id != "" {
					t.Errorf("%s: the stream says %q with %q and does not end", why, name, id)
					break
				}
			}
		}
	}
	refused("without a session")
	r.plant("never-issued")
	refused("with an invented session")

	// The session is revoked, or runs out.
	r.be("ca-soc")
	a, b := r.open(one+"/live"), r.open("/live")
	if err := kit.App.IdentityRoom.Accounts.EndSessions(context.Background(), "ca-soc", ""); err != nil {
		t.Fatal(err)
	}
	ends("the session was revoked", a, b)
	refused("with the revoked session")
	r.be("ca-soc")
	a, b = r.open(one+"/live"), r.open("/live")
	kit.Clock.Move(13 * time.Hour)
	ends("the session has run out", a, b)
	refused("with a session that has run out")

	// The role is taken away while the stream is open.
	r.be("ca-soc")
	a, b = r.open(one+"/live"), r.open("/live")
	err = kit.EditDirectory(context.Background(), access.System("test"), func(in *directory.Import) error {
		for i := range in.People {
			if in.People[i].ID == "ca-soc" {
				in.People[i].Roles = nil
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	kit.Clock.Move(2 * time.Second) // the directory is looked at once a second
	ends("the role was taken away", a, b)

	// A member is one no more; an old event id brings nothing back.
	coordinator := kit.As("ca-coordinator")
	if err := kit.Restrict(context.Background(), coordinator, filed.Incident, []string{"ca-dmv-counsel"}, "An insider."); err != nil {
		t.Fatal(err)
	}
	r.be("ca-dmv-counsel")
	a = r.open(one + "/live")
	if name, _, _ := a.next(never); a.StatusCode != http.StatusOK || name != "silent" {
		t.Fatalf("a member's stream: %d, %q", a.StatusCode, name)
	}
	if err := kit.RemoveMember(context.Background(), coordinator, filed.Incident, "ca-dmv-counsel"); err != nil {
		t.Fatal(err)
	}
	kit.Sequence()
	ends("the membership ended", a)
	for _, id := range []string{"", "0", "1", "999", "-1", "x"} {
		s := r.open(one+"/live?version=0", "Last-Event-ID", id)
		if s.StatusCode != http.StatusNotFound {
			t.Errorf("back with event id %q: %d", id, s.StatusCode)
		}
	}
}
