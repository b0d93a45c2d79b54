package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
)

// maxDepth bounds how many packs can lie over each other.
const maxDepth = 4

// Load reads the pack in folder dir: pack.yaml and any other *.yaml beside it, which are one pack in several files. Where
// it extends another pack, base gives that one. Everything is decoded strictly and checked: an unknown key, a wrong type,
// a recipient, role, calendar or source that does not resolve, an expression that does not type-check and a rule without
// a citation are refused. The error is then a Problems, which lists all of them with file, line, column and remedy.
func Load(files fs.FS, dir string, base func(id string) (*Pack, error)) (*Pack, error) {
	names, err := packFiles(files, dir)
	if err != nil {
		return nil, err
	}
	r := &report{}
	sum := sha256.New()
	var doc document
	kept := Files{}
	for _, name := range names {
		src, err := fs.ReadFile(files, path.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("read the pack: %w", err)
		}
		fmt.Fprintf(sum, "%d %s\n%d\n%s\n", len(name), name, len(src), src)
		kept[name] = src
		var one document
		decodeFile(r, path.Join(dir, name), src, &one)
		r.join(&doc, one)
	}
	if err := kept.readCases(files, dir); err != nil {
		return nil, err
	}
	p := &Pack{depth: 1, files: kept}
	if doc.Extends.S != "" {
		if err := p.extend(r, &doc, base); err != nil {
			return nil, err
		}
		fmt.Fprintf(sum, "extends %s\n", p.baseDigest)
	}
	p.Digest = hex.EncodeToString(sum.Sum(nil))
	if reflect.ValueOf(doc).IsZero() { // not even the syntax holds: that it says nothing else is no news
		return nil, r.err()
	}
	if r.header(&doc, dir) {
		p.doc = doc
		check(r, p)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return p, nil
}

// packFiles lists the pack's files, pack.yaml first and then in order of name.
func packFiles(files fs.FS, dir string) ([]string, error) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil, fmt.Errorf("read the pack's folder: %w", err)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".yaml") && e.Name() != "pack.yaml" {
			names = append(names, e.Name())
		}
	}
	if _, err := fs.Stat(files, path.Join(dir, "pack.yaml")); err != nil {
		return nil, fmt.Errorf("%s is no pack: %w", dir, err)
	}
	slices.Sort(names)
	return append([]string{"pack.yaml"}, names...), nil
}

// join adds one file of a pack to what its other files say. Lists add up; a single value may stand in one file only.
func (r *report) join(doc *document, one document) {
	into, from := reflect.ValueOf(doc).Elem(), reflect.ValueOf(one)
	for i := range into.NumField() {
		name := into.Type().Field(i).Tag.Get("yaml")
		to, add := into.Field(i), from.Field(i)
		switch {
		case add.IsZero():
		case add.Kind() == reflect.Slice:
			to.Set(reflect.AppendSlice(to, add))
		case to.IsZero():
			to.Set(add)
		case name != "":
			r.add(one.Pos, "write it in one file", "%s stands in two files of the pack", name)
		}
	}
}

// extend lays the document over its base.
func (p *Pack) extend(r *report, doc *document, base func(id string) (*Pack, error)) error {
	if base == nil {
		return errors.New("the pack extends another, and there is none to extend")
	}
	under, err := base(doc.Extends.S)
	if err != nil {
		r.add(doc.Extends.Pos, "name a pack that is installed", "the pack %q that it extends cannot be loaded: %s", doc.Extends.S, firstLine(err.Error()))
		return nil
	}
	p.depth, p.baseDigest, p.base = under.depth+1, under.Digest, under
	if p.depth > maxDepth {
		r.add(doc.Extends.Pos, "extend a pack further down", "more than %d packs lie over each other", maxDepth)
	}
	overlay(doc, under.doc)
	return nil
}

// identified is an entry of a list of the format.
type identified interface{ ident() string }

func (r ruleDoc) ident() string   { return r.ID.S }
func (s sourceDoc) ident() string { return s.ID.S }

// overlay puts what base says under doc: a single value where doc has none; in lists an entry of doc replaces the one of
// the same id in its place, and the others follow.
func overlay(doc *document, base document) {
	over, under := reflect.ValueOf(doc).Elem(), reflect.ValueOf(base)
	for i := range over.NumField() {
		to, from := over.Field(i), under.Field(i)
		switch {
		case from.IsZero():
		case to.Kind() == reflect.Slice:
			to.Set(overlayList(to, from))
		case to.IsZero():
			to.Set(from)
		}
	}
}

func overlayList(over, under reflect.Value) reflect.Value {
	index := map[string]int{}
	out := reflect.MakeSlice(under.Type(), 0, under.Len()+over.Len())
	for i := range under.Len() {
		index[under.Index(i).Interface().(identified).ident()] = i
		out = reflect.Append(out, under.Index(i))
	}
	for i := range over.Len() {
		if at, ok := index[over.Index(i).Interface().(identified).ident()]; ok {
			out.Index(at).Set(over.Index(i))
			continue
		}
		out = reflect.Append(out, over.Index(i))
	}
	return out
}

// header checks that the pack says what it is; whole is false where too little is there to check the rest. An extension
// takes what it does not say from below it.
func (r *report) header(doc *document, dir string) (whole bool) {
	whole = true
	need := func(missing bool, key string) {
		if missing {
			whole = false
			r.add(Pos{path.Join(dir, "pack.yaml"), 1, 1}, "add the key "+key, "the pack has no %s", key)
		}
	}
	need(doc.ID.S == "", "id")
	need(doc.Version.S == "", "version")
	need(doc.Title.S == "", "title")
	need(doc.Jurisdiction.S == "", "jurisdiction")
	need(doc.Calendar.S == "", "calendar")
	need(doc.Coordinator.Role.S == "", "coordinator")
	need(doc.Unrated == nil, "unrated")
	need(doc.Decision == nil, "decision")
	need(doc.NotReportable == nil, "not_reportable")
	need(doc.Answers == nil, "answers")
	if name := path.Base(dir); doc.ID.S != "" && name != "." && name != doc.ID.S {
		r.add(doc.ID.Pos, "give the folder and the pack the same name", "the pack %q lies in the folder %q", doc.ID.S, name)
	}
	return whole
}
