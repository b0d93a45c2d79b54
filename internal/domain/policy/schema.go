package policy

import (
	"encoding/json"
	"reflect"
	"strings"
)

// Schema is the published JSON Schema of a pack's files, made from the very structs that the decoder fills.
func Schema() []byte {
	s := schemaMaker{defs: map[string]any{}}
	top := s.object(reflect.TypeFor[document]())
	top["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	top["$id"] = "https://tocsin.invalid/pack.schema.json"
	top["title"] = "Tocsin policy pack"
	top["description"] = "One file of a policy pack. A pack is a folder with pack.yaml and any other *.yaml beside it; lists add up over its files, " +
		"a single value stands in one of them. pack.yaml has id, version and title, and, unless the pack extends another, jurisdiction, calendar, " +
		"coordinator, unrated, decision, not_reportable and answers."
	s.defs["condition"] = map[string]any{"type": "string", "minLength": 1, "description": "A CEL expression that is true or false. Its inputs: " + vocabularyText()}
	top["$defs"] = s.defs
	out, err := json.MarshalIndent(top, "", "  ")
	if err != nil {
		panic("policy: the schema cannot be written: " + err.Error()) // it holds maps, lists and texts only
	}
	return append(out, '\n')
}

type schemaMaker struct{ defs map[string]any }

// object describes a struct of the format.
func (s *schemaMaker) object(t reflect.Type) map[string]any {
	properties := map[string]any{}
	var required []string
	for _, name := range keysOf(t) {
		f := fieldsOf(t)[name]
		p := s.of(f.typ)
		if f.doc != "" {
			p["description"] = f.doc
		}
		if name == "when" {
			p["$ref"] = "#/$defs/condition"
		}
		if f.enum != nil {
			p["enum"] = f.enum
		}
		properties[name] = p
		if f.required {
			required = append(required, name)
		}
	}
	out := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if required != nil {
		out["required"] = required
	}
	return out
}

// of describes one value. A struct is described once, under $defs.
func (s *schemaMaker) of(t reflect.Type) map[string]any {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if made, ok := reflect.New(t).Interface().(scanner); ok {
		return made.schema()
	}
	switch {
	case t == reflect.TypeFor[text]():
		return map[string]any{"type": "string", "minLength": 1}
	case t.Kind() == reflect.Struct:
		name := strings.TrimSuffix(t.Name(), "Doc")
		if _, ok := s.defs[name]; !ok {
			s.defs[name] = nil // a struct that holds itself would not end otherwise
			s.defs[name] = s.object(t)
		}
		return map[string]any{"$ref": "#/$defs/" + name}
	case t.Kind() == reflect.Slice:
		return map[string]any{"type": "array", "items": s.of(t.Elem())}
	case t.Kind() == reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": s.of(t.Elem())}
	case t.Kind() == reflect.Bool:
		return map[string]any{"type": "boolean"}
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		return map[string]any{"type": "integer"}
	}
	return map[string]any{"type": "string"}
}

// vocabularyText lists the inputs of conditions with their types.
func vocabularyText() string {
	var b strings.Builder
	for i, v := range variables {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(v.name + " (" + v.typ.String())
		if v.values != nil {
			b.WriteString(": " + strings.Join(v.values, ", "))
		}
		if v.event {
			b.WriteString(" by " + strings.Join(eventNames, ", "))
		}
		b.WriteString("): " + v.doc)
	}
	return b.String() + "."
}
