package page

import (
	"context"
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/policy"
)

// Desk answers what one person's home page shows.
type Desk interface {
	Owed(ctx context.Context, by access.Actor, limit int) (app.OwedList, error)
	Changes(ctx context.Context, by access.Actor) (app.ChangeList, error)
	MarkSeen(ctx context.Context, by access.Actor, through time.Time) error
	Picture(ctx context.Context, by access.Actor, zone *time.Location) (v app.PictureView, found bool, err error)
}

// Lists keeps what a person needs to find incidents again.
type Lists interface {
	Categories(ctx context.Context, by access.Actor) ([]policy.Term, error)
	SavedViews(ctx context.Context, by access.Actor) ([]incident.SavedView, error)
	SaveView(ctx context.Context, by access.Actor, v incident.SavedView) error
	DropView(ctx context.Context, by access.Actor, name string) error
}
