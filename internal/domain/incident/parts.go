package incident

import (
	"tocsin/internal/domain/incident/containment"
	"tocsin/internal/domain/incident/part"
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
	LaneStatutory  = part.LaneStatutory
	LaneAlarm      = part.LaneAlarm
	LaneConfirm    = part.LaneConfirm
	ChannelMail    = part.ChannelMail
	ChannelWebhook = part.ChannelWebhook
	TextReason     = part.TextReason
	TextStatement  = part.TextStatement
	TextAnswer     = part.TextAnswer
	TextNote       = part.TextNote
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

// Asset returns one affected asset by its id inside the incident.
func (s State) Asset(id string) (Asset, bool) { return s.Containment.Asset(id) }

// AssetsOut lists the assets of which something remains to be done.
func (s State) AssetsOut() []Asset { return s.Containment.AssetsOut() }

// Call returns one command to a tool by its id inside the incident.
func (s State) Call(id string) (ToolCall, bool) { return s.Containment.Call(id) }
