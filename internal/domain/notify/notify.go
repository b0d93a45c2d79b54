// Package notify says what is told to whom, in which words, and what becomes of a message that could not be handed over:
// kinds and lanes, the text of every mail, the retry schedule and the point at which a person must be told instead.
// It is pure: instants, zones and randomness are arguments, and the same inputs give the same bytes.
package notify

// Kind is what a message is about. It stands in every subject, and decides words and lane.
type Kind string

// The kinds of message.
const (
	AuthorityNotice     Kind = "authority_notice"     // an authority is told of a new report. CA step 1
	AuthorityUpdate     Kind = "authority_update"     // an authority is told of a supplement or written report
	RoleNotice          Kind = "role_notice"          // a role is told because of the rating. MA 6.5.1
	ConfirmDelivered    Kind = "confirm_delivered"    // reporters learn that the authorities' mail servers took it. CA step 1
	ConfirmAcknowledged Kind = "confirm_acknowledged" // reporters learn that the authorities acknowledged it
	Chase               Kind = "chase"                // an authority has not acknowledged in the pack's time
	Escalation          Kind = "escalation"           // a named person learns who has not answered
	Alarm               Kind = "alarm"                // the operator learns that a promise is about to break
	Question            Kind = "question"             // an authority asks, the entity owes an answer
	AnswerGiven         Kind = "answer"               // the entity answered
	DutyOwed            Kind = "duty_owed"            // a duty came into being
	DutyWarning         Kind = "duty_warning"         // a duty falls due soon
	DutyOverdue         Kind = "duty_overdue"         // a duty is late
	DutyEscalated       Kind = "duty_escalated"       // somebody else's duty is late, and this person is to see to it
	LoweringProposed    Kind = "lowering_proposed"    // the latest facts would lower the rating; the coordinator decides
	TrackClosed         Kind = "track_closed"         // an authority is done
	Undeliverable       Kind = "undeliverable"        // a message was refused, or is deferred for days
	RatingRaised        Kind = "rating_raised"        // the rating went up
	Declined            Kind = "declined"             // an authority will not act
	Telephoned          Kind = "telephoned"           // a telephone report was recorded. CA step 4
	MemberAdded         Kind = "member_added"         // a person is a member of a restricted incident now
	GlassBroken         Kind = "glass_broken"         // somebody who is no member opened a restricted incident
	TrackAssigned       Kind = "track_assigned"       // an officer was given an authority's work on a report
	ManagementReport    Kind = "management_report"    // a version of the report to management. MA 6.5.3
	StatusUpdate        Kind = "status_update"        // those who are kept informed get an update. MA 6.6.1.4
	UpdateApproval      Kind = "update_approval"      // somebody must approve an update before it leaves. MA 6.3.2.4
	UpdateReturned      Kind = "update_returned"      // an update came back to its writer
	ItemAwaited         Kind = "item_awaited"         // somebody is asked for an item of the report to management
	AssetAffected       Kind = "asset_affected"       // an information owner or technical support learns that an asset may be affected. MA 6.6.3.1
	AssetIsolated       Kind = "asset_isolated"       // … that it is off its networks. MA 6.6.3.2
	AssetReturned       Kind = "asset_returned"       // … that it is in service again
	AssetSettled        Kind = "asset_settled"        // … that it was not affected, or does not come back
	ContainmentFailed   Kind = "containment_failed"   // a containment tool did not succeed or did not answer: people must act
	Canary              Kind = "canary"               // a synthetic message that proves the path end to end
	HandoverOffered     Kind = "handover_offered"     // somebody is asked to take over the lead
	HandoverAnswered    Kind = "handover_answered"    // an offer of the lead was accepted or declined
	WorkReturned        Kind = "work_returned"        // the work of somebody who is away or has left is the reader's now. MA 6.3.1.1.1
	Engaged             Kind = "engaged"              // a member of the extended team is called in. MA 6.3.2
	Mentioned           Kind = "mentioned"            // a note of the investigation names somebody
	IncidentDeclined    Kind = "incident_declined"    // what was reported is no incident
	IncidentClosed      Kind = "incident_closed"      // the response has ended
	FiledAfterClosing   Kind = "filed_after_closing"  // a filing came in after the incident was closed
	Digest              Kind = "digest"               // a periodic list; never urgent
	StatisticsReport    Kind = "statistics"           // the numbers over many incidents, at intervals. MA 6.5.2.1
	TestMessage         Kind = "test"                 // an administrator tries whether a channel works
)

// Kinds lists every kind once.
var Kinds = []Kind{AuthorityNotice, AuthorityUpdate, RoleNotice, ConfirmDelivered, ConfirmAcknowledged, Chase, Escalation,
	Alarm, Question, AnswerGiven, DutyOwed, DutyWarning, DutyOverdue, Undeliverable, RatingRaised, Declined, Telephoned,
	DutyEscalated, LoweringProposed, TrackClosed, MemberAdded, GlassBroken, TrackAssigned, AssetAffected, AssetIsolated, AssetReturned, AssetSettled, ContainmentFailed, HandoverOffered, HandoverAnswered,
	Engaged, WorkReturned, Mentioned, IncidentDeclined, IncidentClosed, FiledAfterClosing,
	ManagementReport, StatusUpdate, UpdateApproval, UpdateReturned, ItemAwaited, Canary, Digest, StatisticsReport, TestMessage}

// Lane orders what waits: a lower lane goes out first, so that a backlog of digests never delays a statutory notice.
type Lane int

// The lanes.
const (
	LaneStatutory Lane = 0 // what a clause says must be told
	LaneAlarm     Lane = 1 // somebody must act now or a promise breaks
	LaneConfirm   Lane = 2 // somebody is told that all is well
	LaneDigest    Lane = 3 // everything else
)

// HookLanes is added to the lane of a message that goes by webhook. Webhooks have lanes of their own, so that a receiver
// that hangs holds up no mail, and the mail server no webhook.
const HookLanes Lane = 8

// Lanes is a range of lanes that one courier empties: from From up to, not with, Below. The zero Lanes are all of them.
type Lanes struct{ From, Below Lane }

// The lanes of mail and of webhooks.
var (
	MailLanes    = Lanes{0, HookLanes}
	WebhookLanes = Lanes{HookLanes, 2 * HookLanes}
)

// LaneOf returns the lane of a kind. An unknown kind goes with the statutory ones: late is worse than early.
func LaneOf(k Kind) Lane {
	switch k {
	case Alarm, GlassBroken, Escalation, Undeliverable, DutyOverdue, DutyEscalated, AssetAffected, ContainmentFailed, Canary:
		return LaneAlarm
	case ConfirmDelivered, ConfirmAcknowledged, AnswerGiven, DutyOwed, DutyWarning, Declined, LoweringProposed, TrackClosed, TrackAssigned, HandoverAnswered, IncidentDeclined, IncidentClosed,
		StatusUpdate, UpdateApproval, UpdateReturned, ItemAwaited,
		AssetIsolated, AssetReturned, AssetSettled:
		return LaneConfirm
	case Digest, StatisticsReport, TestMessage:
		return LaneDigest
	}
	return LaneStatutory
}
