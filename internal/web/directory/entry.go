package directory

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
	"tocsin/internal/web/page"
)

// entryFields are the fields of all four forms; which of them count is the kind's business.
var entryFields = []string{"stamp", "id", "name", "parent", "pack", "address", "org_code", "email", "phones", "entity", "title", "keep",
	"role.*",
	"place.*", "webhook", "webhook_secret", "phone", "rating", "owner", "remove", "gone"}

// moreRoles is how many roles a form can add at a time.
const moreRoles = 3

type entryBody struct {
	F       page.FormView
	Form    app.EntryForm
	New     bool
	Action  string
	Held    []page.Option // roles that the person holds, to keep or to end
	Stands  []directory.FieldChange
	Roles   []page.Option
	Ratings []page.Option
}

// Placed is a line of text with the known entities and authorities offered.
func (b entryBody) Placed(name, label, hint string) page.Control {
	return b.F.Text(name, label, hint)
}

// Adds are the rows that add roles.
func (b entryBody) Adds() []roleRow {
	rows := make([]roleRow, moreRoles)
	for i := range rows {
		n := strconv.Itoa(i + 1)
		rows[i] = roleRow{b.F.One("role."+n, "Role to add ("+n+")", "", b.Roles), b.F.Text("place."+n, "Where ("+n+")", "")}
	}
	return rows
}

type roleRow struct{ Role, Place page.Control }

func entryPage(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	kind, ok := kindPath[r.PathValue("kind")]
	if !ok {
		return page.ErrAbsent
	}
	form, err := s.App.EntryForm(r.Context(), r.By(), kind, r.PathValue("id"))
	if err != nil {
		return err
	}
	typed := valuesOf(form.Entry)
	for _, name := range []string{"entity", "parent"} { // an "add" link says where
		if v := r.URL.Query().Get(name); v != "" && r.PathValue("id") == "" && page.ProperText(v) {
			typed.Set(name, v)
		}
	}
	return showEntry(s, w, r, http.StatusOK, form, typed, nil, nil)
}

// valuesOf fills a form with an entry as it stands.
func valuesOf(e app.Entry) url.Values {
	v := url.Values{}
	set := func(pairs ...string) {
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	switch e.Kind {
	case directory.KindEntity:
		set("id", e.Entity.ID, "name", e.Entity.Name, "parent", e.Entity.Parent, "pack", e.Entity.Pack, "address", e.Entity.Address, "org_code",
			e.Entity.OrgCode)
	case directory.KindPerson:
		p := e.Person
		set("id", p.ID, "name", p.Name, "email", p.Email, "phones", strings.Join(p.Phones, "\n"), "entity", p.Entity, "title", p.Title)
		if p.Gone {
			v.Set("gone", "yes")
		}
		for _, a := range p.Roles {
			v.Add("keep", heldKey(a))
		}
	case directory.KindAuthority:
		set("id", e.Authority.ID, "name", e.Authority.Name, "email", e.Authority.Email, "phone", e.Authority.Phone, "webhook",
			e.Authority.Webhook)
	case directory.KindAsset:
		set("id", e.Asset.ID, "entity", e.Asset.Entity, "name", e.Asset.Name, "rating", e.Asset.Rating, "owner", e.Asset.Owner)
	}
	return v
}

func heldKey(a directory.Assignment) string { return string(a.Role) + "@" + a.Place() }

func showEntry(s *page.Site, w http.ResponseWriter, r *page.Request, status int, form app.EntryForm, typed url.Values,
	problems []page.Problem, stands []directory.FieldChange) error {
	b := entryBody{F: page.FormView{Values: typed, Problems: problems}, Form: form, New: r.PathValue("id") == "", Action: r.URL.Path,
		Stands: stands}
	names := map[string]string{}
	for _, e := range form.Places {
		names[e.ID] = e.Name
	}
	for _, au := range form.Authorities {
		names[au.ID] = au.Name
	}
	for _, a := range form.Person.Roles {
		where := names[a.Place()]
		if where == "" {
			where = a.Place()
		}
		b.Held = append(b.Held, page.Option{Value: heldKey(a), Label: page.RoleWords(a.Role), Hint: where,
			Chosen: slices.Contains(typed["keep"], heldKey(a))})
	}
	b.Roles = []page.Option{{Value: "", Label: "None"}}
	for _, role := range directory.Roles {
		b.Roles = append(b.Roles, page.Option{Value: string(role), Label: page.RoleWords(role)})
	}
	title := "Add " + article[form.Kind]
	trail := crumbs()
	if !b.New {
		title = "Change " + typed.Get("name")
		if form.Kind != directory.KindAsset {
			trail = append(trail, page.Crumb{Title: form.Name(), Address: strings.TrimSuffix(r.URL.Path, "/edit")})
		} else {
			trail = append(trail, page.Crumb{Title: form.Asset.Entity, Address: "/directory/entities/" + url.PathEscape(form.Asset.Entity)})
		}
	}
	return s.Render(w, r, status, "entry", page.Page{Title: title, Crumbs: trail, Problems: problems, Done: page.Confirmed(r), Body: b})
}

var article = map[string]string{directory.KindEntity: "an entity", directory.KindPerson: "a person",
	directory.KindAuthority: "an authority", directory.KindAsset: "an asset"}

// saveEntry saves one form. What was typed comes back with what is wrong with it.
func saveEntry(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	kind, ok := kindPath[r.PathValue("kind")]
	if !ok {
		return page.ErrAbsent
	}
	id := r.PathValue("id")
	form, err := s.App.EntryForm(r.Context(), r.By(), kind, id)
	if err != nil {
		return err
	}
	e := app.EntryEdit{Entry: entry(r, kind, id, form), New: id == "", Stamp: r.Form.Get("stamp"), Remove: r.Form.Get("remove") == "yes"}
	err = s.App.SaveEntry(r.Context(), r.By(), e)
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return showEntry(s, w, r, http.StatusUnprocessableEntity, form, r.Form, entryProblems(err), nil)
	case fault.KindConflict:
		return showEntry(s, w, r, http.StatusConflict, form, r.Form, entryProblems(err), form.StillStands(e.Entry))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, afterEntry(e), http.StatusSeeOther)
	return nil
}

// granting says whether saving an entry can give somebody roles, or lead mail that proves something to another address: people
// and authorities.
func granting(_ *page.Site, r *page.Request) (bool, error) {
	kind := kindPath[r.PathValue("kind")]
	return kind == directory.KindPerson || kind == directory.KindAuthority, nil
}

// reopenEntry shows the form of an entry as it was filled in, after the proof.
func reopenEntry(s *page.Site, w http.ResponseWriter, r *page.Request) error {
	kind, ok := kindPath[r.PathValue("kind")]
	if !ok {
		return page.ErrAbsent
	}
	form, err := s.App.EntryForm(r.Context(), r.By(), kind, r.PathValue("id"))
	if err != nil {
		return err
	}
	form.Stamp = r.Form.Get("stamp") // what was typed was typed over that, and must not hide what changed since
	return showEntry(s, w, r, http.StatusOK, form, r.Form, nil, nil)
}

// afterEntry is where a saved entry is seen.
func afterEntry(e app.EntryEdit) string {
	done := "?done=saved"
	if e.Remove {
		done = "?done=removed"
	}
	switch e.Kind {
	case directory.KindEntity:
		return "/directory/entities/" + url.PathEscape(e.Entity.ID) + done
	case directory.KindPerson:
		return "/directory/people/" + url.PathEscape(e.Person.ID) + done
	case directory.KindAuthority:
		return "/directory/authorities/" + url.PathEscape(e.Authority.ID) + done
	}
	return "/directory/entities/" + url.PathEscape(e.Asset.Entity) + done
}

// line returns a form field as one line of text.
func line(r *page.Request, name string) string {
	return strings.Join(strings.Fields(r.Form.Get(name)), " ")
}

// entry reads the form of a kind. The id of an entry that exists is that of the address, whatever the form says.
func entry(r *page.Request, kind, id string, form app.EntryForm) app.Entry {
	if id == "" {
		id = line(r, "id")
	}
	e := app.Entry{Kind: kind}
	switch kind {
	case directory.KindEntity:
		e.Entity = directory.Entity{ID: id, Name: line(r, "name"), Parent: line(r, "parent"), Pack: line(r, "pack"), Address: line(r, "address"),
			OrgCode: line(r, "org_code")}
	case directory.KindPerson:
		e.Person = directory.Person{ID: id, Name: line(r, "name"), Email: line(r, "email"), Phones: listOf(r.Form.Get("phones")),
			Entity: line(r, "entity"),
			Title:  line(r, "title"), Gone: r.Form.Get("gone") == "yes", Roles: roles(r, form)}
	case directory.KindAuthority:
		e.Authority = directory.Authority{ID: id, Name: line(r, "name"), Email: line(r, "email"), Phone: line(r, "phone"),
			Webhook:       line(r, "webhook"),
			WebhookSecret: line(r, "webhook_secret")}
	case directory.KindAsset:
		e.Asset = directory.Asset{ID: id, Entity: line(r, "entity"), Name: line(r, "name"), Rating: line(r, "rating"), Owner: line(r, "owner")}
	}
	return e
}

// roles are those of the person that the form keeps, and those that it adds.
func roles(r *page.Request, form app.EntryForm) []directory.Assignment {
	out := []directory.Assignment{}
	for _, a := range form.Person.Roles {
		if slices.Contains(r.Form["keep"], heldKey(a)) {
			out = append(out, a)
		}
	}
	for i := range moreRoles {
		n := strconv.Itoa(i + 1)
		a := directory.Assignment{Role: directory.Role(line(r, "role."+n)), Entity: line(r, "place."+n)}
		if a.Role == "" {
			continue
		}
		if a.Role == directory.AuthorityOfficer {
			a.Entity, a.Authority = "", a.Entity
		}
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// listOf reads one value a line.
func listOf(text string) []string {
	var out []string
	for _, part := range strings.Split(text, "\n") {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			out = append(out, part)
		}
	}
	return out
}
