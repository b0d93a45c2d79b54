package app_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident"
	"tocsin/internal/testkit"
)

// containmentStory touches every act of containment on one incident of the registry of motor vehicles, and leaves one asset out.
func containmentStory(t *testing.T, h *testkit.Harness, number string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	h.Tools = []incident.Tool{testkit.Tool("ma-state", "https://edr.example.gov/c")}
	lead := h.As("ma-lead")
	must(h.AddAssets(ctx, lead, number, []app.AssetEntry{{Directory: "ma-rmv-registry", Networks: []string{"Data centre", "VPN"}}, {Name: "Kiosk 4"}, {Name: "kiosk 4 "}}))
	step := func(asset string, x app.AssetStep) {
		t.Helper()
		must(h.StepAsset(ctx, lead, number, asset, x))
	}
	step("a1", app.AssetStep{Step: app.StepAsked, Done: "By telephone."})
	must(h.DescribeAsset(ctx, lead, number, "a2", app.AssetEntry{Name: "Kiosk 4 in Quincy", Rating: "low"}))
	step("a2", app.AssetStep{Step: app.StepInfeasible, AcceptedBy: "ma-coordinator", Reason: "Licences could not be issued."})
	must(h.OrderTool(ctx, lead, number, "a1", app.ToolOrder{Tool: "edr", Action: "contain", Kind: "device", Target: "rmv-reg-1"}))
	must(h.RecordResult(ctx, lead, number, "k1", 500, "The agent does not answer."))
	must(h.OrderTool(ctx, lead, number, "a1", app.ToolOrder{Tool: "edr", Action: "contain", Kind: "ipv4_net", Target: "10.1.2.3"}))
	step("a1", app.AssetStep{Step: "isolated", How: "removed", Networks: []int64{2}, Done: "VPN account closed."})
	step("a1", app.AssetStep{Step: "isolated", How: "quarantined", Done: "Port moved to the quarantine network."})
	step("a1", app.AssetStep{Step: "cleaned", Done: "Rebuilt."})
	step("a1", app.AssetStep{Step: "restored", Done: "Database read back.", Source: "Offline copy of 17 June."})
	step("a1", app.AssetStep{Step: "verified", Done: "Checksums agree."})
	must(h.StateForReturn(ctx, lead, number, "a1", "access", "Twelve clerks; all others removed."))
	must(h.StateForReturn(ctx, h.As("ma-coordinator"), number, "a1", "validated", "Seen, and in order."))
	step("a1", app.AssetStep{Step: "returned", Done: "In service."})
}

// Assets of an incident on both engines: owners told once, who may do what, the gate of the return, the times. MA 6.3.1.1.3, MA 6.6.3,
// MA 6.6.3.1, MA 6.6.3.2, MA 6.7.3, MA 6.8.2
func TestContainment(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		a := file(t, h, "ca-dmv-iso", laptop())
		iso, coordinator := h.As("ca-dmv-iso"), h.As("ca-coordinator")
		for who, kind := range map[string]fault.Kind{"ca-cdph-iso": fault.KindNotFound, "ca-auditor": fault.KindForbidden} {
			if err := h.AddAssets(ctx, h.As(who), a.Incident, []app.AssetEntry{{Name: "x"}}); fault.KindOf(err) != kind {
				t.Errorf("%s adds: %v", who, err)
			}
			if _, err := h.Containment(ctx, h.As(who), a.Incident); (err != nil) != (kind == fault.KindNotFound) {
				t.Errorf("%s looks: %v", who, err)
			}
		}
		err := h.AddAssets(ctx, iso, a.Incident, []app.AssetEntry{{Name: "ok"}, {Name: " "}, {Directory: "nothing"}})
		if all := fault.All(err); len(all) != 2 || all[0].Field != "assets[1].name" || all[1].Field != "assets[2].directory" {
			t.Errorf("refused with %v", err)
		}
		h.Deliver()
		before := len(h.Post.Taken())
		noError(t, h.AddAssets(ctx, iso, a.Incident, []app.AssetEntry{{Directory: "ca-dmv-kiosks", Networks: []string{"Field"}}, {Name: "WS-114", Owner: "ca-dmv-owner"}}))
		noError(t, h.AddAssets(ctx, iso, a.Incident, []app.AssetEntry{{Directory: "ca-dmv-kiosks"}, {Name: "ws-114"}})) // repeated: there already
		h.Deliver()
		told := subjectsSince(h, before)
		if want := []string{"ca-dmv-owner", "ca-dmv-tech"}; len(told) != 2 || !slices.Equal(slices.Sorted(maps.Keys(told)), mailsOf(h, want)) {
			t.Errorf("told of the assets: %v", told)
		}
		h.Clock.Move(time.Minute)
		noError(t, h.StepAsset(ctx, iso, a.Incident, "a1", app.AssetStep{Step: app.StepAsked}))
		h.Clock.Move(90 * time.Minute)
		v := containment(t, h, iso, a.Incident)
		if k := v.Assets[0]; k.Name != "Field office kiosks" || k.OwnerName == "" || !k.StandsOut || *k.OnFor != 5400 || v.OnNetwork != 2 || v.Out != 2 || len(v.Choices) != 2 {
			t.Errorf("%+v", v)
		}
		noError(t, h.StepAsset(ctx, iso, a.Incident, "a1", app.AssetStep{Step: "isolated", How: "removed", Done: "Cables pulled."}))
		if v = containment(t, h, iso, a.Incident); v.OnNetwork != 1 || *v.Assets[0].ToOff != 5400 || v.Assets[0].Networks[0].By == "" {
			t.Errorf("%+v", v.Assets[0])
		}
		if err := h.StepAsset(ctx, iso, a.Incident, "a1", app.AssetStep{Step: "returned", Done: "Up."}); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("returned at once: %v", err)
		}
		for _, x := range []app.AssetStep{{Step: "cleaned", Done: "Wiped."}, {Step: "restored", Done: "Read back.", Source: "Tape of Monday."}, {Step: "verified", Done: "Compared."}} {
			noError(t, h.StepAsset(ctx, iso, a.Incident, "a1", x))
		}
		noError(t, h.StateForReturn(ctx, iso, a.Incident, "a1", "access", "Clerks only."))
		if err := h.StateForReturn(ctx, iso, a.Incident, "a1", "validated", "Good."); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("the security officer validates: %v", err)
		}
		if err := h.StepAsset(ctx, iso, a.Incident, "a1", app.AssetStep{Step: "returned", Done: "Up."}); err == nil || !strings.Contains(err.Error(), "coordinator's validation") {
			t.Errorf("returned without validation: %v", err)
		}
		noError(t, h.StateForReturn(ctx, coordinator, a.Incident, "a1", "validated", "Good."))
		before = len(h.Post.Taken())
		for range 2 { // the second time it is there
			noError(t, h.StepAsset(ctx, iso, a.Incident, "a1", app.AssetStep{Step: "returned", Done: "Up."}))
		}
		h.Deliver()
		if told := subjectsSince(h, before); len(told) != 2 {
			t.Errorf("told of the return: %v", told)
		}
		if v = containment(t, h, iso, a.Incident); v.Out != 1 || v.Assets[0].State != "returned" || len(v.Assets[0].Steps) != 5 || v.Assets[0].Return[0].Stated.Text != "Tape of Monday." {
			t.Errorf("%+v", v.Assets[0])
		}
		h.Sound()
	})
}

// On a restricted incident an owner who is no member learns nothing, a tool learns neither number nor address, and its key finds nothing.
func TestContainmentOfARestrictedIncident(t *testing.T) {
	onBoth(t, func(t *testing.T, h *testkit.Harness) {
		h.Tools = []incident.Tool{testkit.Tool("ca-state", "https://edr.example.gov/c")}
		a := file(t, h, "ca-dmv-iso", laptop())
		coordinator := h.As("ca-coordinator")
		noError(t, h.Restrict(ctx, coordinator, a.Incident, []string{"ca-dmv-counsel"}, "An insider is suspected."))
		h.Deliver()
		before := len(h.Post.Taken())
		noError(t, h.AddAssets(ctx, coordinator, a.Incident, []app.AssetEntry{{Directory: "ca-dmv-kiosks"}}))
		noError(t, h.OrderTool(ctx, coordinator, a.Incident, "a1", app.ToolOrder{Tool: "edr", Action: "contain", Kind: "device", Target: "kiosk-9"}))
		h.Deliver()
		if told := subjectsSince(h, before); len(told) != 0 {
			t.Errorf("told although they are no members: %v", told)
		}
		noError(t, h.AddMember(ctx, coordinator, a.Incident, "ca-dmv-owner"))
		h.Deliver()
		before = len(h.Post.Taken())
		noError(t, h.AddAssets(ctx, coordinator, a.Incident, []app.AssetEntry{{Directory: "ca-dmv-intranet"}}))
		h.Deliver()
		mails := h.Post.Taken()[before:]
		if len(mails) != 1 || mails[0].To.Email != mailsOf(h, []string{"ca-dmv-owner"})[0] || strings.Contains(strings.ToLower(mails[0].Subject+mails[0].Text), "intranet") {
			t.Errorf("the owner who is a member reads %+v", mails)
		}
		noError(t, h.RemoveMember(ctx, coordinator, a.Incident, "ca-dmv-owner"))
		calls := h.Calls.Taken()
		if len(calls) != 1 || strings.Contains(string(calls[0].Payload), a.Incident) || !strings.Contains(string(calls[0].Payload), "kiosk-9") {
			t.Errorf("the tool reads %s", calls)
		}
		tech := h.As("ca-dmv-tech")
		tech.Via, tech.Scopes = "api", []access.Action{access.Contain}
		if err := h.RecordResult(ctx, tech, a.Incident, "k1", 200, "x"); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("no member answers: %v", err)
		}
		if _, err := h.Containment(ctx, h.As("ca-dmv-owner"), a.Incident); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("the owner looks: %v", err)
		}
		noError(t, h.RecordResult(ctx, coordinator, a.Incident, "k1", 200, "The console shows it."))
		if v := containment(t, h, coordinator, a.Incident); v.Assets[0].State != "isolated" || !v.Assets[0].Calls[0].ByHand {
			t.Errorf("%+v", v.Assets[0])
		}
	})
}

// A command leaves as a signed call that the standard's own library accepts, the tool posts its answer back with a key for nothing
// else, and that isolates the asset; silence is told to people.
func TestToolOverTheNetwork(t *testing.T) {
	var got []string
	hook, err := standardwebhooks.NewWebhook(testkit.ToolSecret)
	noError(t, err)
	target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = hook.Verify(body, r.Header)
		}
		if err != nil {
			t.Error(err)
		}
		got = append(got, string(body))
	}))
	defer target.Close()
	h := testkit.Start(t)
	h.Courier.Hooks = testkit.Webhooks(netip.MustParsePrefix("127.0.0.1/32"))
	h.Tools = []incident.Tool{testkit.Tool("ca-state", target.URL+"/c")}
	a := file(t, h, "ca-dmv-iso", laptop())
	iso := h.As("ca-dmv-iso")
	noError(t, h.AddAssets(ctx, iso, a.Incident, []app.AssetEntry{{Name: "WS-114"}, {Name: "WS-115"}}))
	for _, o := range []app.ToolOrder{{Tool: "none", Action: "contain", Kind: "device", Target: "ws-114"}, {Tool: "edr", Action: "deny", Kind: "device", Target: "ws-114"}, {Tool: "edr", Action: "contain", Kind: "device", Target: "a b"}} {
		if err := h.OrderTool(ctx, iso, a.Incident, "a1", o); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("%+v: %v", o, err)
		}
	}
	noError(t, h.OrderTool(ctx, iso, a.Incident, "a1", app.ToolOrder{Tool: "edr", Action: "contain", Kind: "device", Target: "ws-114"}))
	noError(t, h.OrderTool(ctx, iso, a.Incident, "a2", app.ToolOrder{Tool: "edr", Action: "contain", Kind: "device", Target: "ws-115"}))
	h.Deliver()
	var sent struct {
		Action string
		Target struct{ Device struct{ Hostname string } }
		Args   struct {
			X struct{ Result string } `json:"x-tocsin"`
		}
	}
	if len(got) != 2 || json.Unmarshal([]byte(got[0]), &sent) != nil || sent.Action != "contain" || sent.Target.Device.Hostname != "ws-114" || !strings.HasSuffix(sent.Args.X.Result, "/containment/k1/result") {
		t.Fatalf("the tool got %v", got)
	}
	key, err := h.NewKey(ctx, "ca-dmv-tech", "agents", []access.Action{access.Contain}, time.Time{})
	noError(t, err)
	agent, err := h.ActorForKey(ctx, key)
	noError(t, err)
	noError(t, h.RecordResult(ctx, agent, a.Incident, "k1", 102, ""))
	noError(t, h.RecordResult(ctx, agent, a.Incident, "k1", 200, "contained"))
	if err := h.AddAssets(ctx, agent, a.Incident, []app.AssetEntry{{Name: "x"}}); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("the tool's key does more: %v", err)
	}
	v := containment(t, h, iso, a.Incident)
	if x := v.Assets[0]; x.State != "isolated" || x.Calls[0].Answer != "contained" || x.Calls[0].ByHand || x.Calls[0].Delivery != "delivered" || x.Networks[0].By != "command k1" {
		t.Errorf("%+v", x)
	}
	h.Deliver()
	before := len(h.Post.Taken())
	h.Tick(16 * time.Minute)
	if told := subjectsSince(h, before); len(told) != 2 || !strings.Contains(strings.Join(slices.Collect(maps.Values(told)), " "), "NOT CONTAINED") {
		t.Errorf("told of the silence: %v", told)
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func containment(t *testing.T, h *testkit.Harness, by access.Actor, number string) app.ContainmentView {
	t.Helper()
	v, err := h.Containment(context.Background(), by, number)
	noError(t, err)
	return v
}

// subjectsSince are the subjects of mails after a number of them, by recipient.
func subjectsSince(h *testkit.Harness, n int) map[string]string {
	out := map[string]string{}
	for _, m := range h.Post.Taken()[n:] {
		out[m.To.Email] += m.Subject + "\n"
	}
	return out
}

// mailsOf are the addresses of people, sorted.
func mailsOf(h *testkit.Harness, people []string) (out []string) {
	in, _, err := h.Record.ReadDirectory(ctx)
	if err != nil {
		h.T.Fatal(err)
	}
	for _, p := range in.People {
		if slices.Contains(people, p.ID) {
			out = append(out, p.Email)
		}
	}
	slices.Sort(out)
	return out
}
