package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tocsin/internal/app"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/fault"
)

// entryFields are the fields of all four forms; which of them count is the kind's business.
var entryFields = []string{"stamp", "id", "name", "parent", "pack", "address", "org_code", "email", "phones", "entity", "title", "keep", "role.*",
	"place.*", "webhook", "webhook_secret", "phone", "rating", "owner", "remove", "gone"}

// moreRoles is how many roles a form can add at a time.
const moreRoles = 3

type entryBody struct {
	F       formView
	Form    app.EntryForm
	New     bool
	Action  string
	Held    []option // roles that the person holds, to keep or to end
	Stands  []directory.FieldChange
	Roles   []option
	Ratings []option
}

// Placed is a line of text with the known entities and authorities offered.
func (b entryBody) Placed(name, label, hint string) control { return b.F.Text(name, label, hint) }

// Adds are the rows that add roles.
func (b entryBody) Adds() []roleRow {
	rows := make([]roleRow, moreRoles)
	for i := range rows {
		n := strconv.Itoa(i + 1)
		rows[i] = roleRow{b.F.one("role."+n, "Role to add ("+n+")", "", b.Roles), b.F.Text("place."+n, "Where ("+n+")", "")}
	}
	return rows
}

type roleRow struct{ Role, Place control }

func entryPage(s *site, w http.ResponseWriter, r *request) error {
	kind, ok := kindPath[r.PathValue("kind")]
	if !ok {
		return errAbsent
	}
	form, err := s.Editing.EntryForm(r.Context(), r.by(), kind, r.PathValue("id"))
	if err != nil {
		return err
	}
	typed := valuesOf(form.Entry)
	for _, name := range []string{"entity", "parent"} { // an "add" link says where
		if v := r.URL.Query().Get(name); v != "" && r.PathValue("id") == "" && properText(v) {
			typed.Set(name, v)
		}
	}
	return s.showEntry(w, r, http.StatusOK, form, typed, nil, nil)
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
		set("id", e.Entity.ID, "name", e.Entity.Name, "parent", e.Entity.Parent, "pack", e.Entity.Pack, "address", e.Entity.Address, "org_code", e.Entity.OrgCode)
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
		set("id", e.Authority.ID, "name", e.Authority.Name, "email", e.Authority.Email, "phone", e.Authority.Phone, "webhook", e.Authority.Webhook)
	case directory.KindAsset:
		set("id", e.Asset.ID, "entity", e.Asset.Entity, "name", e.Asset.Name, "rating", e.Asset.Rating, "owner", e.Asset.Owner)
	}
	return v
}

func heldKey(a directory.Assignment) string { return string(a.Role) + "@" + a.Place() }

func (s *site) showEntry(w http.ResponseWriter, r *request, status int, form app.EntryForm, typed url.Values, problems []problem, stands []directory.FieldChange) error {
	b := entryBody{F: formView{typed: typed, problems: problems}, Form: form, New: r.PathValue("id") == "", Action: r.URL.Path, Stands: stands}
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
		b.Held = append(b.Held, option{Value: heldKey(a), Label: roleWords(a.Role), Hint: where, Chosen: slices.Contains(typed["keep"], heldKey(a))})
	}
	b.Roles = []option{{Value: "", Label: "None"}}
	for _, role := range directory.Roles {
		b.Roles = append(b.Roles, option{Value: string(role), Label: roleWords(role)})
	}
	title := "Add " + article[form.Kind]
	crumbs := []crumb{directoryCrumb}
	if !b.New {
		title = "Change " + typed.Get("name")
		if form.Kind != directory.KindAsset {
			crumbs = append(crumbs, crumb{form.Name(), strings.TrimSuffix(r.URL.Path, "/edit")})
		} else {
			crumbs = append(crumbs, crumb{form.Asset.Entity, "/directory/entities/" + url.PathEscape(form.Asset.Entity)})
		}
	}
	return s.render(w, r, status, "entry", page{Title: title, Crumbs: crumbs, Problems: problems, Done: confirmed(r), Body: b})
}

var article = map[string]string{directory.KindEntity: "an entity", directory.KindPerson: "a person", directory.KindAuthority: "an authority", directory.KindAsset: "an asset"}

// saveEntry saves one form. What was typed comes back with what is wrong with it.
func saveEntry(s *site, w http.ResponseWriter, r *request) error {
	kind, ok := kindPath[r.PathValue("kind")]
	if !ok {
		return errAbsent
	}
	id := r.PathValue("id")
	form, err := s.Editing.EntryForm(r.Context(), r.by(), kind, id)
	if err != nil {
		return err
	}
	e := app.EntryEdit{Entry: r.entry(kind, id, form), New: id == "", Stamp: r.form.Get("stamp"), Remove: r.form.Get("remove") == "yes"}
	err = s.Editing.SaveEntry(r.Context(), r.by(), e)
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return s.showEntry(w, r, http.StatusUnprocessableEntity, form, r.form, entryProblems(err), nil)
	case fault.KindConflict:
		return s.showEntry(w, r, http.StatusConflict, form, r.form, entryProblems(err), form.StillStands(e.Entry))
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, afterEntry(e), http.StatusSeeOther)
	return nil
}

// granting says whether saving an entry can give somebody roles, or lead mail that proves something to another address: people
// and authorities.
func granting(_ *site, r *request) (bool, error) {
	kind := kindPath[r.PathValue("kind")]
	return kind == directory.KindPerson || kind == directory.KindAuthority, nil
}

// reopenEntry shows the form of an entry as it was filled in, after the proof.
func reopenEntry(s *site, w http.ResponseWriter, r *request) error {
	kind, ok := kindPath[r.PathValue("kind")]
	if !ok {
		return errAbsent
	}
	form, err := s.Editing.EntryForm(r.Context(), r.by(), kind, r.PathValue("id"))
	if err != nil {
		return err
	}
	form.Stamp = r.form.Get("stamp") // what was typed was typed over that, and must not hide what changed since
	return s.showEntry(w, r, http.StatusOK, form, r.form, nil, nil)
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
func (r *request) line(name string) string {
	return strings.Join(strings.Fields(r.form.Get(name)), " ")
}

// entry reads the form of a kind. The id of an entry that exists is that of the address, whatever the form says.
func (r *request) entry(kind, id string, form app.EntryForm) app.Entry {
	if id == "" {
		id = r.line("id")
	}
	e := app.Entry{Kind: kind}
	switch kind {
	case directory.KindEntity:
		e.Entity = directory.Entity{ID: id, Name: r.line("name"), Parent: r.line("parent"), Pack: r.line("pack"), Address: r.line("address"), OrgCode: r.line("org_code")}
	case directory.KindPerson:
		e.Person = directory.Person{ID: id, Name: r.line("name"), Email: r.line("email"), Phones: listOf(r.form.Get("phones")), Entity: r.line("entity"),
			Title: r.line("title"), Gone: r.form.Get("gone") == "yes", Roles: r.roles(form)}
	case directory.KindAuthority:
		e.Authority = directory.Authority{ID: id, Name: r.line("name"), Email: r.line("email"), Phone: r.line("phone"), Webhook: r.line("webhook"),
			WebhookSecret: r.line("webhook_secret")}
	case directory.KindAsset:
		e.Asset = directory.Asset{ID: id, Entity: r.line("entity"), Name: r.line("name"), Rating: r.line("rating"), Owner: r.line("owner")}
	}
	return e
}

// roles are those of the person that the form keeps, and those that it adds.
func (r *request) roles(form app.EntryForm) []directory.Assignment {
	out := []directory.Assignment{}
	for _, a := range form.Person.Roles {
		if slices.Contains(r.form["keep"], heldKey(a)) {
			out = append(out, a)
		}
	}
	for i := range moreRoles {
		n := strconv.Itoa(i + 1)
		a := directory.Assignment{Role: directory.Role(r.line("role." + n)), Entity: r.line("place." + n)}
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

// Typed says whether a field was given anything.
func (f formView) Typed(name string) bool { return f.typed.Get(name) != "" }
