package identity

import (
	"context"
	"slices"
	"strings"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// Bounds of keys that people make for themselves. The command line, which is the operator's, has others.
const (
	KeyDays     = 90  // how long a key works where nothing else is said
	KeyDaysMax  = 365 // and at most
	keyLabelMax = 100 // characters
	liveKeysMax = 50  // keys in force of one person
	KeyTouch    = time.Minute
	shownEnded  = 90 * 24 * time.Hour // how long a key that ended is still listed
)

// KeyView is an API key as its holder and an administrator see it.
type KeyView struct {
	ID, Label string
	Scopes    []access.Action // empty: all that the person may
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
	LastUsed  time.Time // zero: never; else exact to a minute
	Status    string    // in_force, revoked, expired
}

// KeyList is the page of keys: whose, which, and what a new one could be for.
type KeyList struct {
	Person, Name string
	Own          bool
	Keys         []KeyView
	Offer        []access.Action // scopes that the reader's roles can give; empty for somebody else's keys
}

// KeyRequest asks for a key of one's own.
type KeyRequest struct {
	Label  string
	Scopes []access.Action
	Days   int
}

// Keys lists the reader's own keys, or those of a person whom the reader administers. Anybody else is fault.NotFound.
func (a *Room) Keys(ctx context.Context, by access.Actor, person string) (KeyList, error) {
	dir, p, err := a.keyHolder(ctx, by, person)
	if err != nil {
		return KeyList{}, err
	}
	all, err := a.KeyRing.KeysOf(ctx, p.ID)
	if err != nil {
		return KeyList{}, err
	}
	out := KeyList{Person: p.ID, Name: p.Name, Own: p.ID == by.Person}
	now := a.Now()
	for _, k := range all {
		v := KeyView{ID: k.ID, Label: k.Label, Scopes: k.Scopes, CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt, LastUsed: k.LastUsed, Status: "in_force"}
		switch {
		case k.Revoked:
			v.Status = "revoked"
		case !k.Usable(now) || p.Gone:
			v.Status = "expired"
		}
		if v.Status == "in_force" || now.Sub(k.CreatedAt) < shownEnded || now.Sub(k.ExpiresAt) < shownEnded {
			out.Keys = append(out.Keys, v)
		}
	}
	if out.Own {
		out.Offer = offered(dir, by)
	}
	return out, nil
}

// keyHolder answers whose keys are asked for, where the reader may see them: their own, and those of people whom they administer.
func (a *Room) keyHolder(ctx context.Context, by access.Actor, person string) (*directory.Snapshot, directory.Person, error) {
	errNobody := fault.NotFound("no such person")
	dir, err := a.CurrentDirectory(ctx)
	if err != nil {
		return nil, directory.Person{}, err
	}
	if person == "" {
		person = by.Person
	}
	p, ok := dir.Person(person)
	if by.Person == "" || !ok || p.ID != by.Person && !administers(dir, by, p) {
		return nil, directory.Person{}, errNobody
	}
	return dir, p, nil
}

// administers says whether the actor is an administrator where the person works or holds a role. People of authorities belong to no
// entity: administrators of a whole jurisdiction answer for them.
func administers(dir *directory.Snapshot, by access.Actor, p directory.Person) bool {
	places := []string{p.Entity}
	for _, r := range p.Roles {
		places = append(places, r.Entity)
	}
	if !slices.ContainsFunc(places, func(e string) bool { return e != "" }) {
		for _, e := range dir.Entities() {
			if e.Parent == "" {
				places = append(places, e.ID)
			}
		}
	}
	return slices.ContainsFunc(places, func(e string) bool { return access.Allow(by, access.Provision, access.Object{Entity: e}) })
}

// offered lists the scopes that the actor's roles can give anywhere.
func offered(dir *directory.Snapshot, by access.Actor) []access.Action {
	var out []access.Action
	for _, do := range access.Actions {
		if do == access.Designate { // a head signs; no program does
			continue
		}
		may := len(by.Authorities) > 0 && (do == access.Respond || do == access.Read)
		for _, e := range dir.Entities() {
			may = may || access.Allow(by, do, access.Object{Entity: e.ID, Restricted: do == access.Break})
		}
		if may {
			out = append(out, do)
		}
	}
	return out
}

// MakeKey makes a key of the actor's own and answers its secret, which is not shown again. Nobody makes keys in another's name here: an
// administrator would become a reader of reports by that (threat T06).
func (a *Room) MakeKey(ctx context.Context, by access.Actor, k KeyRequest) (string, error) {
	list, err := a.Keys(ctx, by, "")
	if err != nil {
		return "", err
	}
	if err := checkKey(k, list); err != nil {
		return "", err
	}
	return a.NewKey(ctx, by.Person, strings.TrimSpace(k.Label), k.Scopes, a.Now().Add(time.Duration(k.Days)*24*time.Hour))
}

func checkKey(k KeyRequest, list KeyList) error {
	var faults fault.List
	if label := strings.TrimSpace(k.Label); label == "" || len([]rune(label)) > keyLabelMax {
		faults = append(faults, fault.Invalid("label", "A key needs a label of at most 100 characters.", "Say which program uses it, so that you know it again."))
	}
	if len(k.Scopes) == 0 {
		faults = append(faults, fault.Invalid("scopes", "Nothing is chosen.", "Choose what the program has to do, and no more."))
	}
	if slices.ContainsFunc(k.Scopes, func(s access.Action) bool { return !slices.Contains(list.Offer, s) }) {
		faults = append(faults, fault.Invalid("scopes", "Your roles do not give this.", "Choose among what is offered."))
	}
	if k.Days < 1 || k.Days > KeyDaysMax {
		faults = append(faults, fault.Invalid("days", "A key works for 1 to 365 days.", "Choose one of the times offered; make a new key before it runs out."))
	}
	live := 0
	for _, o := range list.Keys {
		if o.Status == "in_force" {
			live++
		}
	}
	if live >= liveKeysMax {
		faults = append(faults, fault.Invalid("label", "You have 50 keys in force.", "Revoke those that nothing uses."))
	}
	return faults.Err()
}

// RevokeKey ends a key of one's own or of a person whom the actor administers, at once on this server and within a second on others.
func (a *Room) RevokeKey(ctx context.Context, by access.Actor, person, id string) error {
	_, p, err := a.keyHolder(ctx, by, person)
	if err != nil {
		return err
	}
	found, err := a.KeyRing.RevokeKey(ctx, p.ID, id, a.Now())
	if err == nil && !found {
		return fault.NotFound("no such key in force")
	}
	a.KeyCache.Forget()
	return err
}

func scopeNames() string {
	names := make([]string, len(access.Actions))
	for i, s := range access.Actions {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}
