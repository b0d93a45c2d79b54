// Package demo is the demonstration: an invented directory of two jurisdictions, a key for each of its people, and the
// loader that files real incidents from public data through the API. Nothing in it is used outside demonstration mode.
package demo

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
)

//go:embed directory.json
var directoryJSON []byte

// Directory is the demonstration's directory.
func Directory() (directory.Import, error) {
	var in directory.Import
	err := json.Unmarshal(directoryJSON, &in)
	return in, err
}

// marker is the file that says a data folder belongs to the demonstration.
const marker = "demo.json"

// ErrRealData says that a folder holds a record that the demonstration did not make.
var ErrRealData = errors.New("this folder holds a record that is not a demonstration; give the demonstration a folder of its own")

// CheckFolder refuses a data folder that holds anything but an earlier demonstration.
func CheckFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || (err == nil && len(entries) == 0) {
		return nil
	}
	if err != nil {
		return err
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == marker || e.Name() == startedMarker }) {
		return nil
	}
	return ErrRealData
}

// startedMarker stands in the folder from before anything else is written, so that a demonstration cut off in its first
// second is known as one.
const startedMarker = "DEMONSTRATION"

// Claim marks a folder as the demonstration's, before anything else is written into it.
func Claim(dir string) error {
	if err := CheckFolder(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, startedMarker), []byte(
		"This folder holds a demonstration of Tocsin. Nothing in it is real.\n"), 0o600)
}

// File is what demo.json says.
type File struct {
	Address string   `json:"address"`
	People  []Person `json:"people"`
}

// Person is one person of the demonstration with the key to the API.
type Person struct {
	ID        string           `json:"id"`
	Name      string           `json:"name"`
	Email     string           `json:"email"`
	Entity    string           `json:"entity"`
	Authority string           `json:"authority,omitempty"`
	Roles     []directory.Role `json:"roles"`
	Key       string           `json:"api_key"`
}

// Seed fills an empty record with the demonstration's directory, gives each person a key, and writes demo.json. A record that
// has a directory keeps it; keys of an earlier run stay good.
func Seed(ctx context.Context, a *app.App, dir, address string) (File, error) {
	path := filepath.Join(dir, marker)
	if f, err := readFile(path); err == nil {
		f.Address = address
		return f, writeFile(path, f)
	}
	in, err := Directory()
	if err != nil {
		return File{}, err
	}
	if err := a.ImportDirectory(ctx, access.System("demonstration"), in); err != nil {
		return File{}, fmt.Errorf("demonstration directory: %w", err)
	}
	f := File{Address: address}
	for _, p := range in.People {
		key, err := a.NewKey(ctx, p.ID, "demonstration", nil, time.Time{})
		if err != nil {
			return File{}, err
		}
		d := Person{ID: p.ID, Name: p.Name, Email: p.Email, Entity: p.Entity, Key: key}
		for _, r := range p.Roles {
			d.Roles = append(d.Roles, r.Role)
			d.Authority += r.Authority
		}
		f.People = append(f.People, d)
	}
	if err := staff(ctx, a, f.People); err != nil {
		return File{}, fmt.Errorf("demonstration teams: %w", err)
	}
	return f, writeFile(path, f)
}

// staff names the response team of each state, from those who hold its offices.
func staff(ctx context.Context, a *app.App, people []Person) error {
	at := func(entity string, role directory.Role) (ids []string) {
		for _, p := range people {
			if p.Entity == entity && slices.Contains(p.Roles, role) {
				ids = append(ids, p.ID)
			}
		}
		return ids
	}
	for _, p := range people {
		if !slices.Contains(p.Roles, directory.IRCoordinator) {
			continue
		}
		by, err := a.ActorForKey(ctx, p.Key)
		if err != nil {
			return err
		}
		for _, role := range []directory.Role{directory.IRCoordinator, directory.IRLead, directory.IRAnalyst, directory.Forensics,
			directory.Legal, directory.HumanResources, directory.Communications} {
			for _, member := range at(p.Entity, role) {
				if err := a.AddTeamMember(ctx, by, p.Entity, placeOf(member, role, at(p.Entity, deputies[role]), a.Now().Year())); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// deputies says whose office stands in for another.
var deputies = map[directory.Role]directory.Role{directory.IRCoordinator: directory.CISO, directory.IRLead: directory.IRAnalyst}

// placeOf is somebody's place in the team; the laboratory has a contract from this year to the next.
func placeOf(member string, role directory.Role, deputies []string, year int) app.PlaceRequest {
	r := app.PlaceRequest{Person: member, Role: string(role), Untold: true}
	if len(deputies) > 0 {
		r.Deputy = deputies[0]
	}
	if role == directory.Forensics {
		r.Retainer = &app.Retainer{Provider: "Harbor Forensics (demonstration)", Contract: "DEMO-4711", Telephone: "+1 617 555 0142",
			From: fmt.Sprintf("%d-01-01", year), Until: fmt.Sprintf("%d-12-31", year+1)}
	}
	return r
}

func readFile(path string) (File, error) {
	var f File
	b, err := os.ReadFile(path)
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal(b, &f)
}

// writeFile writes demo.json whole or not at all: who reads it never sees half of it.
func writeFile(path string, f File) error {
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(b, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
