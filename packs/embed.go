// Package packs holds the policy packs that ship with the program, each a folder of YAML files with its cases beside it.
package packs

import (
	"embed"
	"io/fs"

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

// Load reads a built-in pack.
func Load(id string) (*policy.Pack, error) { return policy.Load(Files, id, Load) }
