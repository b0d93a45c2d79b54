// Package policy has the routes of packs in force and proposed.
package policy

import (
	"time"
	"unicode/utf8"

	"tocsin/internal/api/serve"
	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

// Routes are how the rules are read, and how a version of them comes into force.
func Routes() []serve.Route {
	const (
		pack     = "/api/v1/policy/{pack}"
		version  = pack + "/versions/{digest}"
		proposal = pack + "/proposals/{id}"
	)
	return []serve.Route{
		serve.Ask("/api/v1/policy", "packs", access.Read, "The packs in force", packsInForce),
		serve.Ask(pack+"/versions", "versions", access.Read, "Which version of a pack was in force when, newest first", packVersions),
		serve.Ask(version, "version", access.Read, "One version of a pack: its files, and what it changed", packVersion),
		serve.Do(version+"/withdraw", "withdraw", access.Enact, "Take back a version before its date",
			func(c serve.Call, at VersionPath, v serve.ReasonInput) error {
				return c.App.WithdrawPack(c, c.By, at.Pack, at.Digest, v.Reason)
			}),
		serve.Submit(201, "log", pack+"/proposals", "propose", access.Operate, "Propose a new version: it is checked and its cases are run", propose),
		serve.Ask(proposal, "preview-pack", access.Operate, "What a proposed version would change, in words and on incidents of the past", previewPack),
		serve.Do(proposal+"/enact", "enact", access.Enact, "Put a proposed version into force",
			func(c serve.Call, at ProposalPath, v enacted) error {
				return c.App.EnactPack(c, c.By, at.Pack, at.ID, v.From, v.Reason)
			}),
		serve.Do(proposal+"/discard", "discard-proposal", access.Operate, "Discard a proposal",
			func(c serve.Call, at ProposalPath, _ serve.Nothing) error {
				return c.App.DiscardProposal(c, c.By, at.Pack, at.ID)
			}).Logged(),
	}
}

type (
	packFiles struct {
		Files []packFile `json:"files" required:"true" maxItems:"64" doc:"All files of the pack as it is to be."`
	}
	packFile struct {
		Name string `json:"name" required:"true" maxLength:"200" doc:"pack.yaml, another *.yaml beside it, or *.txtar for cases."`
		Text string `json:"text" required:"true" maxLength:"262144" doc:"Content of the file."`
	}
	enacted struct {
		From   string `json:"from,omitempty" maxLength:"10" doc:"Day from whose beginning it is in force, in the zone of the pack's calendar, as YYYY-MM-DD. Left out: at once."`
		Reason string `json:"reason" required:"true" maxLength:"20000" doc:"On whose decision, and why."`
	}
)

// PackPath names a pack in a path.
type PackPath struct {
	Pack string `path:"pack" maxLength:"128" doc:"Id of the pack."`
}

// VersionPath names a version of a pack in a path.
type VersionPath struct {
	PackPath
	Digest string `path:"digest" maxLength:"64" doc:"Digest of the version."`
}

// ProposalPath names a proposal in a path.
type ProposalPath struct {
	PackPath
	ID string `path:"id" maxLength:"64" doc:"Id of the proposal."`
}

type previewPath struct {
	ProposalPath
	From string `query:"from" maxLength:"10" doc:"Day from which it would be in force, as YYYY-MM-DD. Left out: at once."`
}

// PackInForce is a pack in force.
type PackInForce struct {
	ID           string           `json:"pack"`
	Title        string           `json:"title"`
	Jurisdiction string           `json:"jurisdiction"`
	Version      string           `json:"version"`
	Digest       string           `json:"digest"`
	Entities     []string         `json:"entities" doc:"Names of the entities that it is set for."`
	Since        *time.Time       `json:"since,omitempty" doc:"Since when this version is in force; left out for the one that the installation came with."`
	Next         *app.VersionLine `json:"next,omitempty" doc:"The version that waits to come into force."`
}

// PackList is the packs in force.
type PackList struct {
	Packs []PackInForce `json:"packs"`
}

// VersionList is the versions of a pack, newest first.
type VersionList struct {
	Versions  []app.VersionLine  `json:"versions"`
	Proposals []app.ProposalLine `json:"proposals" doc:"For those who may make one."`
}

// PackVersion is one version of a pack.
type PackVersion struct {
	app.VersionLine
	Pack    string            `json:"pack"`
	Title   string            `json:"title"`
	Before  string            `json:"before,omitempty" doc:"Digest of the version that it replaced."`
	Changes []policy.Change   `json:"changes"`
	Files   map[string]string `json:"files" doc:"Content by path inside the pack's folder."`
}

// Proposed names a proposal.
type Proposed struct {
	ID string `json:"proposal"`
}

// PackPreview is what a proposed version would change.
type PackPreview struct {
	Pack     string           `json:"pack"`
	Version  string           `json:"version"`
	Proposal app.ProposalLine `json:"proposal"`
	Against  app.VersionLine  `json:"against"`
	From     time.Time        `json:"from"`
	Refusal  string           `json:"refusal,omitempty" doc:"Why it cannot be put into force so."`
	Changes  []policy.Change  `json:"changes"`
	Past     app.PastEffects  `json:"past"`
}

func packsInForce(c serve.Call, _ serve.Nothing) (out PackList, err error) {
	all, err := c.App.PolicyPacks(c, c.By)
	for _, v := range all {
		out.Packs = append(out.Packs, PackInForce{ID: v.ID, Title: v.Title, Jurisdiction: v.Jurisdiction, Version: v.Version, Digest: v.Digest,
			Entities: v.Roots, Since: v.Since, Next: v.Next})
	}
	return out, err
}

func packVersions(c serve.Call, at PackPath) (VersionList, error) {
	h, err := c.App.PolicyHistory(c, c.By, at.Pack)
	return VersionList{h.Versions, h.Proposals}, err
}

func packVersion(c serve.Call, at VersionPath) (PackVersion, error) {
	v, err := c.App.PolicyVersion(c, c.By, at.Pack, at.Digest)
	if err != nil {
		return PackVersion{}, err
	}
	out := PackVersion{VersionLine: v.Line, Pack: v.Pack.ID, Title: v.Pack.Title, Before: v.Before, Changes: v.Changes,
		Files: map[string]string{}}
	for name, data := range v.Pack.Files() {
		out.Files[name] = string(data)
	}
	return out, nil
}

func propose(c serve.Call, at PackPath, v packFiles) (Proposed, error) {
	var files []policy.Upload
	for _, f := range v.Files {
		if !utf8.ValidString(f.Text) {
			return Proposed{}, fault.Invalid("files", "A file is no text.", "Send it in UTF-8.")
		}
		files = append(files, policy.Upload{Name: f.Name, Data: []byte(f.Text)})
	}
	id, err := c.App.ProposePack(c, c.By, at.Pack, files)
	return Proposed{id}, err
}

func previewPack(c serve.Call, at previewPath) (PackPreview, error) {
	v, err := c.App.PreviewPack(c, c.By, at.Pack, at.ID, at.From)
	if err != nil {
		return PackPreview{}, err
	}
	return PackPreview{Pack: v.Pack.ID, Version: v.Pack.Version, Proposal: v.Proposal, Against: v.Against, From: v.From, Refusal: v.Refusal,
		Changes: v.Changes, Past: v.Past}, nil
}
