// Package containment is the part of an incident that is about affected assets: which there are, how each comes off the networks and
// back into service, and what the operator's tools are told to do. MA 6.6.3.2, MA 6.8.2
package containment

import (
	"slices"
	"strings"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
)

// maxAssets bounds the list of one incident; a page and a fold stay quick far beyond it.
const maxAssets = 1000

// NewAsset is one asset to be put on the list: one of the directory by its id, or a new one.
type NewAsset struct {
	Directory, Rating, Owner string
	Networks                 int64
	Texts                    map[string]string // TextAsset
}

// AffectAssets puts assets on the list. One of the directory that is there already is left out.
type AffectAssets struct{ Assets []NewAsset }

// DescribeAsset corrects what is known of an asset.
type DescribeAsset struct {
	Asset, Rating, Owner string
	Networks             int64
	Texts                map[string]string // TextAsset
}

// AskIsolation records that somebody asked for an asset to be taken off the networks. MA 6.6.3.2
type AskIsolation struct {
	Asset, Person string
	At            int64 // microseconds UTC
	Texts         map[string]string
}

// AcceptNetwork records that an asset cannot be taken off the networks, and who accepted that. MA 6.6.3.2
type AcceptNetwork struct {
	Asset, AcceptedBy string
	Texts             map[string]string
}

// TakeOff takes an asset off some networks; none named means all that it is still on. MA 6.6.3.2
type TakeOff struct {
	Asset, How, Person string
	Networks           []int64
	At                 int64 // microseconds UTC
	Texts              map[string]string
}

// MoveAsset is any other step of an asset.
type MoveAsset struct {
	Asset, To, Person string
	At                int64 // microseconds UTC
	Texts             map[string]string
}

// StateReturn states one of the things that a return to service needs. MA 6.8.2
type StateReturn struct {
	Asset, What, Person string
	Texts               map[string]string
}

// Kinds of message to the owners of assets.
const (
	KindAssetAffected = "asset_affected"
	KindAssetIsolated = "asset_isolated"
	KindAssetReturned = "asset_returned"
	KindAssetSettled  = "asset_settled" // it was not affected, or does not come back
)

// Command is something that is to happen to assets.
type Command interface {
	decide(s State, at part.Case) ([]part.Outcome, error)
}

// Decide answers a command with what it leads to, or a refusal. It changes nothing.
func Decide(s State, c Command, at part.Case) ([]part.Outcome, error) { return c.decide(s, at) }

func (c AffectAssets) decide(s State, at part.Case) ([]part.Outcome, error) {
	var o part.Outcome
	var added []Asset
	all := slices.Clip(s.Assets)
	for _, n := range c.Assets {
		f := AssetAffected{ID: part.Ordinal("a", len(all)+1), Directory: n.Directory, Entity: at.Entity, Rating: n.Rating, Owner: n.Owner,
			Networks: n.Networks}
		if n.Directory != "" {
			known, ok := at.Dir.Asset(n.Directory)
			if !ok || !near(known.Entity, at) {
				return nil, fault.Invalid("directory", "the directory has no such asset for this entity",
					"choose one from the list, or describe a new one")
			}
			if slices.ContainsFunc(all, func(a Asset) bool { return a.Directory == n.Directory }) {
				continue
			}
			f.Entity, f.Rating, f.Owner = known.Entity, known.Rating, known.Owner
		} else if err := described(n.Rating, n.Owner, at); err != nil {
			return nil, err
		}
		if len(all) >= maxAssets {
			return nil, fault.Invalid("assets", "an incident has at most 1,000 assets on its list", "put groups of machines on it as one asset each")
		}
		o.Facts = append(o.Facts, record.Draft{Fact: &f, Texts: n.Texts})
		all, added = append(all, Asset{AssetAffected: f}), append(added, Asset{AssetAffected: f})
	}
	o.Tell = tellOwners(KindAssetAffected, at, added...)
	return part.One(o)
}

// near says whether an entity is the incident's, above it or below it: of others' assets nothing is said here.
func near(entity string, at part.Case) bool {
	return slices.Contains(at.Dir.Below(at.Entity), entity) || slices.Contains(at.Dir.Below(entity), at.Entity)
}

func described(rating, owner string, at part.Case) error {
	if !slices.Contains([]string{"", "critical", "high", "medium", "low"}, rating) {
		return fault.Invalid("rating", "this rating is not known", "use critical, high, medium or low, or leave it open")
	}
	if owner != "" && !at.Works(owner) {
		return fault.Invalid("owner", "this person has no office at the entity or above it", "choose somebody from the list, or leave it open")
	}
	return nil
}

// remaining returns an asset of which something remains to be done.
func (s State) remaining(id string) (Asset, error) {
	a, ok := s.Asset(id)
	switch {
	case !ok:
		return a, fault.NotFound("no such asset")
	case a.Ended():
		return a, fault.Conflict("this asset is %s; put it back to suspected first, with the reason", words(a.State))
	}
	return a, nil
}

func words(id string) string { return strings.ReplaceAll(id, "_", " ") }

func (c DescribeAsset) decide(s State, at part.Case) ([]part.Outcome, error) {
	a, ok := s.Asset(c.Asset)
	if !ok {
		return nil, fault.NotFound("no such asset")
	}
	if c.Networks != a.Networks && len(a.Off) > 0 {
		return nil, fault.Conflict("this asset was taken off networks already, so their list stands; put it back to suspected first")
	}
	if err := described(c.Rating, c.Owner, at); err != nil && c.Owner != a.Owner {
		return nil, err
	}
	o := part.Record(&AssetDescribed{Asset: c.Asset, Rating: c.Rating, Owner: c.Owner, Networks: c.Networks}, c.Texts)
	if c.Owner != a.Owner && !a.Ended() { // the new owner does not know yet
		a.Owner = c.Owner
		o.Tell = tellOwners(KindAssetAffected, at, a)
	}
	return part.One(o)
}

// decide keeps the first request of a round: the time to isolation runs from it.
func (c AskIsolation) decide(s State, at part.Case) ([]part.Outcome, error) {
	a, err := s.remaining(c.Asset)
	switch {
	case err != nil || !a.Asked.At.IsZero():
		return nil, err
	case len(a.OnNetworks()) == 0:
		return nil, fault.Conflict("this asset is off its networks already")
	case c.Person != "" && !at.Works(c.Person):
		return nil, fault.Invalid("person", "this person has no office at the entity or above it", "choose somebody from the list")
	}
	return part.One(part.Record(&IsolationAsked{Asset: a.ID, At: c.At, Person: c.Person}, c.Texts))
}

// accepters are the roles that may accept that an asset stays on a network. MA 6.6.3.2
var accepters = []directory.Role{directory.IRCoordinator, directory.CISO, directory.ISO}

// Accepters lists who may accept that an asset of an entity stays on a network: holders of the roles there or above it.
func Accepters(dir *directory.Snapshot, entity string) (out []string) {
	for _, p := range dir.People() {
		if !p.Gone && slices.ContainsFunc(p.Roles, func(r directory.Assignment) bool {
			return slices.Contains(accepters, r.Role) && slices.Contains(dir.Below(r.Entity), entity)
		}) {
			out = append(out, p.ID)
		}
	}
	return out
}

func (c AcceptNetwork) decide(s State, at part.Case) ([]part.Outcome, error) {
	a, err := s.remaining(c.Asset)
	switch {
	case err != nil:
		return nil, err
	case len(a.OnNetworks()) == 0:
		return nil, fault.Conflict("this asset is off its networks already")
	case !slices.Contains(Accepters(at.Dir, at.Entity), c.AcceptedBy) || at.Restricted && !slices.Contains(at.Members, c.AcceptedBy):
		return nil, fault.Invalid("accepted_by", "this is accepted by the coordinator, the CISO or the entity's information security officer",
			"name one of them")
	case c.Texts[part.TextReason] == "":
		return nil, fault.Invalid("reason", "say why the asset cannot be taken off",
			"say what stands against it, and what limits the harm meanwhile")
	}
	return part.One(part.Record(&IsolationInfeasible{Asset: a.ID, AcceptedBy: c.AcceptedBy}, c.Texts))
}

func (c TakeOff) decide(s State, at part.Case) ([]part.Outcome, error) {
	a, err := s.remaining(c.Asset)
	if err != nil {
		return nil, err
	}
	on := a.OnNetworks()
	off := slices.Clone(c.Networks)
	if len(off) == 0 {
		off = slices.Clone(on)
	}
	slices.Sort(off)
	off = slices.Compact(off)
	switch {
	case len(on) == 0:
		return nil, fault.Conflict("this asset is off its networks already")
	case c.How != OffRemoved && c.How != OffQuarantined:
		return nil, fault.Invalid("how", "it is not said how the asset came off", "choose removed or quarantined")
	case slices.ContainsFunc(off, func(n int64) bool { return !slices.Contains(on, n) }):
		return nil, fault.Invalid("networks", "the asset is not on this network, or was taken off it already",
			"choose among those that it is still on")
	case c.Person != "" && !at.Works(c.Person):
		return nil, noWorker()
	case len(off) == len(on) && a.Explain(AssetIsolated) && c.Texts[part.TextReason] == "":
		return nil, fault.Invalid("reason", "taking an asset off that is "+words(a.State)+" leaves the usual order", "say why")
	}
	o := part.Record(&AssetTakenOff{Asset: a.ID, How: c.How, Networks: named(off), At: c.At, Person: c.Person}, c.Texts)
	if len(off) == len(on) {
		o.Tell = tellOwners(KindAssetIsolated, at, a)
	}
	return part.One(o)
}

// noWorker refuses somebody as the one who did a step. Whoever has no office here is named in the words of what was done.
func noWorker() error {
	return fault.Invalid("person", "this person has no office at the entity or above it",
		"choose somebody from the list, or say in words who did it")
}

// decide makes a step of the graph. A return to service is refused until everything that it needs is stated. MA 6.8.2
func (c MoveAsset) decide(s State, at part.Case) ([]part.Outcome, error) {
	a, ok := s.Asset(c.Asset)
	if !ok {
		return nil, fault.NotFound("no such asset")
	}
	switch {
	case a.State == c.To:
		return nil, nil
	case !slices.Contains(a.Next(), c.To) || c.To == AssetIsolated:
		return nil, fault.Conflict("an asset that is %s cannot become %s; next it can be: %s",
			words(a.State), words(c.To), words(strings.Join(a.Next(), ", ")))
	case c.Person != "" && !at.Works(c.Person):
		return nil, noWorker()
	case a.Explain(c.To) && c.Texts[part.TextReason] == "":
		return nil, fault.Invalid("reason", "this step leaves the usual order", "say why")
	case c.To == AssetRestored && c.Texts[TextSource] == "":
		return nil, fault.Invalid("source", "a restore comes from a trusted copy", "say which copy, of when, and why it is trusted") // MA 6.7.3
	case c.To == AssetReturned && len(a.Unstated()) > 0:
		return nil, fault.Conflict("not yet stated for the return to service: %s", strings.Join(returnWords(a.Unstated()), "; "))
	}
	o := part.Record(&AssetMoved{Asset: a.ID, To: c.To, At: c.At, Person: c.Person}, c.Texts)
	switch c.To {
	case AssetReturned:
		o.Tell = tellOwners(KindAssetReturned, at, a)
	case AssetCleared, AssetWrittenOff:
		o.Tell = tellOwners(KindAssetSettled, at, a)
	case AssetSuspected:
		if a.Ended() {
			o.Tell = tellOwners(KindAssetAffected, at, a)
		}
	}
	out := []part.Outcome{o}
	if ended(c.To) {
		out = append(out, endCalls(s, at, CallOvertaken, func(k ToolCall) bool { return k.Asset == a.ID })...)
	}
	return out, nil
}

// returnWords names what is stated before a return, in words.
func returnWords(items []string) (out []string) {
	words := map[string]string{ReturnSource: "the source of the trusted restore", ReturnChanges: "that changes are verified",
		ReturnAccess: "that access is limited to those who need it", ReturnValidated: "the coordinator's validation"}
	for _, item := range items {
		out = append(out, words[item])
	}
	return out
}

// decide keeps one statement. The coordinator validates last, what is stated by then. MA 6.8.2, MA 6.3.1.1.3
func (c StateReturn) decide(s State, _ part.Case) ([]part.Outcome, error) {
	a, err := s.remaining(c.Asset)
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains(ReturnItems, c.What):
		return nil, fault.Invalid("about", "a return to service needs no such statement", "use one of: "+strings.Join(ReturnItems, ", "))
	case c.Texts[part.TextStatement] == "":
		return nil, fault.Invalid("statement", "the statement is missing", "write a sentence")
	}
	if c.What == ReturnValidated {
		open := slices.DeleteFunc(a.Unstated(), func(item string) bool { return item == ReturnValidated })
		switch {
		case a.State != AssetVerified:
			return nil, fault.Conflict("the results are validated when the asset is verified; it is %s", words(a.State))
		case len(open) > 0:
			return nil, fault.Conflict("first state %s", strings.Join(returnWords(open), "; "))
		}
	}
	return part.One(part.Record(&ReturnStated{Asset: a.ID, What: c.What, Person: c.Person}, c.Texts))
}

// tellOwners tells the information owner and the technical support of assets what became of them, each person once. On a
// restricted incident only who may know is told, and nobody stands in for the others: the members have the page. MA 6.6.3.1
func tellOwners(kind string, at part.Case, assets ...Asset) (out []part.Notice) {
	var people []string
	about := map[string][]string{}
	for _, a := range assets {
		for _, p := range responsible(a, at) {
			people = part.Union(people, []string{p})
			about[p] = append(about[p], a.ID)
		}
	}
	groups := map[string]int{} // by what they are told of: the notice to these people
	for _, p := range people {
		if p == at.Actor.Person || !at.MayKnow(p) {
			continue
		}
		key := strings.Join(about[p], " ")
		n, ok := groups[key]
		if !ok {
			m := part.OwedMessage{Kind: kind, Lane: part.LaneConfirm, About: key, Clause: "MA 6.6.3.1",
				Why: "You own this information asset, or support it."}
			if kind == KindAssetAffected {
				m.Lane = part.LaneAlarm
			}
			n = len(out)
			groups[key], out = n, append(out, part.Notice{OwedMessage: m})
		}
		out[n].People = append(out[n].People, p)
	}
	return out
}

// responsible are the information owner of an asset, or who holds that office, and its technical support. An owner without an office
// from which the incident can be seen is not told of it.
func responsible(a Asset, at part.Case) (people []string) {
	if at.Works(a.Owner) {
		people = append(people, a.Owner)
	} else {
		people = at.Holders(policy.Recipient{Role: string(directory.InformationOwner), At: "entity"})
	}
	return part.Union(people, at.Dir.Holders(directory.TechnicalSupport, at.Entity))
}
