package jsonin

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Details that swollen looks for.
const (
	detailTooLong = "The text is too long."
	detailTooMany = "There are too many entries."
)

// value reads one value into v. stated is false for null, and for a value that was refused.
func (d *decoder) value(v reflect.Value, p *plan, r *rules) (stated bool, err error) {
	c := d.next()
	if c == 'n' {
		_, err = d.token()
		return false, err
	}
	if p.typ == rawType {
		return d.raw(v)
	}
	switch p.kind {
	case reflect.Pointer:
		inner := reflect.New(p.elem.typ)
		if stated, err = d.value(inner.Elem(), p.elem, r); stated {
			v.Set(inner)
		}
		return stated, err
	case reflect.String:
		if c == '"' {
			return d.text(v, r)
		}
		return false, d.mismatch("a text", `Write it in quotes.`)
	case reflect.Bool:
		if c == 't' || c == 'f' {
			v.SetBool(c == 't')
			_, err = d.token()
			return true, err
		}
		return false, d.mismatch("true or false", "Write true or false without quotes, or leave it out while it is not known.")
	case reflect.Int, reflect.Int64:
		if c == '0' {
			return d.whole(v, r)
		}
		return false, d.mismatch("a whole number", "Write digits without quotes, or leave it out while it is not known.")
	case reflect.Slice:
		if c == '[' {
			return d.list(v, p, r)
		}
		return false, d.mismatch("a list", "Write it in square brackets.")
	default:
		if c != '{' {
			return false, d.mismatch("an object", "Write it in braces, as the contract shows.")
		}
		if p.kind == reflect.Map {
			return d.mapping(v, p, r)
		}
		return d.object(v, p)
	}
}

// mismatch refuses a value of another type and steps over it.
func (d *decoder) mismatch(want, remedy string) error {
	if err := d.skip(); err != nil {
		return err
	}
	d.report("This must be "+want+".", remedy)
	return nil
}

func (d *decoder) text(v reflect.Value, r *rules) (bool, error) {
	s, f, err := d.str()
	if err != nil {
		return false, err
	}
	longest := r.maxLength
	if longest == 0 {
		longest = d.lim.Text
	}
	switch {
	case f != "":
		d.report(string(f), flawRemedy[f])
	case len(s) > longest && utf8.RuneCountInString(s) > longest:
		d.report(detailTooLong, fmt.Sprintf("Use at most %d characters.", longest))
	case s != "" && r.enum != nil && !slices.Contains(r.enum, s):
		d.report("This is none of the allowed values.", "Use one of: "+strings.Join(r.enum, ", ")+".")
	default:
		v.SetString(s)
		return s != "", nil
	}
	return false, nil
}

func (d *decoder) whole(v reflect.Value, r *rules) (bool, error) {
	t, err := d.token()
	if err != nil {
		return false, err
	}
	digits, end := t.String(), int(d.tokens.InputOffset())
	if strings.TrimPrefix(digits, "-") == "0" && end < len(d.data) && '0' <= d.data[end] && d.data[end] <= '9' {
		return false, d.notJSON(end) // a leading zero, which the tokenizer would hold against what follows
	}
	n, rangeErr := strconv.ParseInt(digits, 10, v.Type().Bits())
	switch {
	case strings.ContainsAny(digits, ".eE"):
		d.report("This must be a whole number.", "Write it without fraction and exponent.")
	case rangeErr != nil:
		d.report("The number is out of range.", "Use a smaller number.")
	case r.minimum != nil && n < *r.minimum:
		d.report("The number is too small.", fmt.Sprintf("Use %d or more, or leave it out while it is not known.", *r.minimum))
	default:
		v.SetInt(n)
		return true, nil
	}
	return false, nil
}

// list reads a list. A null entry states nothing and is dropped; an empty list is the same as none.
func (d *decoder) list(v reflect.Value, p *plan, r *rules) (bool, error) {
	most := d.most(r)
	out := reflect.Value{}
	err := d.each(']', most, func(i int) error {
		d.push(step{index: i})
		defer d.pop()
		if i >= most {
			return d.skip()
		}
		entry := reflect.New(p.elem.typ).Elem()
		stated, err := d.value(entry, p.elem, &rules{enum: r.enum, maxLength: r.maxLength})
		if err != nil || !stated {
			return err
		}
		if !out.IsValid() {
			out = reflect.MakeSlice(p.typ, 0, 4)
		}
		out = reflect.Append(out, entry)
		return nil
	})
	if err != nil || !out.IsValid() {
		return false, err
	}
	v.Set(out)
	return true, nil
}

// mapping reads an object with free names.
func (d *decoder) mapping(v reflect.Value, p *plan, r *rules) (bool, error) {
	most := d.most(r)
	seen := map[string]bool{}
	out := reflect.MakeMap(p.typ)
	err := d.each('}', most, func(i int) error {
		name, err := d.name()
		if err != nil {
			return err
		}
		d.push(step{name: safeName(name)})
		defer d.pop()
		if seen[name] {
			d.report("This name stands twice.", "State it once.")
		}
		seen[name] = true
		if i >= most {
			return d.skip()
		}
		entry := reflect.New(p.elem.typ).Elem()
		stated, err := d.value(entry, p.elem, r)
		if err == nil && stated {
			out.SetMapIndex(reflect.ValueOf(name).Convert(p.typ.Key()), entry)
		}
		return err
	})
	if err != nil || out.Len() == 0 {
		return false, err
	}
	v.Set(out)
	return true, nil
}

func (d *decoder) most(r *rules) int {
	if r.maxItems > 0 {
		return r.maxItems
	}
	return d.lim.Items
}

// object reads the members of a struct.
func (d *decoder) object(v reflect.Value, p *plan) (bool, error) {
	var seen, stated uint64
	err := d.each('}', -1, func(int) error {
		name, err := d.name()
		if err != nil {
			return err
		}
		d.push(step{name: safeName(name)})
		defer d.pop()
		f, known := p.fields[name]
		if !known {
			return d.unknown(p, name)
		}
		bit := uint64(1) << uint(f.index)
		if seen&bit != 0 {
			d.report("This field stands twice.", "State it once.")
			return d.skip()
		}
		seen |= bit
		has, err := d.value(v.Field(f.index), f.plan, &f.rules)
		if has {
			stated |= bit
		}
		return err
	})
	if err != nil {
		return false, err
	}
	d.required(p, seen, stated)
	return true, nil
}

func (d *decoder) unknown(p *plan, name string) error {
	remedy := "Leave it out, or see /api/v1/openapi.json for the fields there are."
	if near := p.nearest(name); near != "" {
		remedy = "Did you mean " + near + "?"
	}
	d.report("There is no such field.", remedy)
	return d.skip()
}

// required reports members that must be stated and are not; one that was refused already is not reported again.
func (d *decoder) required(p *plan, seen, stated uint64) {
	for i, f := range p.order {
		bit := uint64(1) << uint(i)
		if !f.rules.required || stated&bit != 0 {
			continue
		}
		d.push(step{name: f.name})
		if seen&bit == 0 || !d.blamed() {
			d.report("This field is required.", "State it.")
		}
		d.pop()
	}
}

func (d *decoder) blamed() bool {
	at := d.field()
	for _, e := range d.errs {
		if e.Field == at || strings.HasPrefix(e.Field, at+".") || strings.HasPrefix(e.Field, at+"[") {
			return true
		}
	}
	return false
}

// each walks the entries of a list or object up to its closing bracket. most < 0 sets no bound.
func (d *decoder) each(closing jsontext.Kind, most int, entry func(i int) error) error {
	if _, err := d.token(); err != nil {
		return err
	}
	for i := 0; ; i++ {
		switch d.next() {
		case closing, 0: // 0: what is wrong comes with the token
			_, err := d.token()
			return err
		}
		if i == most {
			d.report(detailTooMany, fmt.Sprintf("Send at most %d; add the others as a supplement.", most))
		}
		if err := entry(i); err != nil {
			return err
		}
	}
}

// name reads a member's name.
func (d *decoder) name() (string, error) {
	if d.next() != '"' {
		_, err := d.token() // which refuses any other name
		return "", err
	}
	name, f, err := d.str()
	if f != "" {
		d.report(string(f), flawRemedy[f])
	}
	return name, err
}

// safeName is a member's name as a refusal may repeat it: names that no contract would use are not echoed.
func safeName(name string) string {
	for _, c := range name {
		if !(c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z') {
			return "?"
		}
	}
	if name == "" || len(name) > 64 {
		return "?"
	}
	return name
}
