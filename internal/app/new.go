// Package app wires the rooms of the application over one kernel.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/url"
	"time"

	"tocsin/internal/app/act"
	"tocsin/internal/app/communication"
	"tocsin/internal/app/delivery"
	"tocsin/internal/app/directory"
	"tocsin/internal/app/filing"
	"tocsin/internal/app/identity"
	"tocsin/internal/app/identity/credentials"
	"tocsin/internal/app/identity/enrollment"
	"tocsin/internal/app/identity/provisioning"
	"tocsin/internal/app/incidents"
	"tocsin/internal/app/incidents/lists"
	"tocsin/internal/app/investigation"
	"tocsin/internal/app/operations"
	"tocsin/internal/app/policy"
	"tocsin/internal/app/response"
	"tocsin/internal/app/response/containment"
	"tocsin/internal/app/review"
	"tocsin/internal/app/team"
	"tocsin/internal/domain/access"
	"tocsin/internal/domain/paper"
	packs "tocsin/internal/domain/policy"
)

// Store is every port that one store fills. There are two engines behind it.
type Store interface {
	act.Record
	act.Index
	act.Proofs
	act.Sessions
	act.Keys
	act.Credentials
	act.Codes
	act.Invitations
	act.Attempts
	act.Book
	act.Trails
	act.Watch
	act.Ties
	act.KeyRing
	act.Enactments
	act.Proposals
	communication.SectionStore
	lists.Desk
	lists.Shelf
	filing.Drafts
	filing.Tips
	team.Designations
	team.Teams
	team.Workload
	investigation.Investigations
	provisioning.Provisions
	review.Remedies
	review.Reports
	delivery.Probes
	operations.Queues
	operations.Gauges
}

// Config wires an App: the store, what every room stands on, and what stands outside the store.
type Config struct {
	Store Store
	act.Config

	// Mail sends invitations at once. May be nil: then the link of an invitation is shown once instead.
	Mail act.Mailer
	// Papers makes PDF of documents; nil where none is made.
	Papers func(io.Writer, paper.Doc) error
	// ReadPlaybook reads a CACAO 2.0 playbook; nil where none is read.
	ReadPlaybook func([]byte) (packs.Foreign, error)
	// SharedClock times attempts and codes, the same for all replicas; the database's clock by default.
	SharedClock func(context.Context) (time.Time, error)
	// HashRounds is what trying a password costs; 600,000 by default. Only tests take fewer.
	HashRounds int
	Machine    func() operations.Machine // what this process knows of itself; nil where there is none, as in tools
	Witnesses  []string                  // names of the witnesses of checkpoints, as the operator gave them
}

// On connects what a store fills to one store. What is left for the caller are the packs, the clock, keys and addresses, and whatever
// stands outside the store.
func On(s Store, runCases func(*packs.Pack) []packs.CaseResult) Config {
	return Config{Store: s, Config: act.Config{Record: s, Index: s, Proofs: s, Book: s, Trails: s, Watch: s, Ties: s, KeyRing: s,
		Rulebook: act.RulebookOf(s, runCases)}}
}

// The rooms under the names that App has for them.
type (
	// FilingRoom is the room filing.
	FilingRoom = filing.Room
	// IdentityRoom is the room identity.
	IdentityRoom = identity.Room
	// CredentialsRoom is the room credentials.
	CredentialsRoom = credentials.Room
	// EnrollmentRoom is the room enrollment.
	EnrollmentRoom = enrollment.Room
	// DirectoryRoom is the room directory.
	DirectoryRoom = directory.Room
	// ProvisioningRoom is the room provisioning.
	ProvisioningRoom = provisioning.Room
	// PolicyRoom is the room policy.
	PolicyRoom = policy.Room
	// IncidentsRoom is the room incidents.
	IncidentsRoom = incidents.Room
	// ListsRoom is the room lists.
	ListsRoom = lists.Room
	// InvestigationRoom is the room investigation.
	InvestigationRoom = investigation.Room
	// CommunicationRoom is the room communication.
	CommunicationRoom = communication.Room
	// TeamRoom is the room team.
	TeamRoom = team.Room
	// ContainmentRoom is the room containment.
	ContainmentRoom = containment.Room
	// ResponseRoom is the room response.
	ResponseRoom = response.Room
	// ReviewRoom is the room review.
	ReviewRoom = review.Room
	// DeliveryRoom is the room delivery.
	DeliveryRoom = delivery.Room
	// OperationsRoom is the room operations.
	OperationsRoom = operations.Room
)

// App is the application: its rooms over one kernel. Its methods are safe for concurrent use.
type App struct {
	*act.Kernel
	*FilingRoom
	*IdentityRoom
	*CredentialsRoom
	*EnrollmentRoom
	*DirectoryRoom
	*ProvisioningRoom
	*PolicyRoom
	*IncidentsRoom
	*ListsRoom
	*InvestigationRoom
	*CommunicationRoom
	*TeamRoom
	*ContainmentRoom
	*ResponseRoom
	*ReviewRoom
	*DeliveryRoom
	*OperationsRoom
}

// New checks the configuration and returns the application. The directory is read at first use.
func New(c Config) (*App, error) {
	if c.Store == nil || c.Record == nil || c.Packs == nil || c.Now == nil {
		return nil, errors.New("app: the store, the packs and the clock are required")
	}
	if len(c.LinkKey) < 32 {
		return nil, errors.New("app: the key for mailed links needs 32 bytes")
	}
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" {
		return nil, errors.New("app: the base URL needs a scheme and a host")
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Committed == nil {
		c.Committed = func() {}
	}
	s, k := c.Store, &act.Kernel{Config: c.Config}
	accounts := act.AccountsOf(s)
	a := &App{Kernel: k}
	a.FilingRoom = &filing.Room{Kernel: k, DraftStore: s, TipStore: s}
	a.IdentityRoom = &identity.Room{Kernel: k, Accounts: accounts}
	a.CredentialsRoom, err = credentials.New(k, a.IdentityRoom, accounts, base, c.SharedClock, c.HashRounds)
	if err != nil {
		return nil, err
	}
	a.EnrollmentRoom = &enrollment.Room{Kernel: k, Identity: a.IdentityRoom, Credentials: a.CredentialsRoom, Accounts: accounts, Mail: c.Mail}
	a.DirectoryRoom = &directory.Room{Kernel: k}
	a.ProvisioningRoom = &provisioning.Room{Kernel: k, Provisions: s}
	a.PolicyRoom = policy.New(k)
	a.IncidentsRoom = &incidents.Room{Kernel: k}
	a.ListsRoom = &lists.Room{Kernel: k, Filing: a.FilingRoom, Identity: a.IdentityRoom, Desk: s, Shelf: s}
	a.InvestigationRoom = &investigation.Room{Kernel: k, Investigations: s}
	a.CommunicationRoom = &communication.Room{Kernel: k, Incidents: a.IncidentsRoom, Sections: s, Papers: c.Papers}
	a.TeamRoom = &team.Room{Kernel: k, Lists: a.ListsRoom, Desk: s, Designations: s, Teams: s, Workload: s}
	a.ContainmentRoom = &containment.Room{Kernel: k}
	a.ResponseRoom = &response.Room{Kernel: k, Filing: a.FilingRoom, Teams: s, ReadPlaybook: c.ReadPlaybook}
	a.ReviewRoom = &review.Room{Kernel: k, Incidents: a.IncidentsRoom, Desk: s, Sections: s, Papers: c.Papers, Remedies: s, Reports: s}
	a.DeliveryRoom = &delivery.Room{Kernel: k, Filing: a.FilingRoom, Directory: a.DirectoryRoom, Review: a.ReviewRoom, Team: a.TeamRoom, Probes: s, Designations: s, Teams: s}
	a.OperationsRoom = &operations.Room{Kernel: k, Delivery: a.DeliveryRoom, Probes: s, Queues: s, Gauges: s, Machine: c.Machine, Witnesses: c.Witnesses}
	return a, nil
}

// Incidents lists incidents that the actor may see.
func (a *App) Incidents(ctx context.Context, by access.Actor, q act.ListQuery) (act.IncidentList, error) {
	return a.ListsRoom.Incidents(ctx, by, q)
}

// Team shows the response team of an entity.
func (a *App) Team(ctx context.Context, by access.Actor, entity string) (team.TeamView, error) {
	return a.TeamRoom.Team(ctx, by, entity)
}
