package packs

import (
	"io/fs"

	"tocsin/internal/domain/policy"
)

// LoadFrom reads the pack in folder dir of files. A pack that it extends is looked for beside it and then among the
// built-in ones, so that an operator's pack needs no copy of a state's.
func LoadFrom(files fs.FS, dir string) (*policy.Pack, error) {
	return policy.Load(files, dir, func(id string) (*policy.Pack, error) {
		if _, err := fs.Stat(files, id+"/pack.yaml"); err == nil && id != dir {
			return LoadFrom(files, id)
		}
		return Load(id)
	})
}
