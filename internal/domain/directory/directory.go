// Package directory holds who exists: entities in their tree, people with their roles, authorities with their
// channels, and assets with ratings and information owners. It is reference data: an immutable Snapshot that
// decisions take as an argument.
package directory

import "time"

// Role is an office a person holds at an entity or an authority. The names are those of the two source documents.
type Role string

// The roles. CA step 1 names CIO, ISO and assigned reporter; MA 6.3.1 and 6.3.2 name the response team; MA 6.5.1 names who is told.
const (
	DesignatedReporter Role = "designated_reporter"
	ISO                Role = "iso"
	CIO                Role = "cio"
	CISO               Role = "ciso"
	AgencyHead         Role = "agency_head"
	IRCoordinator      Role = "ir_coordinator"
	IRLead             Role = "ir_lead"
	IRAnalyst          Role = "ir_analyst"
	Forensics          Role = "forensics"
	Legal              Role = "legal"
	HumanResources     Role = "human_resources"
	Communications     Role = "communications"
	SOCAnalyst         Role = "soc_analyst"
	HelpDesk           Role = "help_desk"
	TechnicalSupport   Role = "technical_support"
	InformationOwner   Role = "information_owner"
	RiskGovernance     Role = "risk_governance_committee"
	AuthorityOfficer   Role = "authority_officer" // duty officer or investigator of an authority
	Auditor            Role = "auditor"
	Administrator      Role = "administrator"
)

// Roles lists every role once, in the order pages show them.
var Roles = []Role{DesignatedReporter, ISO, CIO, CISO, AgencyHead, IRCoordinator, IRLead, IRAnalyst, Forensics, Legal,
	HumanResources, Communications, SOCAnalyst, HelpDesk, TechnicalSupport, InformationOwner, RiskGovernance,
	AuthorityOfficer, Auditor, Administrator}

// Entity is a reporting organisation. Entities form a tree through Parent.
type Entity struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Parent  string `json:"parent,omitempty"` // empty for the root of a jurisdiction
	Pack    string `json:"pack,omitempty"`   // id of the pack in force; inherited from the parent where empty
	Address string `json:"address,omitempty"`
	OrgCode string `json:"org_code,omitempty"` // organisation code, where the jurisdiction has one
}

// Assignment says that a person holds a role at an entity (its ID) or, for AuthorityOfficer, at an authority.
type Assignment struct {
	Role      Role   `json:"role"`
	Entity    string `json:"entity,omitempty"`
	Authority string `json:"authority,omitempty"`
}

// Person is someone who may act or be told.
type Person struct {
	ID     string       `json:"id"`
	Name   string       `json:"name"`
	Email  string       `json:"email"`
	Phones []string     `json:"phones,omitempty"`
	Entity string       `json:"entity,omitempty"` // where they work; shown beside the name
	Title  string       `json:"title,omitempty"`  // what they are called: "Information Security Officer"
	Roles  []Assignment `json:"roles"`
	// Gone marks someone who has left: they keep their past acts and get nothing new.
	Gone bool `json:"gone,omitempty"`
	// Links are the accounts at identity providers that this person signs in with.
	Links []Link `json:"links,omitempty"`
}

// Link ties a person to an account at an identity provider. Issuer and subject together name it; they are never guessed
// from an e-mail address.
type Link struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
	// Granted are the roles that the groups of this account gave when they were last seen. They are among the person's
	// roles, and go when the groups no longer give them.
	Granted []Assignment `json:"granted,omitempty"`
	// Provisioned says that the provider keeps this person up to date itself (SCIM): what a sign-in says of groups does not count then.
	Provisioned bool `json:"provisioned,omitempty"`
}

// Provisioned is a person or group as another system keeps it here.
type Provisioned struct {
	Kind       string   // User or Group
	ID         string   // of a User the person's id
	Name       string   // unique in its kind, whatever its case
	Doc        []byte   // the rest of it, JSON
	Members    []string // of a Group: ids of Users
	Version    int64
	CreatedAt  time.Time
	ModifiedAt time.Time
}

// Authority is who must be told: security office, highway patrol computer crimes unit, Attorney General. Packs name
// authorities by ID; the directory says how each is reached here.
type Authority struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`             // the mailbox that receives statutory notices
	Webhook string `json:"webhook,omitempty"` // https URL that also receives them
	// WebhookSecret signs webhook deliveries in the Standard Webhooks form ("whsec_…").
	WebhookSecret string `json:"webhook_secret,omitempty"`
	Phone         string `json:"phone,omitempty"`
}

// Asset is an information asset with its risk rating (MA 6.5.1: Critical, High, Medium, Low) and owner.
type Asset struct {
	ID     string `json:"id"`
	Entity string `json:"entity"`
	Name   string `json:"name"`
	Rating string `json:"rating"` // critical, high, medium, low
	Owner  string `json:"owner"`  // person ID of the information owner
}
