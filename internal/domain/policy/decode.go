package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// text is a string of a pack with its place, so that whatever is wrong with it later can be pointed at.
type text struct {
	Pos
	S string
	// Block says that the text is a block scalar ("|" or ">"): its first line stands one line below Pos.
	Block bool
}

// scanner is a text with a syntax of its own, such as a date or a period. Its schema is what the published JSON Schema
// says about it.
type scanner interface {
	scan(s string) error
	schema() map[string]any
}

// maxFileBytes and maxNesting bound a file; both states' packs are far below. The YAML parser needs time with the square of
// the nesting, and stack with the nesting.
const (
	maxFileBytes = 256 << 10
	maxNesting   = 100
)

// nested says where a file nests lists or mappings too deeply to be handed to the parser: line and column, or 0. It counts
// brackets in texts too, which errs on the safe side.
func nested(src []byte) (line, column int) {
	depth, dashes := 0, 0
	line = 1
	for i, b := range src {
		column++
		switch b {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(depth-1, 0)
		case '-':
			dashes++
		case '\n':
			line, column, dashes = line+1, 0, 0
		case ' ', '\t':
		default:
			dashes = 0
		}
		if depth > maxNesting || (dashes > maxNesting && i+1 < len(src) && src[i+1] == ' ') {
			return line, column
		}
	}
	return 0, 0
}

// decoder fills structs from a syntax tree, strictly, and keeps going after a problem.
type decoder struct {
	*report
	file   string
	nulls  bool // null means that the key is not there, as it does in a filing
	fields map[reflect.Type]map[string]field
}

// DecodeStrict reads one YAML document into dst, a pointer to a struct whose fields carry yaml tags, as packs are read: an
// unknown key or a wrong type is an error, and the error is a Problems that lists all of them with their place.
func DecodeStrict(file string, src []byte, dst any) error {
	r := &report{}
	decodeFile(r, file, src, dst)
	return r.err()
}

// decodeFile reads one YAML document of a pack into dst, a pointer to a struct.
func decodeFile(r *report, file string, src []byte, dst any) {
	(&decoder{report: r, file: file}).decode(src, dst)
}

func (d *decoder) decode(src []byte, dst any) {
	d.fields = map[reflect.Type]map[string]field{}
	start := Pos{d.file, 1, 1}
	if len(src) > maxFileBytes {
		d.add(start, "split it", "the file is larger than %d bytes", maxFileBytes)
		return
	}
	if line, column := nested(src); line > 0 {
		d.add(Pos{d.file, line, column}, "write it flat", "lists or mappings are nested more than %d deep", maxNesting)
		return
	}
	node, err := parse(src)
	if err != nil {
		at, detail := syntaxError(d.file, err)
		d.add(at, "mend the YAML syntax", "%s", detail)
		return
	}
	if node == nil {
		d.add(start, "write the keys that the schema names", "the file is empty")
		return
	}
	d.value(node, reflect.ValueOf(dst).Elem(), "the file")
}

// parse gives the body of the only document, or nil where there is none. The parser has been seen to panic on malformed
// input; a pack is data from outside, so that is a syntax error as well.
func parse(src []byte) (body ast.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			body, err = nil, fmt.Errorf("the YAML parser gave up: %v", p)
		}
	}()
	f, err := parser.ParseBytes(src, 0)
	if err != nil {
		return nil, err
	}
	var docs []*ast.DocumentNode
	for _, doc := range f.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.CommentType {
			docs = append(docs, doc)
		}
	}
	switch len(docs) {
	case 0:
		return nil, nil
	case 1:
		return docs[0].Body, nil
	}
	return nil, fmt.Errorf("there are %d YAML documents where one is expected", len(docs))
}

// syntaxError takes the place out of a parser's error.
func syntaxError(file string, err error) (Pos, string) {
	type placed interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if p, ok := err.(placed); ok && p.GetToken() != nil && p.GetToken().Position != nil {
		at := p.GetToken().Position
		return Pos{file, max(at.Line, 1), max(at.Column, 1)}, p.GetMessage()
	}
	return Pos{file, 1, 1}, err.Error()
}

func (d *decoder) pos(n ast.Node) Pos {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		n = m.Values[0].Key // the token of a mapping is its first colon
	}
	if m, ok := n.(*ast.MappingValueNode); ok {
		n = m.Key
	}
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		return Pos{d.file, max(tk.Position.Line, 1), max(tk.Position.Column, 1)}
	}
	return Pos{d.file, 1, 1}
}

// value fills v from n; what names the thing in problems.
func (d *decoder) value(n ast.Node, v reflect.Value, what string) {
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		d.add(d.pos(n), "write the value out", "%s: anchors, aliases and tags are not allowed in a pack", what)
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if s, ok := v.Addr().Interface().(scanner); ok {
		d.scanned(n, v, s, what)
		return
	}
	switch v.Interface().(type) {
	case text:
		if t, ok := d.text(n, what); ok {
			v.Set(reflect.ValueOf(t))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.mapping(n, v, what)
	case reflect.Slice:
		d.sequence(n, v, what)
	case reflect.Map:
		d.dictionary(n, v, what)
	default:
		d.scalar(n, v, what)
	}
}

// scanned reads a text with its own syntax. Such types are structs that embed Pos.
func (d *decoder) scanned(n ast.Node, v reflect.Value, s scanner, what string) {
	t, ok := d.text(n, what)
	if !ok {
		return
	}
	v.FieldByName("Pos").Set(reflect.ValueOf(t.Pos))
	if err := s.scan(t.S); err != nil {
		d.add(t.Pos, "", "%s: %v", what, err)
	}
}

func (d *decoder) text(n ast.Node, what string) (text, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		t := text{Pos: d.pos(n), S: n.Value}
		if n.Token != nil && (n.Token.Type == token.DoubleQuoteType || n.Token.Type == token.SingleQuoteType) {
			t.Column++ // the text begins behind the quotation mark
		}
		if strings.TrimSpace(n.Value) == "" {
			d.add(t.Pos, "write it, or leave the key out", "%s is empty", what)
			return text{}, false
		}
		return t, true
	case *ast.LiteralNode:
		return text{Pos: d.pos(n), S: strings.TrimRight(n.Value.Value, "\n"), Block: true}, true
	}
	d.add(d.pos(n), "write a text; put it in quotation marks if it looks like a number", "%s must be a text, not %s", what, kind(n))
	return text{}, false
}

func (d *decoder) scalar(n ast.Node, v reflect.Value, what string) {
	switch v.Kind() {
	case reflect.String:
		if t, ok := d.text(n, what); ok {
			v.SetString(t.S)
		}
	case reflect.Bool:
		b, ok := n.(*ast.BoolNode)
		if !ok {
			d.add(d.pos(n), "write true or false", "%s must be true or false, not %s", what, kind(n))
			return
		}
		v.SetBool(b.Value)
	case reflect.Int, reflect.Int64:
		d.whole(n, v, what)
	default:
		panic("policy: the pack format has a field of a kind that the decoder does not know: " + v.Type().String())
	}
}

func (d *decoder) whole(n ast.Node, v reflect.Value, what string) {
	if i, ok := n.(*ast.IntegerNode); ok {
		switch value := i.Value.(type) {
		case int64:
			v.SetInt(value)
			return
		case uint64:
			if value <= 1<<62 {
				v.SetInt(int64(value))
				return
			}
		}
	}
	d.add(d.pos(n), "write a whole number", "%s must be a whole number, not %s", what, kind(n))
}

// pairs gives the entries of a mapping, however the parser represents it.
func (d *decoder) pairs(n ast.Node, what string) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	d.add(d.pos(n), "write keys and values", "%s must have keys and values, not be %s", what, kind(n))
	return nil, false
}

func (d *decoder) mapping(n ast.Node, v reflect.Value, what string) {
	pairs, ok := d.pairs(n, what)
	if !ok {
		return
	}
	fields := d.fields[v.Type()]
	if fields == nil {
		fields = fieldsOf(v.Type())
		d.fields[v.Type()] = fields
	}
	if p := v.FieldByName("Pos"); p.IsValid() {
		p.Set(reflect.ValueOf(d.pos(n)))
	}
	seen := map[string]bool{}
	for _, pair := range pairs {
		name, ok := d.key(pair)
		if !ok {
			continue
		}
		f, known := fields[name]
		switch {
		case !known:
			d.add(d.pos(pair.Key), oneOf(name, keysOf(v.Type())), "unknown key %q in %s", name, what)
		case seen[name]:
			d.add(d.pos(pair.Key), "keep one of them", "the key %q is there twice", name)
		case isNull(pair.Value) && d.nulls:
		case isNull(pair.Value):
			d.add(d.pos(pair.Key), "write it, or leave the key out", "%s has no value", name)
		default:
			d.value(pair.Value, v.FieldByIndex(f.index), name)
			d.closed(v.FieldByIndex(f.index), f, name)
		}
		seen[name] = true
	}
	for name, f := range fields {
		if f.required && !seen[name] {
			d.add(d.pos(n), f.remedy(name), "%s has no %s", what, name)
		}
	}
}

// closed holds a text against the list of all that it can be.
func (d *decoder) closed(v reflect.Value, f field, name string) {
	if t, ok := v.Interface().(text); ok && f.enum != nil && t.S != "" && !slices.Contains(f.enum, t.S) {
		d.add(t.Pos, oneOf(t.S, f.enum), "%s cannot be %q", name, t.S)
	}
}

func (d *decoder) key(pair *ast.MappingValueNode) (string, bool) {
	if s, ok := pair.Key.(*ast.StringNode); ok {
		return s.Value, true
	}
	d.add(d.pos(pair.Key), "write a plain word", "a key must be a plain word")
	return "", false
}

func (d *decoder) sequence(n ast.Node, v reflect.Value, what string) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		d.add(d.pos(n), "begin each entry with a dash", "%s must be a list, not %s", what, kind(n))
		return
	}
	list := reflect.MakeSlice(v.Type(), 0, len(seq.Values))
	for _, entry := range seq.Values {
		if isNull(entry) {
			d.add(d.pos(n), "delete it", "an entry of %s is empty", what)
			continue
		}
		one := reflect.New(v.Type().Elem()).Elem()
		d.value(entry, one, "an entry of "+what)
		list = reflect.Append(list, one)
	}
	v.Set(list)
}

func (d *decoder) dictionary(n ast.Node, v reflect.Value, what string) {
	pairs, ok := d.pairs(n, what)
	if !ok {
		return
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(pairs)))
	for _, pair := range pairs {
		name, ok := d.key(pair)
		if !ok {
			continue
		}
		if v.MapIndex(reflect.ValueOf(name)).IsValid() {
			d.add(d.pos(pair.Key), "keep one of them", "the key %q is there twice", name)
			continue
		}
		one := reflect.New(v.Type().Elem()).Elem()
		d.value(pair.Value, one, what+"."+name)
		v.SetMapIndex(reflect.ValueOf(name), one)
	}
}

func isNull(n ast.Node) bool { return n == nil || n.Type() == ast.NullType }

// kind names what was found instead.
func kind(n ast.Node) string {
	switch n.Type() {
	case ast.IntegerType, ast.FloatType, ast.InfinityType, ast.NanType:
		return "a number"
	case ast.BoolType:
		return "true or false"
	case ast.StringType, ast.LiteralType:
		return "a text"
	case ast.MappingType, ast.MappingValueType:
		return "keys and values"
	case ast.SequenceType:
		return "a list"
	case ast.NullType:
		return "nothing"
	}
	return "this"
}

// field is one key of the pack format.
type field struct {
	index    []int
	typ      reflect.Type
	required bool
	doc      string
	enum     []string
}

// remedy says how to mend a missing key.
func (f field) remedy(name string) string {
	if name == "cite" {
		return "say which clause it rests on: every rule carries its citation"
	}
	return "add the key " + name
}

// fieldsOf lists the keys of a struct of the format; embedded structs give theirs to it.
func fieldsOf(t reflect.Type) map[string]field {
	out := map[string]field{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			for name, inner := range fieldsOf(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				out[name] = inner
			}
			continue
		}
		name, ok := f.Tag.Lookup("yaml")
		if !ok {
			continue
		}
		one := field{index: []int{i}, typ: f.Type, required: f.Tag.Get("required") == "true", doc: f.Tag.Get("doc")}
		if e := f.Tag.Get("enum"); e != "" {
			one.enum = strings.Split(e, ",")
		}
		out[name] = one
	}
	return out
}

// keysOf lists the same keys in order.
func keysOf(t reflect.Type) []string {
	fields := fieldsOf(t)
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
