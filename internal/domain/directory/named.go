package directory

import "strings"

// AssetIDs answers the ids of assets by id and by name, in small letters; of names that several have, nothing.
func (s *Snapshot) AssetIDs() map[string]string {
	out := map[string]string{}
	for id, a := range s.assets {
		name(out, a.Name, id)
	}
	for id := range s.assets {
		out[strings.ToLower(id)] = id
	}
	return out
}

// PersonIDs answers the ids of people by id, name and address, in small letters; of names that several have, nothing.
func (s *Snapshot) PersonIDs() map[string]string {
	out := map[string]string{}
	for id, p := range s.people {
		name(out, p.Name, id)
	}
	for id, p := range s.people {
		out[strings.ToLower(id)] = id
		if p.Email != "" {
			out[strings.ToLower(p.Email)] = id
		}
	}
	return out
}

// name notes whose a name is, or that it is nobody's alone.
func name(of map[string]string, name, id string) {
	key := strings.ToLower(strings.TrimSpace(name))
	if other, taken := of[key]; taken && other != id {
		of[key] = ""
		return
	}
	of[key] = id
}
