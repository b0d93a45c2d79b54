// Package packs holds the policy packs that ship with the program, each a folder of YAML files with its cases beside it.
package packs

import (
	"embed"
	"errors"
	"io/fs"
	"sync"

	"tocsin/internal/domain/policy"
)

// Files holds the built-in packs, one folder each.
//
//go:embed us-ca us-ma example-us-ca-matrix
var Files embed.FS

// IDs lists the built-in packs.
func IDs() []string {
	entries, err := fs.ReadDir(Files, ".")
	if err != nil { // an embedded folder is always there
		panic(err)
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() {
			ids = append(ids, e.Name())
		}
	}
	return ids
}

// LoadAll reads several built-in packs at the same time, which matters for how soon a program is ready.
func LoadAll(ids ...string) (map[string]*policy.Pack, error) {
	loaded, errs := make([]*policy.Pack, len(ids)), make([]error, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() { loaded[i], errs[i] = Load(id) })
	}
	wg.Wait()
	out := make(map[string]*policy.Pack, len(ids))
	for i, id := range ids {
		out[id] = loaded[i]
	}
	return out, errors.Join(errs...)
}

// Load reads a built-in pack.
func Load(id string) (*policy.Pack, error) { return policy.Load(Files, id, Load) }
