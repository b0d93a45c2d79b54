package policy

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// What becomes of a thing between two versions.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
)

// Change is one difference between two versions of a pack: a rule that came, went or says something else, or a value of
// the pack as a whole.
type Change struct {
	Group  string        `json:"group"` // what it is, in plain words: "What is owed"
	ID     string        `json:"id,omitempty"`
	Title  string        `json:"title"`
	Clause string        `json:"clause,omitempty"`
	What   string        `json:"what"` // added, removed or changed
	Fields []FieldChange `json:"fields"`
}

// FieldChange is one value of it, before and after; empty where there is none.
type FieldChange struct {
	Field string `json:"field"` // plain words
	Was   string `json:"was,omitempty"`
	Is    string `json:"is,omitempty"`
}

// groups name the keys of a pack in the order in which differences are shown: what decides about incidents first.
var groups = []struct{ key, words string }{
	{"reportable", "What must be reported"}, {"matrix", "How it is rated"}, {"tell", "Who is told"}, {"duties", "What is owed"},
	{"answers", "Answers to questions of authorities"}, {"report_again", "Reporting again"}, {"asked", "Items that somebody is asked for"}, {"validation", "Validating results"}, {"items", "What a report must state"}, {"advice", "Advice"},
	{"categories", "Kinds of incident"}, {"personal_information", "Kinds of personal information"}, {"authorities", "Authorities"},
	{"contacts", "Whom to call"}, {"calendars", "Calendars"}, {"designations", "Designating reporters"}, {"playbooks", "Response procedures"}, {"corrective_actions", "Corrective actions"}, {"retention", "How long information is kept"}, {"documents", "Whose the documents are"},
	{"phases", "Phases"}, {"controls", "Control mapping"}, {"statements", "Statements"}, {"sources", "Sources"},
	{"unrated", "Reasons"}, {"decision", "Reasons"}, {"not_reportable", "Reasons"},
}

// wholePack is the group of values that belong to no rule.
const wholePack = "The pack as a whole"

// fieldLabels name keys whose own words would not do.
var fieldLabels = map[string]string{
	"title": "Words", "cite": "Clause", "effective_from": "In force from", "effective_to": "In force until", "mark": "How far verified",
	"when": "Holds when", "by": "Owed by", "to_label": "To, in words", "warn_before": "Warning before it is due", "escalate_after": "Escalates after it is due",
	"from": "Counts from", "discharge": "Ends with", "fields": "Answered by", "report": "Belongs to the report", "for": "What for", "url": "Published at",
	"retrieved": "Read on", "attest_month": "Month of the yearly confirmation", "attest_day": "Day of the yearly confirmation", "change_within": "Next designation within",
	"triggers_notice": "Its breach can call for notice", "confidential_mail": "Mails carry no content", "session_life": "A session lasts at most",
	"session_idle": "A session may rest", "csf": "CSF functions", "on_saturday": "On a Saturday closes", "on_sunday": "On a Sunday closes",
	"remind_before": "Reminder before it is due", "verify_within": "Evidence is looked at within", "extends": "Laid over", "coordinator": "Who decides where a judgement is left", "owner": "Owner", "calendar": "Calendar", "acknowledge": "Answering times",
}

func fieldLabel(key string) string {
	if w := fieldLabels[key]; w != "" {
		return w
	}
	w := strings.ReplaceAll(key, "_", " ")
	return strings.ToUpper(w[:1]) + w[1:]
}

// Difference says in plain words what another version of a pack changes, rule by rule: grouped as pages show rules, in the
// order of the new version. Layout, comments, the order of rules and cases are no difference.
func Difference(was, is *Pack) []Change {
	a, b := reflect.ValueOf(was.doc), reflect.ValueOf(is.doc)
	fields := fieldsOf(a.Type())
	d := differ{was, is}
	shown := map[string]bool{}
	var out []Change
	for _, g := range groups {
		shown[g.key] = true
		f := fields[g.key]
		x, y := a.FieldByIndex(f.index), b.FieldByIndex(f.index)
		if f.typ.Kind() == reflect.Slice {
			out = append(out, d.list(g.words, x, y)...)
			continue
		}
		if c, ok := d.entry(g.words, x, y); ok {
			out = append(out, c)
		}
	}
	whole := Change{Group: wholePack, Title: is.Title, What: Changed}
	for _, key := range keysOf(a.Type()) {
		if f := fields[key]; !shown[key] {
			whole.Fields = append(whole.Fields, d.field(key, a.FieldByIndex(f.index), b.FieldByIndex(f.index))...)
		}
	}
	if len(whole.Fields) > 0 {
		out = append(out, whole)
	}
	return out
}

// differ compares values of two documents; each names its recipients itself.
type differ struct{ was, is *Pack }

// list compares entries by their ids.
func (d differ) list(group string, was, is reflect.Value) (out []Change) {
	before, after := byID(was), byID(is)
	for i := range is.Len() {
		if c, ok := d.entry(group, before[idOf(is.Index(i))], is.Index(i)); ok {
			out = append(out, c)
		}
	}
	for i := range was.Len() {
		if _, there := after[idOf(was.Index(i))]; !there {
			c, _ := d.entry(group, was.Index(i), reflect.Value{})
			out = append(out, c)
		}
	}
	return out
}

func byID(list reflect.Value) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	for i := range list.Len() {
		out[idOf(list.Index(i))] = list.Index(i)
	}
	return out
}

func idOf(v reflect.Value) string { return v.Interface().(identified).ident() }

// entry compares one rule with itself; a side that is not there is the zero Value or nil. ok is false where they say the same.
func (d differ) entry(group string, was, is reflect.Value) (c Change, ok bool) {
	was, is = plainValue(was), plainValue(is)
	if !was.IsValid() && !is.IsValid() {
		return c, false
	}
	c = Change{Group: group, What: Changed}
	one := is
	switch {
	case !was.IsValid():
		c.What = Added
	case !is.IsValid():
		c.What, one = Removed, was
	}
	fields := fieldsOf(one.Type())
	c.ID, c.Title = one.FieldByIndex(fields["id"].index).Interface().(text).S, one.FieldByIndex(fields["title"].index).Interface().(text).S
	if f, cited := fields["cite"]; cited {
		c.Clause = one.FieldByIndex(f.index).Interface().(text).S
	}
	for _, key := range append([]string{"title", "when"}, keysOf(one.Type())...) {
		f, there := fields[key]
		if !there || key == "id" || c.What != Changed && (key == "title" || key == "cite") {
			continue
		}
		delete(fields, key) // title and when come first, and once
		c.Fields = append(c.Fields, d.field(key, part(was, f.index), part(is, f.index))...)
	}
	return c, c.What != Changed || len(c.Fields) > 0
}

// plainValue follows a pointer; nil is the zero Value.
func plainValue(v reflect.Value) reflect.Value {
	if v.IsValid() && v.Kind() == reflect.Pointer {
		return v.Elem()
	}
	return v
}

func part(v reflect.Value, index []int) reflect.Value {
	if !v.IsValid() {
		return v
	}
	return v.FieldByIndex(index)
}

// field compares one value. A list of entries, such as holidays or steps, gives a line for each that differs.
func (d differ) field(key string, was, is reflect.Value) []FieldChange {
	one := is
	if !one.IsValid() {
		one = was
	}
	if t := one.Type(); t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct && t.Elem() != reflect.TypeFor[text]() && t.Elem() != reflect.TypeFor[weekday]() {
		return d.parts(key, was, is)
	}
	if x, y := d.was.words(was), d.is.words(is); x != y {
		return []FieldChange{{fieldLabel(key), x, y}}
	}
	return nil
}

// parts compares the entries of a list inside a rule, by id where they have one and by what they say where not.
func (d differ) parts(key string, was, is reflect.Value) (out []FieldChange) {
	index := func(p *Pack, list reflect.Value) (names []string, says map[string]string) {
		says = map[string]string{}
		for i := 0; list.IsValid() && i < list.Len(); i++ {
			v := list.Index(i)
			name := p.words(v)
			if f, ok := fieldsOf(v.Type())["id"]; ok {
				name = v.FieldByIndex(f.index).Interface().(text).S
			}
			names, says[name] = append(names, name), p.words(v)
		}
		return names, says
	}
	before, x := index(d.was, was)
	after, y := index(d.is, is)
	label := strings.TrimSuffix(fieldLabel(key), "s")
	for _, name := range after {
		if x[name] != y[name] {
			out = append(out, FieldChange{partLabel(label, name, y[name]), x[name], y[name]})
		}
	}
	for _, name := range before {
		if _, there := y[name]; !there {
			out = append(out, FieldChange{partLabel(label, name, x[name]), x[name], ""})
		}
	}
	return out
}

func partLabel(label, name, says string) string {
	if name == says {
		return label
	}
	return label + " " + name
}

// words writes any value of the format for people. Spacing is no matter.
func (p *Pack) words(v reflect.Value) string {
	v = plainValue(v)
	if !v.IsValid() {
		return ""
	}
	switch x := v.Interface().(type) {
	case text:
		return strings.Join(strings.Fields(x.S), " ")
	case clockTime:
		return fmt.Sprintf("%02d:%02d", x.Minute/60, x.Minute%60)
	case weekday:
		if x.Pos == (Pos{}) { // not written, which is not Sunday
			return ""
		}
		return weekdayNames[x.D]
	case recipient:
		return p.recipientWords(x)
	case fmt.Stringer: // periods and days
		if v.Kind() != reflect.Struct || len(fieldsOf(v.Type())) == 0 { // the others would write their place
			return x.String()
		}
	}
	switch v.Kind() {
	case reflect.Bool:
		return map[bool]string{true: "yes", false: "no"}[v.Bool()]
	case reflect.Int, reflect.Int64:
		if v.Int() == 0 {
			return ""
		}
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Slice:
		var all []string
		for i := range v.Len() {
			all = append(all, p.words(v.Index(i)))
		}
		return strings.Join(all, ", ")
	case reflect.Struct:
		return p.structWords(v)
	}
	return ""
}

// structWords joins the values of a struct, each with its name; its title and its guide go without.
func (p *Pack) structWords(v reflect.Value) string {
	var all []string
	fields := fieldsOf(v.Type())
	for _, key := range append([]string{"title"}, keysOf(v.Type())...) {
		f, ok := fields[key]
		if !ok || key == "id" {
			continue
		}
		delete(fields, key)
		s := p.words(v.FieldByIndex(f.index))
		switch {
		case s == "":
		case key == "title":
			all = append(all, s)
		default:
			all = append(all, strings.ToLower(fieldLabel(key))+": "+s)
		}
	}
	return strings.Join(all, "; ")
}

func (p *Pack) recipientWords(r recipient) string {
	switch {
	case r.Authority.S != "":
		return p.NameOf(Recipient{Authority: r.Authority.S})
	case r.Role.S != "":
		return p.NameOf(Recipient{Role: r.Role.S, At: r.At.S})
	}
	return ""
}
