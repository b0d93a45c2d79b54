package app

import (
	"tocsin/internal/app/act"
	appwords "tocsin/internal/app/act/words"
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
)

type (
	AbsenceRequest     = team.AbsenceRequest
	AbsenceView        = team.AbsenceView
	AccountView        = enrollment.AccountView
	ActionView         = review.ActionView
	ActionsQuery       = review.ActionsQuery
	ActionsView        = review.ActionsView
	AnalysisPart       = review.AnalysisPart
	AnalysisView       = review.AnalysisView
	Answer             = act.Answer
	ApprovalView       = communication.ApprovalView
	ArgumentInput      = investigation.ArgumentInput
	ArgumentView       = investigation.ArgumentView
	AssessedView       = communication.AssessedView
	AssetChoice        = containment.AssetChoice
	AssetEntry         = containment.AssetEntry
	AssetStep          = containment.AssetStep
	AssetView          = containment.AssetView
	AttemptView        = incidents.AttemptView
	Attempted          = delivery.Attempted
	AudienceView       = communication.AudienceView
	AuthorityPage      = directory.AuthorityPage
	AwaitedView        = communication.AwaitedView
	BoardColumn        = team.BoardColumn
	BoardQuery         = team.BoardQuery
	BoardView          = team.BoardView
	Book               = act.Book
	BreakingView       = incidents.BreakingView
	BriefItem          = communication.BriefItem
	CallView           = containment.CallView
	Canary             = act.Canary
	ChangeList         = lists.ChangeList
	ChangeView         = lists.ChangeView
	Changed            = lists.Changed
	CheckpointView     = incidents.CheckpointView
	Client             = identity.Client
	Closing            = response.Closing
	CodeSetup          = credentials.CodeSetup
	Colleague          = act.Colleague
	CommunicationLog   = communication.CommunicationLog
	CommunicationView  = communication.CommunicationView
	CommunicationsView = communication.CommunicationsView
	ContainmentView    = containment.ContainmentView
	CountView          = review.CountView
	Counters           = lists.Counters
	DecisionInput      = investigation.DecisionInput
	DecisionView       = investigation.DecisionView
	DesignationRequest = team.DesignationRequest
	DesigneeView       = team.DesigneeView
	Desk               = lists.Desk
	DirectoryTree      = directory.DirectoryTree
	DutyView           = act.DutyView
	EndedView          = investigation.EndedView
	EntityNode         = directory.EntityNode
	EntityPage         = directory.EntityPage
	EntityView         = act.EntityView
	Entry              = directory.Entry
	EntryEdit          = directory.EntryEdit
	EntryForm          = directory.EntryForm
	EventHistory       = investigation.EventHistory
	EventInput         = investigation.EventInput
	EventView          = investigation.EventView
	FileOptions        = filing.FileOptions
	FilingView         = act.FilingView
	FindingView        = investigation.FindingView
	FindingsView       = investigation.FindingsView
	Form               = act.Form
	FoundIndicator     = investigation.FoundIndicator
	FoundView          = investigation.FoundView
	FunctionView       = response.FunctionView
	GroupView          = review.GroupView
	HandOverView       = team.HandOverView
	ImportFiles        = directory.ImportFiles
	ImportPreview      = directory.ImportPreview
	IncidentEffect     = policy.IncidentEffect
	IncidentList       = act.IncidentList
	IncidentRow        = act.IncidentRow
	IncidentView       = incidents.IncidentView
	IndicatorInput     = investigation.IndicatorInput
	IndicatorList      = investigation.IndicatorList
	IndicatorQuery     = investigation.IndicatorQuery
	IndicatorView      = investigation.IndicatorView
	InvestigationView  = investigation.InvestigationView
	InvitableView      = enrollment.InvitableView
	InvitationView     = enrollment.InvitationView
	Invited            = enrollment.Invited
	IssuedReport       = communication.IssuedReport
	ItemStatement      = communication.ItemStatement
	KeyList            = identity.KeyList
	KeyRequest         = identity.KeyRequest
	KeyView            = identity.KeyView
	Leaving            = directory.Leaving
	LedgerView         = act.LedgerView
	LessonsView        = review.LessonsView
	LevelCount         = lists.LevelCount
	LifecycleView      = response.LifecycleView
	LinkRequest        = response.LinkRequest
	LinkView           = act.LinkView
	LinkedView         = response.LinkedView
	ListQuery          = act.ListQuery
	ListedAction       = review.ListedAction
	LookupView         = investigation.LookupView
	Machine            = operations.Machine
	ManagementReport   = communication.ManagementReport
	ManagementView     = communication.ManagementView
	MeasureView        = review.MeasureView
	MemberView         = incidents.MemberView
	MessageView        = act.MessageView
	MomentView         = review.MomentView
	NamedCount         = lists.NamedCount
	NamedView          = investigation.NamedView
	NetworkView        = containment.NetworkView
	NextView           = containment.NextView
	NoteView           = investigation.NoteView
	NotesView          = investigation.NotesView
	OfflinePack        = filing.OfflinePack
	OfflineTable       = filing.OfflineTable
	Operations         = operations.Operations
	Outgoing           = act.Outgoing
	OwedList           = lists.OwedList
	OwedView           = lists.OwedView
	PackHistory        = policy.PackHistory
	PackRefused        = policy.PackRefused
	PackVersion        = policy.PackVersion
	PackView           = policy.PackView
	Packs              = act.Packs
	PasskeyView        = enrollment.PasskeyView
	PasswordSetup      = enrollment.PasswordSetup
	PastEffects        = policy.PastEffects
	PasteInput         = investigation.PasteInput
	PasteLine          = investigation.PasteLine
	PasteView          = investigation.PasteView
	Permissions        = act.Permissions
	PersonPage         = directory.PersonPage
	PersonView         = act.PersonView
	PhaseView          = incidents.PhaseView
	PictureView        = lists.PictureView
	PlaceRequest       = team.PlaceRequest
	PlanRequest        = review.PlanRequest
	PlanView           = review.PlanView
	PlansView          = review.PlansView
	PlaybookView       = response.PlaybookView
	PolicyPreview      = policy.PolicyPreview
	Preview            = act.Preview
	Proof              = enrollment.Proof
	ProposalLine       = policy.ProposalLine
	ProposalView       = review.ProposalView
	Providers          = act.Providers
	ProvisionedPerson  = provisioning.ProvisionedPerson
	QuestionView       = act.QuestionView
	RatingView         = act.RatingView
	ReaderView         = incidents.ReaderView
	RelatedList        = investigation.RelatedList
	RelatedView        = investigation.RelatedView
	RemainingView      = response.RemainingView
	ReportReader       = communication.ReportReader
	ReportersView      = team.ReportersView
	ResetView          = enrollment.ResetView
	ResponseView       = response.ResponseView
	RestrictionView    = incidents.RestrictionView
	Retainer           = team.Retainer
	ReturnView         = containment.ReturnView
	SaidView           = communication.SaidView
	SectionView        = communication.SectionView
	SentView           = communication.SentView
	Series             = lists.Series
	Session            = act.Session
	SessionView        = identity.SessionView
	ShareView          = review.ShareView
	SharedView         = investigation.SharedView
	SightChange        = directory.SightChange
	SightingView       = investigation.SightingView
	SignInStart        = identity.SignInStart
	SplitRequest       = response.SplitRequest
	StateCount         = containment.StateCount
	StatementView      = containment.StatementView
	StatisticsQuery    = review.StatisticsQuery
	StatisticsView     = review.StatisticsView
	StepUpView         = enrollment.StepUpView
	StepView           = containment.StepView
	SystemView         = review.SystemView
	Tallied            = review.Tallied
	TargetView         = review.TargetView
	TaskView           = response.TaskView
	TeamGapView        = team.TeamGapView
	TeamHistoryView    = team.TeamHistoryView
	TeamLine           = team.TeamLine
	TeamMemberView     = team.TeamMemberView
	TeamRoleView       = team.TeamRoleView
	TeamView           = team.TeamView
	TelephoneView      = act.TelephoneView
	TellView           = act.TellView
	TestView           = directory.TestView
	TimelineQuery      = investigation.TimelineQuery
	TimelineView       = investigation.TimelineView
	TipView            = filing.TipView
	ToolOrder          = containment.ToolOrder
	ToolView           = containment.ToolView
	TrackView          = act.TrackView
	Trial              = policy.Trial
	UnlinkRequest      = response.UnlinkRequest
	UpdateAct          = communication.UpdateAct
	UpdateView         = communication.UpdateView
	UpdatesView        = communication.UpdatesView
	VersionLine        = policy.VersionLine
	VersionView        = communication.VersionView
	WorkItem           = team.WorkItem
	WorkQuery          = team.WorkQuery
	WorkView           = team.WorkView
	WritingView        = review.WritingView
)

const ActAcknowledge = lists.ActAcknowledge
const ActActions = lists.ActActions
const ActFile = lists.ActFile
const ActRate = lists.ActRate
const ActState = lists.ActState
const ActValidate = lists.ActValidate
const ActWritten = lists.ActWritten
const ActionsAll = review.ActionsAll
const ActionsCompleted = review.ActionsCompleted
const ActionsEnded = review.ActionsEnded
const ActionsOpen = review.ActionsOpen
const ActionsOverdue = review.ActionsOverdue
const ByAsset = investigation.ByAsset
const ByKind = investigation.ByKind
const ByPerson = investigation.ByPerson
const BySource = investigation.BySource
const ByTactic = investigation.ByTactic
const ByTime = investigation.ByTime
const ChannelMail = act.ChannelMail
const ChannelWebhook = act.ChannelWebhook
const DutiesDefinition = review.DutiesDefinition
const KeyDays = identity.KeyDays
const StepAsked = containment.StepAsked
const StepInfeasible = containment.StepInfeasible

var AssetStateName = review.AssetStateName
var CauseName = review.CauseName
var ClassName = appwords.ClassName
var Dollars = act.Dollars
var ErrTooManyTips = filing.ErrTooManyTips
var MarkingLabel = communication.MarkingLabel
var OutcomeName = appwords.OutcomeName
var PageFiling = filing.PageFiling
var RelationName = appwords.RelationName
var RoleName = act.RoleName
var Thousands = act.Thousands
var WithClient = identity.WithClient
var WordsOfSection = review.WordsOfSection
