package act

import (
	"context"
	"time"

	"tocsin/internal/domain/access"
	"tocsin/internal/domain/account"
	"tocsin/internal/domain/directory"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/policy"
	"tocsin/internal/ledger"
)

// Record is the one write path and the streams behind it.
type Record interface {
	// Update lets decide say what follows from the state of a stream, and writes that in one durable transaction. When another
	// writer was first it decides again. A decision without drafts writes nothing. It returns the new state.
	Update(ctx context.Context, stream string, decide func(incident.State) (ledger.Decision, error)) (incident.State, error)
	// Create does the same for a stream that is probably new, without loading it first.
	Create(ctx context.Context, stream string, decide func(incident.State) (ledger.Decision, error)) (incident.State, error)
	// History returns the entries of a stream and the facts they hold; both empty for an unknown stream.
	History(ctx context.Context, stream string) ([]ledger.Entry, []incident.Recorded, error)
	// Folded answers the state of a stream and the facts that led to it, as recorded now; both empty for an unknown stream. They
	// are shared with others: the caller changes nothing in them.
	Folded(ctx context.Context, stream string) (incident.State, []incident.Recorded, error)
	// Texts answers contents by hexadecimal digest; a disposed or unknown text is absent.
	Texts(ctx context.Context, digests []string) (map[string][]byte, error)
}

// Index answers questions over all incidents, filtered by what the reader may see.
type Index interface {
	Find(ctx context.Context, number string) (stream string, found bool, err error)
	Request(ctx context.Context, digest string) (stream string, found bool, err error)
	List(ctx context.Context, scope access.Scope, f incident.Filter) ([]incident.Row, error)
	OpenDuties(ctx context.Context, scope access.Scope, limit int) ([]incident.OpenDuty, error)
	// DueStreams lists incidents whose clocks have something to say at now, the longest waiting first.
	DueStreams(ctx context.Context, now time.Time, limit int) ([]string, error)
	// Attempts answers how far the delivery of open messages has come, by message id; those that left the queue are absent.
	Attempts(ctx context.Context, messages []string) (map[string]notify.Queued, error)
}

// Proofs answers for the tree.
type Proofs interface {
	// ReceiptFor makes the receipt of a filing's entry under the latest checkpoint; found is false while the entry is not in
	// the tree yet.
	ReceiptFor(ctx context.Context, e ledger.Entry) (r ledger.Receipt, found bool, err error)
	// Entry answers an entry by its id.
	Entry(ctx context.Context, id string) (ledger.Entry, error)
	// Leaves answers leaf indexes by entry id; entries not yet in the tree are absent.
	Leaves(ctx context.Context, entryIDs []string) (map[string]int64, error)
	// NewestCheckpoint answers the newest signed checkpoint; found is false while there is none.
	NewestCheckpoint(ctx context.Context) (c ledger.Checkpoint, found bool, err error)
}

// Trails is what is kept beside the record: who opened restricted incidents, and each attempt to deliver a message.
type Trails interface {
	// RecordRead keeps a reading; the same person and thing within a minute is kept once.
	RecordRead(ctx context.Context, r incident.Reading) error
	Readings(ctx context.Context, stream string, limit int) ([]incident.Reading, error)
	// Breakings lists uses of the glass at some entities: those not reviewed first, then newest first.
	Breakings(ctx context.Context, entities []string, limit int) ([]incident.BreakingRow, error)
	// DeliveryLog answers every attempt to deliver messages, by message, oldest first.
	DeliveryLog(ctx context.Context, messages []string) (map[string][]ledger.Attempt, error)
}

// Watch says what changes, for readers who wait for it.
type Watch interface {
	// Head is the place of the last change, -1 where there is none.
	Head(ctx context.Context) (int64, error)
	// ChangesAfter lists what changed behind a place, in order.
	ChangesAfter(ctx context.Context, after int64, limit int) ([]incident.Change, error)
	// Objects answers what access is decided on for incidents, by stream.
	Objects(ctx context.Context, streams []string) (map[string]access.Object, error)
	// Waiting counts the tracks of authorities that await their answer, at most limit.
	Waiting(ctx context.Context, authorities []string, limit int) (int64, error)
}

// Accounts keeps who people are and who is signed in, secrets by digest only.
type Accounts struct {
	Sessions
	Keys
	Credentials
	Codes
	Invitations
	Attempts
}

// AccountsOf connects all of it to one store.
func AccountsOf[S interface {
	Sessions
	Keys
	Credentials
	Codes
	Invitations
	Attempts
}](s S) Accounts {
	return Accounts{s, s, s, s, s, s}
}

// Sessions keeps who is signed in.
type Sessions interface {
	SaveSession(ctx context.Context, s access.Session) error
	// Session answers a session, the generation of its holder's credentials, and the version of the directory; the zero
	// session where there is none.
	Session(ctx context.Context, digest string) (s access.Session, generation, directory int64, err error)
	SessionsOf(ctx context.Context, person string) ([]access.Session, error)
	TouchSession(ctx context.Context, digest string, seen time.Time) error
	EndSession(ctx context.Context, digest string) error
	// EndSessions ends all sessions of a person but the one of a digest, which may be empty.
	EndSessions(ctx context.Context, person, but string) error
}

// Keys keeps API keys.
type Keys interface {
	SaveKey(ctx context.Context, k access.Key) error
	Key(ctx context.Context, digest string) (k access.Key, found bool, err error)
}

// Credentials keeps what people sign in with.
type Credentials interface {
	// Generation counts the changes of a person's credentials; 0 without any.
	Generation(ctx context.Context, person string) (int64, error)
	// Account answers the zero Account for somebody who has none.
	Account(ctx context.Context, person string) (account.Account, error)
	// PersonByHandle answers whose user handle this is; empty for nobody's.
	PersonByHandle(ctx context.Context, handle []byte) (string, error)
	// ChangeCredentials makes a change whole and ends every session of the person. An invitation that is used or has run
	// out is fault.Gone, a passkey that is there already fault.Conflict.
	ChangeCredentials(ctx context.Context, c account.Change) error
	// UsePasskey notes a use, with the credential as it is after it, and forgives wrong codes.
	UsePasskey(ctx context.Context, k account.Passkey) error
}

// Codes keeps what a code was tried for.
type Codes interface {
	// TryCode counts an attempt before it is looked at; false where the way in by code is locked.
	TryCode(ctx context.Context, person string, most int64) (bool, error)
	// UseStep takes a right code of a step, once, and forgives the wrong ones; false where a code of this step or a later one
	// was taken before.
	UseStep(ctx context.Context, person string, step int64) (bool, error)
	// UseRecoveryCode takes a recovery code, once; false where it is not there, or used.
	UseRecoveryCode(ctx context.Context, person string, hash []byte, at time.Time) (bool, error)
}

// Invitations keeps invitations, by digest.
type Invitations interface {
	// SaveInvitation keeps one and voids the person's earlier ones. Mailed ones are bounded within an hour, for the person
	// and for all: beyond that it is fault.Conflict.
	SaveInvitation(ctx context.Context, i account.Invitation, perPerson, inAll int64) error
	Invitation(ctx context.Context, digest string) (i account.Invitation, found bool, err error)
}

// Attempts bounds guessing, for all replicas together.
type Attempts interface {
	// Clock is the one clock that attempts are timed by: the database's.
	Clock(ctx context.Context) (time.Time, error)
	// Attempt counts an attempt on every counter before it is looked at, or answers until when one of them must wait.
	Attempt(ctx context.Context, now time.Time, counters []account.Counter) (until time.Time, err error)
	// Forgive forgets what was counted.
	Forgive(ctx context.Context, names [][]byte) error
	// Spend takes what works once; false where it was taken before.
	Spend(ctx context.Context, digest []byte, now, until time.Time) (bool, error)
}

// Mailer sends one mail at once, past the queue of the record.
type Mailer interface {
	Send(ctx context.Context, m notify.Mail) notify.Outcome
}

// KeyRing is what holders and administrators do with API keys.
type KeyRing interface {
	// KeysOf lists a person's keys, the newest first.
	KeysOf(ctx context.Context, person string) ([]access.Key, error)
	// TouchKey notes that a key was used. Within a minute of the last note it writes nothing.
	TouchKey(ctx context.Context, digest string, at time.Time) error
	// RevokeKey revokes one key of a person; found is false where there is none of this id in force.
	RevokeKey(ctx context.Context, person, id string, at time.Time) (found bool, err error)
	// RevokeKeys revokes all keys of a person and says how many there were.
	RevokeKeys(ctx context.Context, person string, at time.Time) (int64, error)
}

// Book keeps the directory.
type Book interface {
	// ReadDirectory answers the directory and the version of the import that made it; version 0 for an empty one.
	ReadDirectory(ctx context.Context) (directory.Import, int64, error)
	DirectoryVersion(ctx context.Context) (int64, error)
	// EntitiesUsed answers which of these entities have incidents.
	EntitiesUsed(ctx context.Context, ids []string) ([]string, error)
	// DirectoryEdits lists the latest changes of the directory, newest first.
	DirectoryEdits(ctx context.Context, limit int) ([]directory.Edit, error)
	// ReplaceDirectory writes a whole directory and one summary fact in one transaction, where the directory still has the
	// version that the caller read; else it is fault.Conflict.
	ReplaceDirectory(ctx context.Context, in directory.Import, version int64, by string, at time.Time) error
}

// Packs answers the pack in force under an id.
type Packs func(id string) (*policy.Pack, bool)

// Providers are the identity providers that people may sign in with.
type Providers interface {
	Providers() []access.Provider
	// Address answers where a browser goes to sign in; the error wraps access.ErrUnreachable where the provider does not answer.
	Address(ctx context.Context, provider string, ask access.SignInRequest) (string, error)
	// Redeem answers who has signed in, after every check of the answer. The error is fault.Forbidden where the answer does
	// not hold, and wraps access.ErrUnreachable where the provider does not answer.
	Redeem(ctx context.Context, provider string, ask access.SignInRequest, back access.SignInAnswer) (access.Identity, error)
}

// Ties answers how incidents are tied to each other, from the derived tables.
type Ties interface {
	// OwedLinks lists links whose other side has no fact yet, oldest stream first.
	OwedLinks(ctx context.Context, limit int) ([]incident.OwedLink, error)
	// LinksTo lists links that other incidents have to a stream.
	LinksTo(ctx context.Context, stream string, limit int) ([]incident.OwedLink, error)
	// OwedMentions lists people whom a note names and the incident has not heard of.
	OwedMentions(ctx context.Context, limit int) ([]incident.OwedMention, error)
}
