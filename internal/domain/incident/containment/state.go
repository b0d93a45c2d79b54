package containment

import (
	"maps"
	"slices"
	"time"

	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/record"
)

// States of an affected asset.
const (
	AssetSuspected  = "suspected"
	AssetIsolated   = "isolated" // off every network that it was on. MA 6.6.3.2
	AssetCleaned    = "cleaned"
	AssetRestored   = "restored"
	AssetVerified   = "verified"
	AssetReturned   = "returned"
	AssetCleared    = "cleared"     // it was not affected
	AssetWrittenOff = "written_off" // it does not come back
)

// AssetStates lists every state of an asset once, in the usual order.
var AssetStates = []string{AssetSuspected, AssetIsolated, AssetCleaned, AssetRestored, AssetVerified, AssetReturned, AssetCleared,
	AssetWrittenOff}

// assetSteps is the whole graph: from each state those that can follow, and whether the step leaves the usual order, so that it
// needs a reason. Coming back to suspected begins a new round: networks, request and statements start anew.
var assetSteps = map[string]map[string]bool{
	AssetSuspected: {AssetIsolated: false, AssetCleaned: true, AssetRestored: true, AssetCleared: true, AssetWrittenOff: true},
	AssetIsolated:  {AssetSuspected: true, AssetCleaned: false, AssetRestored: true, AssetCleared: true, AssetWrittenOff: true},
	AssetCleaned:   {AssetSuspected: true, AssetIsolated: true, AssetRestored: false, AssetVerified: true, AssetWrittenOff: true},
	AssetRestored:  {AssetSuspected: true, AssetIsolated: true, AssetCleaned: true, AssetVerified: false, AssetWrittenOff: true},
	AssetVerified: {AssetSuspected: true, AssetIsolated: true, AssetCleaned: true, AssetRestored: true, AssetReturned: false,
		AssetWrittenOff: true},
	AssetReturned:   {AssetSuspected: true},
	AssetCleared:    {AssetSuspected: true},
	AssetWrittenOff: {AssetSuspected: true},
}

// How an asset came off a network. MA 6.6.3.2
const (
	OffRemoved     = "removed"     // disconnected
	OffQuarantined = "quarantined" // still connected, and able to reach nothing but what examines it
)

// What is stated before an asset returns to service. MA 6.8.2, MA 6.7.3, MA 6.3.1.1.3
const (
	ReturnSource    = "source"    // of the trusted restore
	ReturnChanges   = "changes"   // that were made, and how they were verified
	ReturnAccess    = "access"    // who has it, limited to those who need it
	ReturnValidated = "validated" // the coordinator's finding on the results
)

// ReturnItems lists what is stated before a return, in order.
var ReturnItems = []string{ReturnSource, ReturnChanges, ReturnAccess, ReturnValidated}

// Names of texts of containment.
const (
	TextAsset  = "asset"  // name, kind and networks, as JSON
	TextDone   = "done"   // what was done; of a verification also which changes were verified
	TextSource = "source" // where a restore came from. MA 6.7.3
	TextTarget = "target" // what a containment tool was told to act on
)

// State is the affected assets and what the operator's tools were asked to do.
type State struct {
	Assets []Asset
	Calls  []ToolCall
}

// Clone copies what facts change in place or append to, so that whoever holds s sees nothing of them.
func Clone(s State) State {
	s.Assets, s.Calls = slices.Clone(s.Assets), slices.Clone(s.Calls)
	return s
}

// Asset is one affected asset with what became of it.
type Asset struct {
	AssetAffected
	Text       string // digest of name, kind and networks
	AddedAt    time.Time
	AddedBy    string // actor id
	State      string
	Since      time.Time
	Asked      Stated // the first request of this round to take it off the networks, with when that was
	Infeasible Stated // that it cannot be taken off, with who accepted it
	Off        []OffNetwork
	Return     map[string]Stated // by ReturnItems
	Steps      []AssetStep
}

// Stated is something that somebody stated about an asset. The zero value says that nobody did.
type Stated struct {
	At     time.Time
	Person string // directory id of whose statement it is
	By     string // actor id of who recorded it
	Text   string // digest
}

// OffNetwork is one network that an asset was taken off. Network counts from 1; 0 is all of an asset without named ones.
type OffNetwork struct {
	Network int64
	How     string
	At      time.Time
	Person  string // directory id of who did it; empty where somebody outside did, or a tool
	By      string // actor id of who recorded it
	Done    string // digest: what was done
	Command string // the call to a tool that did it
}

// AssetStep is one change of state.
type AssetStep struct {
	To, Person, By string // By is the actor who recorded it
	At, RecordedAt time.Time
	Done, Why      string // digests: what was done, and why it left the usual order
}

// ToolCall is one command to a containment tool of the operator.
type ToolCall struct {
	ContainmentCalled
	At     time.Time
	By     string // actor id
	Text   string // digest of the target's value
	Status int64  // OpenC2 status of the last answer; 0 for none
	Answer string // digest
	EndAt  time.Time
	EndBy  string // actor id of who answered
	ByHand bool
	Ended  string // why it ended without a final answer: one of the CallEnded words
}

// Final says whether a status of an answer ends a call: 102 says that the tool is still at it. OpenC2 Language Specification 1.0, 3.3.2.2
func Final(status int64) bool { return status >= 200 }

// Open says whether a final answer to the call is still awaited.
func (c ToolCall) Open() bool { return !Final(c.Status) && c.Ended == "" }

// Ended says whether nothing of an asset remains to be done.
func (a Asset) Ended() bool { return ended(a.State) }

func ended(state string) bool {
	return state == AssetReturned || state == AssetCleared || state == AssetWrittenOff
}

// OnNetworks lists the networks that the asset was not taken off, counted from 1; 0 is all of an asset without named ones.
func (a Asset) OnNetworks() (on []int64) {
	first := int64(1)
	if a.Networks == 0 {
		first = 0
	}
	for n := first; n <= a.Networks; n++ {
		if !slices.ContainsFunc(a.Off, func(o OffNetwork) bool { return o.Network == n }) {
			on = append(on, n)
		}
	}
	return on
}

// OffAt is when the asset was off the last of its networks; zero while it is on one.
func (a Asset) OffAt() (at time.Time) {
	if len(a.OnNetworks()) > 0 {
		return at
	}
	for _, o := range a.Off {
		if o.At.After(at) {
			at = o.At
		}
	}
	return at
}

// StandsOut says whether the asset is still on a network and nobody accepted that it stays there. MA 6.6.3.2
func (a Asset) StandsOut() bool {
	return !a.Ended() && len(a.OnNetworks()) > 0 && a.Infeasible.At.IsZero()
}

// Unstated lists what is still to be stated before the asset returns to service, of ReturnItems.
func (a Asset) Unstated() (out []string) {
	for _, item := range ReturnItems {
		if a.Return[item].At.IsZero() {
			out = append(out, item)
		}
	}
	return out
}

// Next lists the states that can follow, in the usual order.
func (a Asset) Next() (out []string) {
	for _, to := range AssetStates {
		if _, ok := assetSteps[a.State][to]; ok && !(to == AssetIsolated && len(a.OnNetworks()) == 0) {
			out = append(out, to)
		}
	}
	return out
}

// Explain says whether a step leaves the usual order and so needs a reason. Cleaning in place is in order once somebody
// accepted that the asset cannot be taken off.
func (a Asset) Explain(to string) bool {
	if to == AssetCleaned && a.State == AssetSuspected && !a.Infeasible.At.IsZero() {
		return false
	}
	return assetSteps[a.State][to]
}

// Asset answers one affected asset by its id inside the incident.
func (s State) Asset(id string) (Asset, bool) {
	for _, a := range s.Assets {
		if a.ID == id {
			return a, true
		}
	}
	return Asset{}, false
}

// AssetsOut lists the assets of which something remains to be done: neither returned to service, nor cleared, nor written off.
func (s State) AssetsOut() (out []Asset) {
	for _, a := range s.Assets {
		if !a.Ended() {
			out = append(out, a)
		}
	}
	return out
}

// Call answers one command to a tool by its id inside the incident.
func (s State) Call(id string) (ToolCall, bool) {
	for _, c := range s.Calls {
		if c.Command == id {
			return c, true
		}
	}
	return ToolCall{}, false
}

// NextAnswer is when the next call to a tool has waited too long, in microseconds; 0 for never.
func (s State) NextAnswer() (next int64) {
	for _, c := range s.Calls {
		if c.Open() && (next == 0 || c.AnswerBy < next) {
			next = c.AnswerBy
		}
	}
	return next
}

func (f *AssetAffected) apply(s *State, r record.Recorded) {
	s.Assets = append(s.Assets, Asset{AssetAffected: *f, Text: r.Texts[TextAsset], AddedAt: r.At, AddedBy: r.Actor, State: AssetSuspected,
		Since: r.At})
}

func (f *AssetDescribed) apply(s *State, r record.Recorded) {
	s.changeAsset(f.Asset, func(a *Asset) {
		a.Rating, a.Owner, a.Networks, a.Text = f.Rating, f.Owner, f.Networks, r.Texts[TextAsset]
	})
}

func (f *IsolationAsked) apply(s *State, r record.Recorded) {
	s.changeAsset(f.Asset, func(a *Asset) {
		a.Asked = Stated{At: time.UnixMicro(f.At).UTC(), Person: f.Person, By: r.Actor, Text: r.Texts[part.TextNote]}
	})
}

func (f *IsolationInfeasible) apply(s *State, r record.Recorded) {
	s.changeAsset(f.Asset, func(a *Asset) {
		a.Infeasible = Stated{At: r.At, Person: f.AcceptedBy, By: r.Actor, Text: r.Texts[part.TextReason]}
	})
}

func (f *AssetTakenOff) apply(s *State, r record.Recorded) {
	s.changeAsset(f.Asset, func(a *Asset) { a.takenOff(f, r) })
}

func (f *AssetMoved) apply(s *State, r record.Recorded) {
	s.changeAsset(f.Asset, func(a *Asset) { a.moved(f, r) })
}

func (f *ReturnStated) apply(s *State, r record.Recorded) {
	s.changeAsset(f.Asset, func(a *Asset) {
		if f.What != ReturnValidated {
			a.state(ReturnValidated, Stated{}) // what was validated has changed
		}
		a.state(f.What, Stated{At: r.At, Person: f.Person, By: r.Actor, Text: r.Texts[part.TextStatement]})
	})
}

func (f *ContainmentCalled) apply(s *State, r record.Recorded) {
	s.Calls = append(s.Calls, ToolCall{ContainmentCalled: *f, At: r.At, By: r.Actor, Text: r.Texts[TextTarget]})
}

func (f *ContainmentAnswered) apply(s *State, r record.Recorded) {
	s.changeCall(f.Command, func(c *ToolCall) {
		c.Status, c.Answer, c.ByHand, c.EndAt, c.EndBy = f.Status, r.Texts[part.TextAnswer], f.ByHand, r.At, r.Actor
	})
}

func (f *ContainmentCallEnded) apply(s *State, r record.Recorded) {
	s.changeCall(f.Command, func(c *ToolCall) { c.Ended, c.EndAt = f.Why, r.At })
}

func (a *Asset) takenOff(f *AssetTakenOff, r record.Recorded) {
	a.Off = slices.Clip(a.Off)
	at := time.UnixMicro(f.At).UTC()
	networks := f.Networks
	if len(networks) == 0 {
		networks = []int64{0}
	}
	for _, n := range networks {
		a.Off = append(a.Off, OffNetwork{Network: n, How: f.How, At: at, Person: f.Person, By: r.Actor, Done: r.Texts[TextDone],
			Command: f.Command})
	}
	if len(a.OnNetworks()) == 0 {
		a.enter(AssetIsolated, f.Person, at, r)
	}
}

func (a *Asset) moved(f *AssetMoved, r record.Recorded) {
	a.enter(f.To, f.Person, time.UnixMicro(f.At).UTC(), r)
	said := Stated{At: r.At, Person: f.Person, By: r.Actor}
	switch f.To {
	case AssetSuspected:
		a.Off, a.Asked, a.Infeasible, a.Return = nil, Stated{}, Stated{}, nil
	case AssetCleaned:
		a.Return = nil
	case AssetRestored:
		a.Return = nil
		said.Text = r.Texts[TextSource]
		a.state(ReturnSource, said)
	case AssetVerified:
		a.state(ReturnValidated, Stated{})
		said.Text = r.Texts[TextDone]
		a.state(ReturnChanges, said)
	}
}

// enter changes the state and keeps the step. An isolation after cleaning makes what was stated for the return void.
func (a *Asset) enter(to, person string, at time.Time, r record.Recorded) {
	a.State, a.Since = to, r.At
	if to == AssetIsolated {
		a.Return = nil
	}
	a.Steps = append(slices.Clip(a.Steps), AssetStep{To: to, Person: person, By: r.Actor, At: at, RecordedAt: r.At, Done: r.Texts[TextDone],
		Why: r.Texts[part.TextReason]})
}

// state keeps a statement for the return without touching a map that another State may share.
func (a *Asset) state(item string, s Stated) {
	a.Return = maps.Clone(a.Return)
	if a.Return == nil {
		a.Return = map[string]Stated{}
	}
	a.Return[item] = s
	if s.At.IsZero() {
		delete(a.Return, item)
	}
}

func (s *State) changeAsset(id string, change func(*Asset)) {
	for i := range s.Assets {
		if s.Assets[i].ID == id {
			change(&s.Assets[i])
		}
	}
}

func (s *State) changeCall(id string, change func(*ToolCall)) {
	for i := range s.Calls {
		if s.Calls[i].Command == id {
			change(&s.Calls[i])
		}
	}
}
