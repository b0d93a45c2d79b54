package page

import (
	"context"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/policy"
)

// Directory answers who exists, as far as the actor may see it.
type Directory interface {
	DirectoryTree(ctx context.Context, by access.Actor, search string) (app.DirectoryTree, error)
	EntityPage(ctx context.Context, by access.Actor, id string) (app.EntityPage, error)
	PersonPage(ctx context.Context, by access.Actor, id string) (app.PersonPage, error)
	AuthorityPage(ctx context.Context, by access.Actor, id string) (app.AuthorityPage, error)
	DirectoryHistory(ctx context.Context, by access.Actor) ([]directory.Edit, error)
	Leaving(ctx context.Context, by access.Actor, id string) (app.Leaving, error)
}

// Editing changes entries of the directory and tries its channels.
type Editing interface {
	EntryForm(ctx context.Context, by access.Actor, kind, id string) (app.EntryForm, error)
	SaveEntry(ctx context.Context, by access.Actor, e app.EntryEdit) error
	MarkGone(ctx context.Context, by access.Actor, id, shown string) error
	SendTest(ctx context.Context, by access.Actor, authority, channel string) error
}

// Tables carries the directory in and out as files.
type Tables interface {
	PreviewImport(ctx context.Context, by access.Actor, files app.ImportFiles) (app.ImportPreview, error)
	ApplyImport(ctx context.Context, by access.Actor, files app.ImportFiles, previewed string) (changed int, err error)
	ExportDirectory(ctx context.Context, by access.Actor, table string) ([]byte, error)
}

// Plant answers how the installation stands, for who operates it.
type Plant interface {
	Operations(ctx context.Context, by access.Actor) (app.Operations, error)
}

// Policy answers the packs in force, and what one of them makes of facts.
type Policy interface {
	PolicyPacks(ctx context.Context, by access.Actor) ([]app.PackView, error)
	PolicyPack(ctx context.Context, by access.Actor, id string) (app.PackView, error)
	TryPolicy(ctx context.Context, by access.Actor, id string, facts []byte) (app.Trial, error)
}

// Versions answers which version of a pack was in force when, and takes back one that waits.
type Versions interface {
	PolicyHistory(ctx context.Context, by access.Actor, id string) (app.PackHistory, error)
	PolicyVersion(ctx context.Context, by access.Actor, id, digest string) (app.PackVersion, error)
	PolicyFiles(ctx context.Context, by access.Actor, id, digest string) (name string, archive []byte, err error)
	WithdrawPack(ctx context.Context, by access.Actor, id, digest, reason string) error
}

// Proposals takes new versions of packs, says what they would change, and puts them into force.
type Proposals interface {
	ProposePack(ctx context.Context, by access.Actor, id string, files []policy.Upload) (proposal string, err error)
	ProposeAgain(ctx context.Context, by access.Actor, id, digest string) (proposal string, err error)
	PreviewPack(ctx context.Context, by access.Actor, id, proposal, from string) (app.PolicyPreview, error)
	EnactPack(ctx context.Context, by access.Actor, id, proposal, from, reason string) error
	DiscardProposal(ctx context.Context, by access.Actor, id, proposal string) error
}
