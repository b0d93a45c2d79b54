package web

import "tocsin/internal/web/page"

type (
	Config       = page.Config
	Ports        = page.Ports
	Afterwards   = page.Afterwards
	Mail         = page.Mail
	Route        = page.Route
	Permission   = page.Permission
	Mailbox      = page.Mailbox
	Accounts     = page.Accounts
	Analyses     = page.Analyses
	Briefing     = page.Briefing
	Compartments = page.Compartments
	Contacts     = page.Contacts
	Containing   = page.Containing
	Corrective   = page.Corrective
	Courses      = page.Courses
	Decisions    = page.Decisions
	Desk         = page.Desk
	Drafts       = page.Drafts
	Filings      = page.Filings
	Glass        = page.Glass
	Handovers    = page.Handovers
	Invitations  = page.Invitations
	Keys         = page.Keys
	Lessons      = page.Lessons
	Links        = page.Links
	Lists        = page.Lists
	Live         = page.Live
	Marking      = page.Marking
	OwnSessions  = page.OwnSessions
	Providers    = page.Providers
	Records      = page.Records
	Remedies     = page.Remedies
	Reporters    = page.Reporters
	Reporting    = page.Reporting
	Resets       = page.Resets
	Responding   = page.Responding
	Sessions     = page.Sessions
	SignIns      = page.SignIns
	Statistics   = page.Statistics
	Tasks        = page.Tasks
	Tips         = page.Tips
	Tooling      = page.Tooling
	Tracks       = page.Tracks
	Updating     = page.Updating
)

const (
	Anyone   = page.Anyone
	SignedIn = page.SignedIn
	LinkHeld = page.LinkHeld
)

var (
	PortsOf   = page.PortsOf
	Streaming = page.Streaming
)
