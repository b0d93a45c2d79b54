package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"tocsin/internal/app"
	"tocsin/internal/domain/policy"
	"tocsin/packs"
)

// shelf holds the packs in use: the built-in ones, and an operator's own folder of packs over them. A pack is read when it
// is first asked for.
type shelf struct {
	dir string
	mu  sync.Mutex
	got map[string]*policy.Pack

	built map[string]func() (*policy.Pack, error) // built-in packs that are being read already
}

func newShelf(dir string) *shelf { return &shelf{dir: dir, got: map[string]*policy.Pack{}} }

// begin reads the built-in packs that are in use while the caller opens the record: either takes a quarter of a start.
func (s *shelf) begin() {
	s.built = map[string]func() (*policy.Pack, error){}
	for _, id := range s.ids() {
		read := sync.OnceValues(func() (*policy.Pack, error) { return packs.Load(id) })
		s.built[id] = read
		go read()
	}
}

// load reads a pack, an operator's own before a built-in one of the same id.
func (s *shelf) load(id string) (*policy.Pack, error) {
	s.mu.Lock()
	p, ok := s.got[id]
	s.mu.Unlock()
	if ok {
		return p, nil
	}
	p, err := s.read(id)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got[id] = p
	return p, nil
}

func (s *shelf) read(id string) (*policy.Pack, error) {
	if strings.ContainsAny(id, `/\.`) || id == "" {
		return nil, fmt.Errorf("%q is no pack id", id)
	}
	if s.dir != "" {
		if info, err := os.Stat(s.dir + "/" + id); err == nil && info.IsDir() {
			return policy.Load(os.DirFS(s.dir), id, s.load)
		}
	}
	if built := s.built[id]; built != nil {
		return built()
	}
	return packs.Load(id)
}

// For answers a pack that is in use.
func (s *shelf) For(id string) (*policy.Pack, bool) {
	p, err := s.load(id)
	return p, err == nil
}

var _ app.Packs = (*shelf)(nil).For

// ids lists the packs whose emergency contacts are shown while no directory says which are in use.
func (s *shelf) ids() []string {
	return slices.DeleteFunc(packs.IDs(), func(id string) bool { return strings.HasPrefix(id, "example-") })
}
