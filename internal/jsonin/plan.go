package jsonin

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// plan is how a Go type is read; built once per type.
type plan struct {
	typ    reflect.Type
	kind   reflect.Kind
	elem   *plan             // of pointers, lists and maps
	fields map[string]*field // of structs, by JSON name
	order  []*field          // of structs, as declared
}

// field is one member of a struct with its rules.
type field struct {
	index int
	name  string
	plan  *plan
	rules rules
}

// rules are the bounds that the contract sets on one field, read from the tags it is published from.
type rules struct {
	required  bool
	enum      []string
	minimum   *int64
	maxLength int // 0: Limits.Text
	maxItems  int // 0: Limits.Items
}

var plans sync.Map // reflect.Type -> *plan

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := build(t, map[reflect.Type]*plan{})
	plans.Store(t, p)
	return p
}

// build makes the plan of a type; seen lets a type contain itself.
func build(t reflect.Type, seen map[reflect.Type]*plan) *plan {
	if p, ok := seen[t]; ok {
		return p
	}
	p := &plan{typ: t, kind: t.Kind()}
	seen[t] = p
	if t == rawType {
		return p
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64:
	case reflect.Pointer, reflect.Slice:
		p.elem = build(t.Elem(), seen)
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			panic("jsonin: maps need string keys: " + t.String())
		}
		p.elem = build(t.Elem(), seen)
	case reflect.Struct:
		p.members(t, seen)
	default:
		panic("jsonin: the contract has no values of type " + t.String())
	}
	return p
}

func (p *plan) members(t reflect.Type, seen map[reflect.Type]*plan) {
	p.fields = map[string]*field{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || f.Anonymous || name == "" {
			panic("jsonin: every member needs a JSON name: " + t.String() + "." + f.Name)
		}
		m := &field{index: i, name: name, plan: build(f.Type, seen), rules: rulesOf(f.Tag)}
		p.fields[name] = m
		p.order = append(p.order, m)
	}
	if len(p.order) > 64 {
		panic("jsonin: more than 64 members: " + t.String()) // the walk remembers them in one word
	}
}

func rulesOf(tag reflect.StructTag) rules {
	r := rules{required: tag.Get("required") == "true"}
	if e := tag.Get("enum"); e != "" {
		r.enum = strings.Split(e, ",")
	}
	if m, err := strconv.ParseInt(tag.Get("minimum"), 10, 64); err == nil {
		r.minimum = &m
	}
	r.maxLength, _ = strconv.Atoi(tag.Get("maxLength"))
	r.maxItems, _ = strconv.Atoi(tag.Get("maxItems"))
	return r
}

// nearest returns the member whose name is at most two letters off, for the remedy of an unknown one.
func (p *plan) nearest(name string) string {
	best, bestOff := "", 3
	for _, f := range p.order {
		if off := distance(name, f.name); off < bestOff {
			best, bestOff = f.name, off
		}
	}
	return best
}

// distance is the Levenshtein distance. Long names are not compared: they cannot be near.
func distance(a, b string) int {
	if len(a) > 40 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
