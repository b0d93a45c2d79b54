package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
)

// Registry knows every fact that was ever written: its name with version, and the Go type that reads its body. A name is
// never taken out or given another meaning.
type Registry struct {
	decoders map[string]func([]byte) (any, error)
	names    map[reflect.Type]string
}

// NewRegistry returns an empty registry.
func NewRegistry() *Registry {
	return &Registry{
		decoders: map[string]func([]byte) (any, error){},
		names:    map[reflect.Type]string{},
	}
}

var factName = regexp.MustCompile(`^[a-z][a-z_]*(\.[a-z][a-z_]*)+\.v[1-9][0-9]*$`)

// Register says that the body of the fact is a T. It panics on a name or a type that is ill-formed or taken: a mistake
// of the program, found by the first test.
func Register[T any](r *Registry, name string) { r.add(reflect.TypeFor[T](), name, decodeAs[T]) }

// Add says that the body of the fact is read into what fresh makes, a pointer to a zero value. It panics as Register does.
func (r *Registry) Add(name string, fresh func() any) {
	r.add(reflect.TypeOf(fresh()), name, func(body []byte) (any, error) {
		v := fresh()
		return v, decode(body, v)
	})
}

func (r *Registry) add(t reflect.Type, name string, decode func([]byte) (any, error)) {
	if old, taken := r.names[t]; taken {
		panic(fmt.Sprintf("ledger: %v is already the type of %s", t, old))
	}
	if _, taken := r.decoders[name]; taken || !factName.MatchString(name) {
		panic(fmt.Sprintf("ledger: fact name %q is taken or not of the form noun.happened.v1", name))
	}
	r.names[t] = name
	r.decoders[name] = decode
}

// Decode returns the fact that an entry holds, by value.
func (r *Registry) Decode(e Entry) (any, error) {
	decoder, ok := r.decoders[e.Fact]
	if !ok {
		return nil, fmt.Errorf("fact %q is not known to this version of the program", e.Fact)
	}
	v, err := decoder(e.Body)
	if err != nil {
		return nil, fmt.Errorf("fact %s: %w", e.Fact, err)
	}
	return v, nil
}

// Encode returns the name of a fact and its canonical body. Fields that may be absent need omitempty or omitzero: a fact
// never holds null.
func (r *Registry) Encode(fact any) (name string, body json.RawMessage, err error) {
	t := reflect.TypeOf(fact)
	name, ok := r.names[t]
	if !ok {
		return "", nil, fmt.Errorf("%v is not the type of any fact", t)
	}
	raw, err := json.Marshal(fact)
	if err != nil {
		return "", nil, fmt.Errorf("fact %s: %w", name, err)
	}
	if body, err = Canonicalize(raw); err != nil {
		return "", nil, fmt.Errorf("fact %s: %w", name, err)
	}
	return name, body, nil
}

// Names lists every fact, sorted: what the corpus of examples must cover.
func (r *Registry) Names() []string { return slices.Sorted(maps.Keys(r.decoders)) }

func decodeAs[T any](body []byte) (any, error) {
	var v T
	err := decode(body, &v)
	return v, err
}

// decode is strict: a field that the type does not know would be lost on replay, so it is an error.
func decode(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("data after the body")
	}
	return nil
}
