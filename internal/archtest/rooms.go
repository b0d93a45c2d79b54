package archtest

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// rooms lists, for each floor that has rooms, its rooms from the bottom up. A room imports only rooms of its floor that stand before it;
// the kernel comes first and imports none. The floor's own package wires them and may import all. A room within a room ("act/words") is a
// room of its own.
var rooms = map[string][]string{
	"internal/app": {"act", "act/words", "filing", "identity", "identity/credentials", "identity/enrollment", "directory",
		"identity/provisioning",
		"policy", "incidents", "incidents/lists", "investigation", "communication", "team", "response/containment",
		"response", "review", "delivery",
		"operations"},
	"internal/store": {"engine", "streams", "sequence", "delivery", "filing", "directory", "identity", "policy", "incidents", "investigation", "team",
		"review", "operations", "check"},
	"internal/api": {"serve", "filing", "directory", "incidents", "response", "investigation", "communication", "review", "team", "policy", "scim"},
	"internal/web": {"page", "filing", "incidents", "investigation", "communication", "response", "review", "team", "identity", "directory", "policy",
		"operations"},
}

// Rooms reports every import between rooms of a floor that does not go down, and rooms that nobody ranked.
func Rooms(t *Tree) []Problem {
	var out []Problem
	for _, f := range t.Files {
		floor, room := roomOf(f.Dir)
		if room == "" || f.Test {
			continue
		}
		rank := slices.Index(rooms[floor], room)
		if rank < 0 {
			out = append(out, t.problem(f, f.AST.Name.Pos(), "room %s of %s has no rank; give it one in internal/archtest/rooms.go", room, floor))
			continue
		}
		for _, imp := range f.AST.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			dir, ours := strings.CutPrefix(name, Module+"/")
			other, to := roomOf(dir)
			switch {
			case !ours || other != floor && dir != floor:
			case dir == floor:
				out = append(out, t.problem(f, imp.Pos(), "may not import %s: a room does not know what wires it", name))
			case to != room && slices.Index(rooms[floor], to) >= rank:
				out = append(out, t.problem(f, imp.Pos(), "may not import %s: room %s stands below %s", name, room, to))
			}
		}
	}
	return out
}

// roomOf returns the floor and the room of a folder; the room is empty for the floor itself and for folders that are on no such floor.
func roomOf(dir string) (floor, room string) {
	for d := dir; d != "." && d != "/"; d = path.Dir(d) {
		if rooms[d] != nil {
			return d, strings.TrimPrefix(strings.TrimPrefix(dir, d), "/")
		}
	}
	return "", ""
}
