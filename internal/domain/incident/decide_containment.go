package incident

import (
	"slices"
	"strings"

	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
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

func (c AffectAssets) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	var added []string
	for _, n := range c.Assets {
		f := AssetAffected{ID: ordinal("a", len(d.s.Containment.Assets)+1), Directory: n.Directory, Entity: d.s.Entity, Rating: n.Rating, Owner: n.Owner, Networks: n.Networks}
		if n.Directory != "" {
			known, ok := d.env.Dir.Asset(n.Directory)
			if !ok || !d.near(known.Entity) {
				return fault.Invalid("directory", "the directory has no such asset for this entity", "choose one from the list, or describe a new one")
			}
			if slices.ContainsFunc(d.s.Containment.Assets, func(a Asset) bool { return a.Directory == n.Directory }) {
				continue
			}
			f.Entity, f.Rating, f.Owner = known.Entity, known.Rating, known.Owner
		} else if err := d.described(n.Rating, n.Owner); err != nil {
			return err
		}
		if len(d.s.Containment.Assets) >= maxAssets {
			return fault.Invalid("assets", "an incident has at most 1,000 assets on its list", "put groups of machines on it as one asset each")
		}
		d.emit(&f, n.Texts)
		added = append(added, f.ID)
	}
	d.tellOwners(KindAssetAffected, added)
	return nil
}

// near says whether an entity is the incident's, above it or below it: of others' assets nothing is said here.
func (d *decision) near(entity string) bool {
	return slices.Contains(d.env.Dir.Below(d.s.Entity), entity) || slices.Contains(d.env.Dir.Below(entity), d.s.Entity)
}

func (d *decision) described(rating, owner string) error {
	if !slices.Contains([]string{"", "critical", "high", "medium", "low"}, rating) {
		return fault.Invalid("rating", "this rating is not known", "use critical, high, medium or low, or leave it open")
	}
	if owner != "" && !d.works(owner) {
		return fault.Invalid("owner", "this person has no office at the entity or above it", "choose somebody from the list, or leave it open")
	}
	return nil
}

// assetOut answers an asset of which something remains to be done.
func (d *decision) assetOut(id string) (Asset, error) {
	a, ok := d.s.Asset(id)
	switch {
	case !ok:
		return a, fault.NotFound("no such asset")
	case a.Ended():
		return a, fault.Conflict("this asset is %s; put it back to suspected first, with the reason", words(a.State))
	}
	return a, nil
}

func words(id string) string { return strings.ReplaceAll(id, "_", " ") }

func (c DescribeAsset) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	a, ok := d.s.Asset(c.Asset)
	if !ok {
		return fault.NotFound("no such asset")
	}
	if c.Networks != a.Networks && len(a.Off) > 0 {
		return fault.Conflict("this asset was taken off networks already, so their list stands; put it back to suspected first")
	}
	if err := d.described(c.Rating, c.Owner); err != nil && c.Owner != a.Owner {
		return err
	}
	d.emit(&AssetDescribed{Asset: c.Asset, Rating: c.Rating, Owner: c.Owner, Networks: c.Networks}, c.Texts)
	if c.Owner != a.Owner && !a.Ended() { // the new owner does not know yet
		d.tellOwners(KindAssetAffected, []string{a.ID})
	}
	return nil
}

// decide keeps the first request of a round: the time to isolation runs from it.
func (c AskIsolation) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	a, err := d.assetOut(c.Asset)
	switch {
	case err != nil || !a.Asked.At.IsZero():
		return err
	case len(a.OnNetworks()) == 0:
		return fault.Conflict("this asset is off its networks already")
	case c.Person != "" && !d.works(c.Person):
		return fault.Invalid("person", "this person has no office at the entity or above it", "choose somebody from the list")
	}
	d.emit(&IsolationAsked{Asset: a.ID, At: c.At, Person: c.Person}, c.Texts)
	return nil
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

func (c AcceptNetwork) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	a, err := d.assetOut(c.Asset)
	switch {
	case err != nil:
		return err
	case len(a.OnNetworks()) == 0:
		return fault.Conflict("this asset is off its networks already")
	case !slices.Contains(Accepters(d.env.Dir, d.s.Entity), c.AcceptedBy) || d.s.Restriction.On && !slices.Contains(d.s.Members(), c.AcceptedBy):
		return fault.Invalid("accepted_by", "this is accepted by the coordinator, the CISO or the entity's information security officer", "name one of them")
	case c.Texts[TextReason] == "":
		return fault.Invalid("reason", "say why the asset cannot be taken off", "say what stands against it, and what limits the harm meanwhile")
	}
	d.emit(&IsolationInfeasible{Asset: a.ID, AcceptedBy: c.AcceptedBy}, c.Texts)
	return nil
}

func (c TakeOff) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	a, err := d.assetOut(c.Asset)
	if err != nil {
		return err
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
		return fault.Conflict("this asset is off its networks already")
	case c.How != OffRemoved && c.How != OffQuarantined:
		return fault.Invalid("how", "it is not said how the asset came off", "choose removed or quarantined")
	case slices.ContainsFunc(off, func(n int64) bool { return !slices.Contains(on, n) }):
		return fault.Invalid("networks", "the asset is not on this network, or was taken off it already", "choose among those that it is still on")
	case c.Person != "" && !d.works(c.Person):
		return fault.Invalid("person", "this person has no office at the entity or above it", "choose somebody from the list, or say in words who did it")
	case len(off) == len(on) && a.Explain(AssetIsolated) && c.Texts[TextReason] == "":
		return fault.Invalid("reason", "taking an asset off that is "+words(a.State)+" leaves the usual order", "say why")
	}
	d.emit(&AssetTakenOff{Asset: a.ID, How: c.How, Networks: named(off), At: c.At, Person: c.Person}, c.Texts)
	if len(off) == len(on) {
		d.tellOwners(KindAssetIsolated, []string{a.ID})
	}
	return nil
}

// decide makes a step of the graph. A return to service is refused until everything that it needs is stated. MA 6.8.2
func (c MoveAsset) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	a, ok := d.s.Asset(c.Asset)
	if !ok {
		return fault.NotFound("no such asset")
	}
	switch {
	case a.State == c.To:
		return nil
	case !slices.Contains(a.Next(), c.To) || c.To == AssetIsolated:
		return fault.Conflict("an asset that is %s cannot become %s; next it can be: %s", words(a.State), words(c.To), words(strings.Join(a.Next(), ", ")))
	case c.Person != "" && !d.works(c.Person):
		return fault.Invalid("person", "this person has no office at the entity or above it", "choose somebody from the list, or say in words who did it")
	case a.Explain(c.To) && c.Texts[TextReason] == "":
		return fault.Invalid("reason", "this step leaves the usual order", "say why")
	case c.To == AssetRestored && c.Texts[TextSource] == "":
		return fault.Invalid("source", "a restore comes from a trusted copy", "say which copy, of when, and why it is trusted") // MA 6.7.3
	case c.To == AssetReturned && len(a.Unstated()) > 0:
		return fault.Conflict("not yet stated for the return to service: %s", strings.Join(returnWords(a.Unstated()), "; "))
	}
	d.emit(&AssetMoved{Asset: a.ID, To: c.To, At: c.At, Person: c.Person}, c.Texts)
	switch c.To {
	case AssetReturned:
		d.tellOwners(KindAssetReturned, []string{a.ID})
	case AssetCleared, AssetWrittenOff:
		d.tellOwners(KindAssetSettled, []string{a.ID})
	case AssetSuspected:
		if a.Ended() {
			d.tellOwners(KindAssetAffected, []string{a.ID})
		}
	}
	if now, _ := d.s.Asset(a.ID); now.Ended() {
		d.endCalls(CallOvertaken, func(k ToolCall) bool { return k.Asset == a.ID })
	}
	return nil
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
func (c StateReturn) decide(d *decision) error {
	if err := d.worked(); err != nil {
		return err
	}
	a, err := d.assetOut(c.Asset)
	switch {
	case err != nil:
		return err
	case !slices.Contains(ReturnItems, c.What):
		return fault.Invalid("about", "a return to service needs no such statement", "use one of: "+strings.Join(ReturnItems, ", "))
	case c.Texts[TextStatement] == "":
		return fault.Invalid("statement", "the statement is missing", "write a sentence")
	}
	if c.What == ReturnValidated {
		open := slices.DeleteFunc(a.Unstated(), func(item string) bool { return item == ReturnValidated })
		switch {
		case a.State != AssetVerified:
			return fault.Conflict("the results are validated when the asset is verified; it is %s", words(a.State))
		case len(open) > 0:
			return fault.Conflict("first state %s", strings.Join(returnWords(open), "; "))
		}
	}
	d.emit(&ReturnStated{Asset: a.ID, What: c.What, Person: c.Person}, c.Texts)
	return nil
}

// tellOwners tells the information owner and the technical support of assets what became of them, each person once. On a
// restricted incident only who may know is told, and nobody stands in for the others: the members have the page. MA 6.6.3.1
func (d *decision) tellOwners(kind string, ids []string) {
	var people []string
	about := map[string][]string{}
	for _, id := range ids {
		a, _ := d.s.Asset(id)
		for _, p := range d.responsible(a) {
			people = union(people, []string{p})
			about[p] = append(about[p], id)
		}
	}
	groups := map[string][]string{} // people by what they are told of
	var order []string
	for _, p := range people {
		if p == d.env.Actor.Person || d.s.Restriction.On && !d.mayKnow(p) {
			continue
		}
		key := strings.Join(about[p], " ")
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], p)
	}
	var messages []OwedMessage
	for _, key := range order {
		m := OwedMessage{Kind: kind, Lane: LaneConfirm, About: key, Clause: "MA 6.6.3.1", Why: "You own this information asset, or support it."}
		if kind == KindAssetAffected {
			m.Lane = LaneAlarm
		}
		messages = append(messages, d.toPeople(groups[key], m)...)
	}
	d.send(messages)
}

// responsible are the information owner of an asset, or who holds that office, and its technical support. An owner without an office
// from which the incident can be seen is not told of it.
func (d *decision) responsible(a Asset) (people []string) {
	if d.works(a.Owner) {
		people = append(people, a.Owner)
	} else {
		people = Holders(d.env.Dir, policy.Recipient{Role: string(directory.InformationOwner), At: "entity"}, d.s.Entity)
	}
	return union(people, d.env.Dir.Holders(directory.TechnicalSupport, d.s.Entity))
}
