package incident

import (
	"tocsin/internal/domain/incident/communication"
	"tocsin/internal/domain/incident/containment"
	"tocsin/internal/domain/incident/filing"
	"tocsin/internal/domain/incident/listing"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/incident/response"
	"tocsin/internal/domain/incident/review"
)

// The names below are those of the parts, for users that know them as the incident's.

// The types of part.
//
//go:fix inline
type (
	OwedDuty    = part.OwedDuty
	OwedMessage = part.OwedMessage
	Env         = part.Env
)

// The words of part.
//
//go:fix inline
const (
	LaneStatutory    = part.LaneStatutory
	LaneAlarm        = part.LaneAlarm
	LaneConfirm      = part.LaneConfirm
	ChannelMail      = part.ChannelMail
	ChannelWebhook   = part.ChannelWebhook
	TextReason       = part.TextReason
	TextStatement    = part.TextStatement
	TextAnswer       = part.TextAnswer
	TextNote         = part.TextNote
	StatusTelephoned = part.StatusTelephoned
	StatusOpen       = part.StatusOpen
	StatusClosed     = part.StatusClosed
)

// The lists and functions of part.
var (
	Holders = part.Holders
	Overdue = part.Overdue
)

// The types of containment.
//
//go:fix inline
type (
	Containment          = containment.State
	NewAsset             = containment.NewAsset
	AffectAssets         = containment.AffectAssets
	DescribeAsset        = containment.DescribeAsset
	AskIsolation         = containment.AskIsolation
	AcceptNetwork        = containment.AcceptNetwork
	TakeOff              = containment.TakeOff
	MoveAsset            = containment.MoveAsset
	StateReturn          = containment.StateReturn
	AssetAffected        = containment.AssetAffected
	AssetDescribed       = containment.AssetDescribed
	IsolationAsked       = containment.IsolationAsked
	IsolationInfeasible  = containment.IsolationInfeasible
	AssetTakenOff        = containment.AssetTakenOff
	AssetMoved           = containment.AssetMoved
	ReturnStated         = containment.ReturnStated
	ContainmentCalled    = containment.ContainmentCalled
	ContainmentAnswered  = containment.ContainmentAnswered
	ContainmentCallEnded = containment.ContainmentCallEnded
	Asset                = containment.Asset
	Stated               = containment.Stated
	ToolCall             = containment.ToolCall
	AssetText            = containment.AssetText
	Tool                 = containment.Tool
	CallTool             = containment.CallTool
	AnswerCall           = containment.AnswerCall
)

// The words of containment.
//
//go:fix inline
const (
	KindAssetAffected     = containment.KindAssetAffected
	KindAssetIsolated     = containment.KindAssetIsolated
	KindAssetReturned     = containment.KindAssetReturned
	KindAssetSettled      = containment.KindAssetSettled
	CallOvertaken         = containment.CallOvertaken
	AssetSuspected        = containment.AssetSuspected
	AssetIsolated         = containment.AssetIsolated
	AssetCleaned          = containment.AssetCleaned
	AssetRestored         = containment.AssetRestored
	AssetVerified         = containment.AssetVerified
	AssetReturned         = containment.AssetReturned
	AssetCleared          = containment.AssetCleared
	AssetWrittenOff       = containment.AssetWrittenOff
	OffRemoved            = containment.OffRemoved
	OffQuarantined        = containment.OffQuarantined
	ReturnSource          = containment.ReturnSource
	ReturnChanges         = containment.ReturnChanges
	ReturnAccess          = containment.ReturnAccess
	ReturnValidated       = containment.ReturnValidated
	TextAsset             = containment.TextAsset
	TextDone              = containment.TextDone
	TextSource            = containment.TextSource
	TextTarget            = containment.TextTarget
	KindContainmentCall   = containment.KindContainmentCall
	KindContainmentFailed = containment.KindContainmentFailed
)

// The lists and functions of containment.
var (
	AssetStates   = containment.AssetStates
	ReturnItems   = containment.ReturnItems
	ToolActions   = containment.ToolActions
	ToolTargets   = containment.ToolTargets
	Accepters     = containment.Accepters
	ReadAssetText = containment.ReadAssetText
	CheckInstant  = containment.CheckInstant
	CheckTarget   = containment.CheckTarget
)

// The types of review.
//
//go:fix inline
type (
	Review           = review.State
	ActionAssigned   = review.ActionAssigned
	ActionChanged    = review.ActionChanged
	ActionCompleted  = review.ActionCompleted
	ActionVerified   = review.ActionVerified
	ActionReturned   = review.ActionReturned
	ActionDropped    = review.ActionDropped
	Action           = review.Action
	WriteAnalysis    = review.WriteAnalysis
	SignAnalysis     = review.SignAnalysis
	ReopenAnalysis   = review.ReopenAnalysis
	AssignAction     = review.AssignAction
	ChangeAction     = review.ChangeAction
	CompleteAction   = review.CompleteAction
	VerifyAction     = review.VerifyAction
	ReturnAction     = review.ReturnAction
	DropAction       = review.DropAction
	ChangeProposed   = review.ChangeProposed
	ProposalDecided  = review.ProposalDecided
	ProposalDone     = review.ProposalDone
	Proposal         = review.Proposal
	ProposeChange    = review.ProposeChange
	DecideProposal   = review.DecideProposal
	FinishProposal   = review.FinishProposal
	AnalysisWritten  = review.AnalysisWritten
	AnalysisSigned   = review.AnalysisSigned
	AnalysisReopened = review.AnalysisReopened
	Edition          = review.Edition
)

// The words of review.
//
//go:fix inline
const (
	TextAction        = review.TextAction
	TextLesson        = review.TextLesson
	TextEvidence      = review.TextEvidence
	TextLink          = review.TextLink
	ActionIsOpen      = review.ActionIsOpen
	ActionIsDone      = review.ActionIsDone
	ActionIsVerified  = review.ActionIsVerified
	ActionIsDropped   = review.ActionIsDropped
	TextProposal      = review.TextProposal
	ProposePlaybook   = review.ProposePlaybook
	ProposeControl    = review.ProposeControl
	ProposePolicy     = review.ProposePolicy
	ProposePlan       = review.ProposePlan
	ProposalOpen      = review.ProposalOpen
	ProposalAccepted  = review.ProposalAccepted
	ProposalRejected  = review.ProposalRejected
	ProposalIsDone    = review.ProposalIsDone
	TextAnalysis      = review.TextAnalysis
	SectionImpact     = review.SectionImpact
	SectionInventory  = review.SectionInventory
	SectionAccess     = review.SectionAccess
	SectionRisk       = review.SectionRisk
	SectionCauses     = review.SectionCauses
	SectionMotives    = review.SectionMotives
	SectionMitigation = review.SectionMitigation
	SectionWorked     = review.SectionWorked
	SectionFailed     = review.SectionFailed
	SectionControls   = review.SectionControls
)

// The lists and functions of review.
var (
	AnalysisSections = review.AnalysisSections
	Causes           = review.Causes
)

// The types of communication.
//
//go:fix inline
type (
	DraftUpdate            = communication.DraftUpdate
	ReviseUpdate           = communication.ReviseUpdate
	ApproveUpdate          = communication.ApproveUpdate
	ReturnUpdate           = communication.ReturnUpdate
	SendUpdate             = communication.SendUpdate
	DropUpdate             = communication.DropUpdate
	LogCommunication       = communication.LogCommunication
	ManagementReportIssued = communication.ManagementReportIssued
	ReportVersion          = communication.ReportVersion
	UpdateDrafted          = communication.UpdateDrafted
	UpdateRevised          = communication.UpdateRevised
	UpdateApproved         = communication.UpdateApproved
	UpdateReturned         = communication.UpdateReturned
	UpdateSent             = communication.UpdateSent
	UpdateDropped          = communication.UpdateDropped
	CommunicationLogged    = communication.CommunicationLogged
	Update                 = communication.Update
	Approval               = communication.Approval
)

// The words of communication.
//
//go:fix inline
const (
	ChannelOfMail      = communication.ChannelOfMail
	KindStatusUpdate   = communication.KindStatusUpdate
	KindUpdateApproval = communication.KindUpdateApproval
	KindUpdateReturned = communication.KindUpdateReturned
	TextReport         = communication.TextReport
	TextUpdate         = communication.TextUpdate
	TextCommunication  = communication.TextCommunication
	UpdateDraft        = communication.UpdateDraft
	UpdateLeft         = communication.UpdateLeft
)

// The lists and functions of communication.
var (
	Channels = communication.Channels
)

// The types of response.
//
//go:fix inline
type (
	Response          = response.State
	HandOver          = response.HandOver
	AnswerHandover    = response.AnswerHandover
	Engage            = response.Engage
	OrderTasks        = response.OrderTasks
	DecideContinuity  = response.DecideContinuity
	FollowPlaybook    = response.FollowPlaybook
	NoteTask          = response.NoteTask
	TakeTask          = response.TakeTask
	EndTask           = response.EndTask
	ReopenTask        = response.ReopenTask
	PlaybookImported  = response.PlaybookImported
	ImportedTask      = response.ImportedTask
	ImportedText      = response.ImportedText
	ImportedStep      = response.ImportedStep
	ImportPlaybook    = response.ImportPlaybook
	WorkReturned      = response.WorkReturned
	ResponseStarted   = response.ResponseStarted
	LeadChanged       = response.LeadChanged
	HandoverOffered   = response.HandoverOffered
	HandoverDeclined  = response.HandoverDeclined
	TasksOrdered      = response.TasksOrdered
	Engaged           = response.Engaged
	ContinuityDecided = response.ContinuityDecided
	TasksAdded        = response.TasksAdded
	NewTask           = response.NewTask
	TaskNoted         = response.TaskNoted
	TaskTaken         = response.TaskTaken
	TaskDone          = response.TaskDone
	TaskSkipped       = response.TaskSkipped
	TaskReopened      = response.TaskReopened
	Offer             = response.Offer
	Engagement        = response.Engagement
	Task              = response.Task
)

// The words of response.
//
//go:fix inline
const (
	TextImported         = response.TextImported
	TextStepTitle        = response.TextStepTitle
	CauseAbsent          = response.CauseAbsent
	CauseLeft            = response.CauseLeft
	TextBegun            = response.TextBegun
	TextPlay             = response.TextPlay
	TextTask             = response.TextTask
	TaskOpen             = response.TaskOpen
	TaskIsDone           = response.TaskIsDone
	TaskLeftOut          = response.TaskLeftOut
	KindHandoverOffered  = response.KindHandoverOffered
	KindHandoverAnswered = response.KindHandoverAnswered
	KindEngaged          = response.KindEngaged
)

// The lists and functions of response.
var (
	ExtendedRoles = response.ExtendedRoles
)

// The types of listing.
//
//go:fix inline
type (
	ActionRow      = listing.ActionRow
	ActionFilter   = listing.ActionFilter
	ActionPosition = listing.ActionPosition
	Filter         = listing.Filter
	Order          = listing.Order
	Position       = listing.Position
	Owed           = listing.Owed
	Row            = listing.Row
	BreakingRow    = listing.BreakingRow
	Reading        = listing.Reading
	Change         = listing.Change
	OpenDuty       = listing.OpenDuty
	Tally          = listing.Tally
	Picture        = listing.Picture
	Span           = listing.Span
	SavedView      = listing.SavedView
	Marks          = listing.Marks
	MilestoneRow   = listing.MilestoneRow
	Spread         = listing.Spread
	Statistics     = listing.Statistics
	DutyShare      = listing.DutyShare
	Cut            = listing.Cut
	Work           = listing.Work
	Card           = listing.Card
)

// The words of listing.
//
//go:fix inline
const (
	Unassigned       = listing.Unassigned
	Newest           = listing.Newest
	Oldest           = listing.Oldest
	Soonest          = listing.Soonest
	Changed          = listing.Changed
	MarkNone         = listing.MarkNone
	MarkConfidential = listing.MarkConfidential
	MarkRestricted   = listing.MarkRestricted
	ByPhase          = listing.ByPhase
	ByRating         = listing.ByRating
	ByCategory       = listing.ByCategory
	ByEntity         = listing.ByEntity
	ByCause          = listing.ByCause
	ByQuarter        = listing.ByQuarter
	PhaseWaiting     = listing.PhaseWaiting
	WorkDuty         = listing.WorkDuty
	WorkQuestion     = listing.WorkQuestion
	WorkTask         = listing.WorkTask
	WorkHandover     = listing.WorkHandover
	WorkLead         = listing.WorkLead
	WorkOver         = listing.WorkOver
	WorkReady        = listing.WorkReady
	WorkWaits        = listing.WorkWaits
)

// The lists and functions of listing.
var (
	Measures   = listing.Measures
	WorkKinds  = listing.WorkKinds
	OwedAs     = listing.OwedAs
	OwedBy     = listing.OwedBy
	NewCounter = listing.NewCounter
	Rank       = listing.Rank
)

// The types of filing.
//
//go:fix inline
type (
	Content             = filing.Content
	Filing              = filing.Filing
	Contact             = filing.Contact
	Device              = filing.Device
	PersonalInformation = filing.PersonalInformation
	Impact              = filing.Impact
	Management          = filing.Management
	Telephone           = filing.Telephone
)

// The words of filing.
//
//go:fix inline
const (
	Initial    = filing.Initial
	Supplement = filing.Supplement
	Written    = filing.Written
)

// The lists and functions of filing.
var (
	ContentOf      = filing.ContentOf
	StatedIn       = filing.StatedIn
	NewNumber      = filing.NewNumber
	ParseNumber    = filing.ParseNumber
	Check          = filing.Check
	CheckTelephone = filing.CheckTelephone
	CheckProse     = filing.CheckProse
)

// Asset returns one affected asset by its id inside the incident.
func (s State) Asset(id string) (Asset, bool) { return s.Containment.Asset(id) }

// AssetsOut lists the assets of which something remains to be done.
func (s State) AssetsOut() []Asset { return s.Containment.AssetsOut() }

// Call returns one command to a tool by its id inside the incident.
func (s State) Call(id string) (ToolCall, bool) { return s.Containment.Call(id) }

// Action returns one corrective action by its id.
func (s State) Action(id string) (Action, bool) { return s.Review.Action(id) }

// Task returns one task by its id.
func (s State) Task(id string) (Task, bool) { return s.Response.Task(id) }

// Waits lists the open tasks that come before one.
func (s State) Waits(t Task) []string { return s.Response.Waits(t) }
