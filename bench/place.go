package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"tocsin/internal/demo"
)

// place is a record: its folder, and its database where it is in PostgreSQL.
type place struct {
	engine   string
	dir      string
	database string
	cluster  *cluster
	keys     map[string]string // API keys by person
}

// filers are who files: an officer of each entity, so that no one key meets its rate limit.
var filers = []string{"ca-dmv-iso", "ca-caltrans-iso", "ca-dhcs-iso", "ca-cdph-iso", "ca-ftb-iso",
	"ma-rmv-iso", "ma-dph-iso", "ma-dta-iso", "ma-dor-iso"}

// readers see a lot: all of one state by the tree, all that was sent to one authority, and one entity.
var readers = []string{"ca-coordinator", "ca-ois-duty", "ca-dmv-iso"}

func (p *place) dsn() string {
	if p.cluster != nil {
		return p.cluster.dsn(p.database)
	}
	return "sqlite:" + filepath.Join(p.dir, "record.db")
}

// args name the record to the program.
func (p *place) args(more ...string) []string {
	args := append(more, "--data", p.dir)
	if p.cluster != nil {
		args = append(args, "--database", p.dsn())
	}
	return args
}

// build makes the program that is measured from the sources as they stand.
func (b *bench) build(ctx context.Context) error {
	b.bin = filepath.Join(b.dir, "tocsin")
	args := []string{"build", "-trimpath", "-buildvcs=false", "-o", b.bin}
	if b.profile != "" {
		args = append(args, "-tags", "profile")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "./cmd/tocsin")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build (run from the root of the repository): %w\n%s", err, out)
	}
	return nil
}

func (b *bench) tool(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, b.bin, args...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("tocsin %s: %w\n%s%s", args[0], err, out, errs.String())
	}
	return string(out), nil
}

// prepare makes an empty record with the demonstration's directory and keys for its people, by the program's own tools.
func (b *bench) prepare(ctx context.Context, p *place) (*place, error) {
	in, err := demo.Directory()
	if err != nil {
		return nil, err
	}
	doc, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(b.dir, "directory.json")
	if err := os.WriteFile(file, doc, 0o600); err != nil {
		return nil, err
	}
	if _, err := b.tool(ctx, p.args("directory", "import", file)...); err != nil {
		return nil, err
	}
	p.keys = map[string]string{}
	for _, person := range append(append([]string{largeReader}, filers...), readers...) {
		if p.keys[person] != "" {
			continue
		}
		key, err := b.tool(ctx, p.args("key", "add", "--person", person)...)
		if err != nil {
			return nil, err
		}
		p.keys[person] = strings.TrimSpace(key)
	}
	return p, nil
}

// fresh copies a record; done removes the copy.
func (p *place) fresh(ctx context.Context) (q *place, done func(), err error) {
	dir, err := os.MkdirTemp(filepath.Dir(p.dir), p.engine+"-")
	if err != nil {
		return nil, nil, err
	}
	copied := *p
	q = &copied
	q.dir = filepath.Join(dir, "data")
	done = func() { os.RemoveAll(dir) }
	if err := copyFolder(q.dir, p.dir); err != nil {
		done()
		return nil, nil, err
	}
	if p.cluster != nil {
		if q.database, err = p.cluster.copyOf(ctx, p.database); err != nil {
			done()
			return nil, nil, err
		}
		done = func() { p.cluster.drop(q.database); os.RemoveAll(dir) }
	}
	return q, done, nil
}

func copyFolder(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(from, path)
		if err := errors.Join(err, relErr); err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), data, 0o600)
	})
}
