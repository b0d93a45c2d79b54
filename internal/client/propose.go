package client

import (
	"context"
	"encoding/json"
	"net/url"
	"unicode/utf8"

	"tocsin/internal/domain/policy"
)

// PackPreview is what a server says that a proposed version of a pack would change.
type PackPreview struct {
	Version string          `json:"version"`
	Refusal string          `json:"refusal"`
	Changes []policy.Change `json:"changes"`
	Past    struct {
		Looked  int               `json:"looked_at"`
		Effects []json.RawMessage `json:"incidents"`
	} `json:"past"`
}

// Propose proposes a version of a pack, and answers its address and what it would change if it came into force at once. Nothing
// comes into force by that.
func (c *Client) Propose(ctx context.Context, pack string, files policy.Files) (address string, v PackPreview, err error) {
	type file struct {
		Name string `json:"name"`
		Text string `json:"text"`
	}
	var in struct {
		Files []file `json:"files"`
	}
	for name, data := range files {
		if !utf8.Valid(data) {
			return "", v, &Problem{Status: 422, Detail: name + " is no text in UTF-8."}
		}
		in.Files = append(in.Files, file{name, string(data)})
	}
	body, err := json.Marshal(in)
	if err != nil {
		return "", v, err
	}
	at := "policy/" + url.PathEscape(pack) + "/proposals"
	var made struct {
		Proposal string `json:"proposal"`
	}
	if err := c.read(ctx, "POST", at, body, &made); err != nil {
		return "", v, err
	}
	at += "/" + url.PathEscape(made.Proposal)
	return c.base.String() + "/" + at, v, c.read(ctx, "GET", at, nil, &v)
}
