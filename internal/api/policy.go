package api

import (
	"context"
	"time"
	"unicode/utf8"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/policy"
)

// Policy answers which version of which pack is or was in force.
type Policy interface {
	PolicyPacks(ctx context.Context, by access.Actor) ([]app.PackView, error)
	PolicyHistory(ctx context.Context, by access.Actor, id string) (app.PackHistory, error)
	PolicyVersion(ctx context.Context, by access.Actor, id, digest string) (app.PackVersion, error)
}

// Proposals takes new versions of packs, says what they would change, and puts them into force.
type Proposals interface {
	ProposePack(ctx context.Context, by access.Actor, id string, files []policy.Upload) (proposal string, err error)
	PreviewPack(ctx context.Context, by access.Actor, id, proposal, from string) (app.PolicyPreview, error)
	EnactPack(ctx context.Context, by access.Actor, id, proposal, from, reason string) error
	DiscardProposal(ctx context.Context, by access.Actor, id, proposal string) error
	WithdrawPack(ctx context.Context, by access.Actor, id, digest, reason string) error
}

const (
	onePack     = "/api/v1/policy/{pack}"
	oneProposal = onePack + "/proposals/{id}"
)

// policyRoutes are how the rules are read, and how a version of them comes into force.
func policyRoutes() []route {
	return []route{
		{Route{get, "/api/v1/policy", access.Read, "list", "log"}, "packs", "The packs in force", 200, noBody, nil, with((*server).packs)},
		{Route{get, onePack + "/versions", access.Read, "pack", "log"}, "versions", "Which version of a pack was in force when, newest first", 200, noBody, nil, with((*server).versions)},
		{Route{get, onePack + "/versions/{digest}", access.Read, "pack", "log"}, "version", "One version of a pack: its files, and what it changed", 200, noBody, nil, with((*server).version)},
		{Route{post, onePack + "/proposals", access.Operate, "pack", "log"}, "propose", "Propose a new version: it is checked and its cases are run", 201, needsBody, of[packFiles], with((*server).propose)},
		{Route{get, oneProposal, access.Operate, "pack", "log"}, "preview-pack", "What a proposed version would change, in words and on incidents of the past", 200, noBody, nil, with((*server).previewPack)},
		{Route{post, oneProposal + "/enact", access.Enact, "pack", "fact"}, "enact", "Put a proposed version into force", 204, needsBody, of[enacted], with((*server).enact)},
		{Route{post, oneProposal + "/discard", access.Operate, "pack", "log"}, "discard-proposal", "Discard a proposal", 204, emptyBody, nil, with((*server).discard)},
		{Route{post, onePack + "/versions/{digest}/withdraw", access.Enact, "pack", "fact"}, "withdraw", "Take back a version before its date", 204, needsBody, of[reason], with((*server).withdraw)},
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

type (
	previewPackIn struct {
		ProposalPath
		From string `query:"from" maxLength:"10" doc:"Day from which it would be in force, as YYYY-MM-DD. Left out: at once."`
	}
	proposeIn struct {
		PackPath
		Body body[packFiles]
	}
	enactIn struct {
		ProposalPath
		Body body[enacted]
	}
	withdrawIn struct {
		VersionPath
		Body body[reason]
	}
)

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

func (s *server) packs(ctx context.Context, _ *nothing) (*reply[PackList], error) {
	all, err := s.Policy.PolicyPacks(ctx, actorOf(ctx))
	var out PackList
	for _, v := range all {
		out.Packs = append(out.Packs, PackInForce{ID: v.ID, Title: v.Title, Jurisdiction: v.Jurisdiction, Version: v.Version, Digest: v.Digest, Entities: v.Roots, Since: v.Since, Next: v.Next})
	}
	return &reply[PackList]{out}, err
}

func (s *server) versions(ctx context.Context, in *PackPath) (*reply[VersionList], error) {
	h, err := s.Policy.PolicyHistory(ctx, actorOf(ctx), in.Pack)
	return &reply[VersionList]{VersionList{h.Versions, h.Proposals}}, err
}

func (s *server) version(ctx context.Context, in *VersionPath) (*reply[PackVersion], error) {
	v, err := s.Policy.PolicyVersion(ctx, actorOf(ctx), in.Pack, in.Digest)
	if err != nil {
		return nil, err
	}
	out := PackVersion{VersionLine: v.Line, Pack: v.Pack.ID, Title: v.Pack.Title, Before: v.Before, Changes: v.Changes, Files: map[string]string{}}
	for name, data := range v.Pack.Files() {
		out.Files[name] = string(data)
	}
	return &reply[PackVersion]{out}, nil
}

func (s *server) propose(ctx context.Context, in *proposeIn) (*reply[Proposed], error) {
	var files []policy.Upload
	for _, f := range in.Body.Value.Files {
		if !utf8.ValidString(f.Text) {
			return nil, fault.Invalid("files", "A file is no text.", "Send it in UTF-8.")
		}
		files = append(files, policy.Upload{Name: f.Name, Data: []byte(f.Text)})
	}
	id, err := s.Proposals.ProposePack(ctx, actorOf(ctx), in.Pack, files)
	return &reply[Proposed]{Proposed{id}}, err
}

func (s *server) previewPack(ctx context.Context, in *previewPackIn) (*reply[PackPreview], error) {
	v, err := s.Proposals.PreviewPack(ctx, actorOf(ctx), in.Pack, in.ID, in.From)
	if err != nil {
		return nil, err
	}
	return &reply[PackPreview]{PackPreview{Pack: v.Pack.ID, Version: v.Pack.Version, Proposal: v.Proposal, Against: v.Against, From: v.From, Refusal: v.Refusal,
		Changes: v.Changes, Past: v.Past}}, nil
}

func (s *server) enact(ctx context.Context, in *enactIn) (*nothing, error) {
	return done, s.Proposals.EnactPack(ctx, actorOf(ctx), in.Pack, in.ID, in.Body.Value.From, in.Body.Value.Reason)
}

func (s *server) discard(ctx context.Context, in *ProposalPath) (*nothing, error) {
	return done, s.Proposals.DiscardProposal(ctx, actorOf(ctx), in.Pack, in.ID)
}

func (s *server) withdraw(ctx context.Context, in *withdrawIn) (*nothing, error) {
	return done, s.Proposals.WithdrawPack(ctx, actorOf(ctx), in.Pack, in.Digest, in.Body.Value.Reason)
}
