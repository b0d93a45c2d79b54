package containment

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
)

// Tool is something of the operator's that can contain an asset when it is told to: an agent on the machines, a switch, a
// firewall. The operator configures it; the record only ever names its id.
type Tool struct {
	ID, Name, URL string
	Secret        string // signs the calls in the Standard Webhooks form ("whsec_…")
	Entity        string // it acts for this entity and those below
	Actions       []string
	Targets       []string
	Isolates      bool          // a success means that the asset is off all its networks
	AnswerWithin  time.Duration // after this a person is told that no answer came
}

// ToolActions are the actions of OpenC2 that contain, and the one that takes a containment back. OpenC2 Language Specification 1.0, 3.3.1.1
var ToolActions = []string{"contain", "deny", "allow"}

// ToolTargets are the kinds of target of OpenC2 that a command can name. OpenC2 Language Specification 1.0, 3.3.1.2
var ToolTargets = []string{"device", "ipv4_net", "ipv6_net", "mac_addr", "domain_name"}

var (
	hardware = regexp.MustCompile(`^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$`)
	hostname = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*$`)
)

// CheckTarget says whether a value can be a target of its kind, and answers it as it is sent.
func CheckTarget(kind, value string) (string, error) {
	value = strings.TrimSpace(value)
	refuse := func(detail, remedy string) (string, error) { return "", fault.Invalid("target", detail, remedy) }
	switch kind {
	case "device", "domain_name":
		if len(value) > 253 || !hostname.MatchString(value) || strings.HasSuffix(value, "-") {
			return refuse("this is no host name", "write it as the tool knows it, for example dmv-ws-114")
		}
		return value, nil
	case "mac_addr":
		if !hardware.MatchString(value) {
			return refuse("this is no hardware address", "write it like 00:1b:44:11:3a:b7")
		}
		return strings.ToLower(value), nil
	case "ipv4_net", "ipv6_net":
		p, err := network(value)
		if err != nil || p.Addr().Is4() != (kind == "ipv4_net") {
			return refuse("this is no address or network of this kind", "write it like 10.20.1.17 or 10.20.1.0/24; an IPv6 one like 2001:db8::17")
		}
		if p.Bits() < 8 {
			return refuse("this network is far too large to contain", "name the address of the asset")
		}
		return p.String(), nil
	}
	return "", fault.Invalid("target_kind", "this kind of target is not known", "use one of: "+strings.Join(ToolTargets, ", "))
}

func network(value string) (netip.Prefix, error) {
	if strings.Contains(value, "/") {
		p, err := netip.ParsePrefix(value)
		return p.Masked(), err
	}
	a, err := netip.ParseAddr(value)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, fault.Invalid("target", "no address", "")
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

// CallTool tells a tool to act on an asset. App has looked the tool up.
type CallTool struct {
	Asset  string
	Tool   Tool
	Action string
	Target string            // kind
	Texts  map[string]string // TextTarget: what it acts on
}

// AnswerCall is what a tool answered, or what a person found out about it.
type AnswerCall struct {
	Command  string
	Status   int64 // of OpenC2
	ByHand   bool
	Isolates bool // the operator configured that a success of this tool is an isolation
	Texts    map[string]string
}

// KindContainmentCall is the message that is a command to a tool; KindContainmentFailed tells people that it had no success.
const (
	KindContainmentCall   = "containment_call"
	KindContainmentFailed = "containment_failed"
)

// decide records the command and owes the call. The person who orders it knows of the asset; a person can always act instead.
func (c CallTool) decide(s State, at part.Case) ([]part.Outcome, error) {
	a, err := s.remaining(c.Asset)
	switch {
	case err != nil:
		return nil, err
	case c.Tool.Entity == "" || !slices.Contains(at.Dir.Below(c.Tool.Entity), at.Entity):
		return nil, fault.Invalid("tool", "there is no such tool for this entity", "choose one that the page offers")
	case !slices.Contains(c.Tool.Actions, c.Action):
		return nil, fault.Invalid("action", "this tool does not do that", "choose one of: "+strings.Join(c.Tool.Actions, ", "))
	case !slices.Contains(c.Tool.Targets, c.Target):
		return nil, fault.Invalid("target_kind", "this tool does not act on that kind of target", "choose one of: "+strings.Join(c.Tool.Targets,
			", "))
	}
	for _, k := range s.Calls {
		if k.Open() && k.Asset == a.ID && k.Tool == c.Tool.ID && k.Action == c.Action {
			return nil, fault.Conflict("this tool was told so already (%s) and has not answered yet", k.Command)
		}
	}
	id := part.Ordinal("k", len(s.Calls)+1)
	o := part.Record(&ContainmentCalled{Command: id, Asset: a.ID, Tool: c.Tool.ID, Action: c.Action, Target: c.Target,
		AnswerBy: at.Now.Add(c.Tool.AnswerWithin).UnixMicro()}, c.Texts)
	o.Tell = []part.Notice{{OwedMessage: part.OwedMessage{Kind: KindContainmentCall, Channel: part.ChannelWebhook, Lane: part.LaneAlarm,
		Tool: c.Tool.ID, About: id, Clause: "MA 6.6.3.2", Why: "The response team told this tool to act."}}}
	return part.One(o)
}

// decide records an answer once. Success of a tool of which the operator said that it isolates takes the asset off its
// networks; failure is told to people, because they must act instead.
func (c AnswerCall) decide(s State, at part.Case) ([]part.Outcome, error) {
	k, ok := s.Call(c.Command)
	switch {
	case !ok:
		return nil, fault.NotFound("no such command")
	case c.Status != 102 && (c.Status < 200 || c.Status > 299) && (c.Status < 400 || c.Status > 599):
		return nil, fault.Invalid("status", "this is no status of an OpenC2 response",
			"use 102 while it runs, 200 for done, 4xx or 5xx for a failure")
	case k.Status == c.Status:
		return nil, nil
	case Final(k.Status) && !Final(c.Status):
		return nil, nil // the news came out of order
	case Final(k.Status):
		return nil, fault.Conflict("this command was answered already, with %d", k.Status)
	}
	o := part.Record(&ContainmentAnswered{Command: k.Command, Status: c.Status, ByHand: c.ByHand}, c.Texts)
	if !Final(c.Status) {
		return part.One(o)
	}
	o.Settle = []part.Settle{settled(k, !c.ByHand)}
	if c.Status >= 400 && !c.ByHand {
		o.Tell = tellFailed(k, at, "A containment tool answered that it did not succeed. Act by hand.")
	}
	a, ok := s.Asset(k.Asset)
	if c.Status >= 400 || !ok || !c.Isolates || k.Action == "allow" || a.State != AssetSuspected || len(a.OnNetworks()) == 0 {
		return part.One(o)
	}
	isolated := part.Record(&AssetTakenOff{Asset: a.ID, How: OffQuarantined, Networks: named(a.OnNetworks()), At: at.Now.UnixMicro(),
		Command: k.Command}, nil)
	isolated.Tell = tellOwners(KindAssetIsolated, at, a)
	return []part.Outcome{o, isolated}, nil
}

// named leaves out the 0 that stands for all of an asset without named networks.
func named(networks []int64) []int64 {
	return part.Listed(slices.DeleteFunc(networks, func(n int64) bool { return n == 0 }))
}

// Unanswered gives up on the commands that no answer came to in time, and tells people to act.
func Unanswered(s State, at part.Case) []part.Outcome {
	return endCalls(s, at, CallUnanswered, func(k ToolCall) bool { return part.Overdue(k.AnswerBy, at.Now) })
}

// endCalls gives up on commands: those that no answer came to in time, or those of an asset of which nothing remains to be done. A
// call that has not left is taken back, so that it does not contain an asset that is in service again.
func endCalls(s State, at part.Case, why string, over func(ToolCall) bool) (out []part.Outcome) {
	for _, k := range s.Calls {
		if !k.Open() || !over(k) {
			continue
		}
		o := part.Record(&ContainmentCallEnded{Command: k.Command, Why: why}, nil)
		o.Settle = []part.Settle{settled(k, false)}
		if why == CallUnanswered {
			o.Tell = tellFailed(k, at, "A containment tool has not answered in the time set for it. Find out, and act by hand.")
		}
		out = append(out, o)
	}
	return out
}

// settled ends the message that carries a command: a tool that answers has it, whatever the courier knows; else it is taken back.
func settled(k ToolCall, arrived bool) part.Settle {
	return part.Settle{Kind: KindContainmentCall, About: k.Command, Arrived: arrived}
}

// tellFailed tells who ordered the command, and the coordinators, that people must act.
func tellFailed(k ToolCall, at part.Case, why string) []part.Notice {
	people := at.Holders(at.Pack.Coordinator())
	if p, ok := part.PersonOf(k.By); ok {
		people = part.Union([]string{p}, people)
	}
	return []part.Notice{{People: people, OwedMessage: part.OwedMessage{Kind: KindContainmentFailed, Lane: part.LaneAlarm, About: k.Asset,
		Why: why, Clause: "MA 6.6.3.2"}}}
}
