package communication_test

import (
	"testing"
	"time"

	"tocsin/internal/domain/fault"
	"tocsin/internal/domain/incident/communication"
	"tocsin/internal/domain/incident/part"
	"tocsin/internal/domain/policy"
	"tocsin/internal/domain/record"
	"tocsin/internal/testkit/decisions"
)

type (
	row   = decisions.Row[communication.Command]
	facts = []record.Fact
)

var (
	all    = decisions.Said(communication.TextUpdate, communication.TextCommunication, part.TextReason)
	press  = policy.Recipient{Role: "communications", At: "state"}
	lawyer = policy.Recipient{Role: "legal", At: "state"}

	revised  = &communication.UpdateRevised{Update: "u1"}
	returned = &communication.UpdateReturned{Update: "u1"}
	dropped  = &communication.UpdateDropped{Update: "u1"}
)

func run(t *testing.T, rows []row) {
	t.Helper()
	decisions.Run(t, all, communication.Apply, communication.Decide, rows)
}

// drafted is an update for the public or the police, which two offices approve, or for managers, which needs no approval.
func drafted(audience string) *communication.UpdateDrafted {
	f := &communication.UpdateDrafted{Update: "u1", Audience: audience, Approvals: []policy.Recipient{press, lawyer}}
	if audience == "managers" {
		f.Approvals = []policy.Recipient{}
	}
	return f
}

func approved(by string, office policy.Recipient) record.Fact {
	return decisions.By(by, &communication.UpdateApproved{Update: "u1", For: office})
}

func sent(via string) *communication.UpdateSent {
	return &communication.UpdateSent{Update: "u1", Via: via}
}

func TestDraftAndRevise(t *testing.T) {
	draft := func(audience string) communication.Command {
		return communication.DraftUpdate{Audience: audience, Texts: all}
	}
	revise := communication.ReviseUpdate{Update: "u1", Texts: all}
	run(t, []row{
		{Name: "for managers", When: draft("managers"), Then: facts{drafted("managers")}, Leads: []string{}},
		{Name: "for the public", When: draft("public"), Then: facts{drafted("public")},
			Leads: []string{"tell update_approval: counsel press"}},
		{Name: "by one who approves", Actor: "press", When: draft("public"), Then: facts{drafted("public")},
			Leads: []string{"tell update_approval: counsel"}},
		{Name: "for nobody known", When: draft("weather"), Refused: fault.KindInvalid, About: "audience"},
		{Name: "revise", Given: facts{drafted("public")}, When: revise, Then: facts{revised},
			Leads: []string{"tell update_approval: counsel press"}},
		{Name: "revise what was sent", Given: facts{drafted("managers"), sent("mail")}, When: revise, Refused: fault.KindConflict,
			About: "sent"},
		{Name: "revise what was dropped", Given: facts{drafted("public"), dropped}, When: revise, Refused: fault.KindConflict,
			About: "dropped"},
		{Name: "revise none", When: revise, Refused: fault.KindNotFound},
	})
}

// Each office approves for itself, of the text as it stands. MA 6.3.2.2, MA 6.3.2.4
func TestApproveAndReturn(t *testing.T) {
	approve, back := communication.ApproveUpdate{Update: "u1"}, communication.ReturnUpdate{Update: "u1", Texts: all}
	asCounsel := &communication.UpdateApproved{Update: "u1", For: lawyer}
	run(t, []row{
		{Name: "approve", Given: facts{drafted("public")}, Actor: "counsel", When: approve, Then: facts{asCounsel}},
		{Name: "approve twice", Given: facts{drafted("public"), approved("counsel", lawyer)}, Actor: "counsel", When: approve},
		{Name: "approve the text that came after", Given: facts{drafted("public"), approved("counsel", lawyer), revised},
			Actor: "counsel",
			When:  approve, Then: facts{asCounsel}},
		{Name: "approve without the office", Given: facts{drafted("public")}, When: approve, Refused: fault.KindForbidden},
		{Name: "approve what needs none", Given: facts{drafted("managers")}, Actor: "counsel", When: approve,
			Refused: fault.KindForbidden},
		{Name: "approve what was dropped", Given: facts{drafted("public"), dropped}, Actor: "counsel", When: approve,
			Refused: fault.KindConflict},
		{Name: "return", Given: facts{drafted("public")}, Actor: "counsel", When: back, Then: facts{returned},
			Leads: []string{"tell update_returned: coord"}},
		{Name: "return one's own", Given: facts{decisions.By("counsel", drafted("public"))}, Actor: "counsel", When: back,
			Then:  facts{returned},
			Leads: []string{}},
		{Name: "return twice", Given: facts{drafted("public"), returned}, Actor: "press", When: back},
		{Name: "return without the office", Given: facts{drafted("public")}, When: back, Refused: fault.KindForbidden},
	})
}

// Nothing leaves that lacks an approval, and nothing on the word of its writer alone. MA 6.6.1.4
func TestSendAndDrop(t *testing.T) {
	send := func(via string) communication.Command { return communication.SendUpdate{Update: "u1", Via: via} }
	drop := communication.DropUpdate{Update: "u1"}
	both := func(f *communication.UpdateDrafted, more ...record.Fact) facts {
		return append(facts{f, approved("counsel", lawyer), approved("press", press)}, more...)
	}
	run(t, []row{
		{Name: "to managers", Given: facts{drafted("managers")}, When: send(""), Then: facts{sent("mail")},
			Leads: []string{"tell status_update: head"}},
		{Name: "to managers by another way", Given: facts{drafted("managers")}, When: send("telephone"), Refused: fault.KindInvalid,
			About: "via"},
		{Name: "to an authority that has the incident", Given: both(drafted("police")), Told: []string{"police"}, When: send(""),
			Then:  facts{sent("mail")},
			Leads: []string{"tell status_update: police"}},
		{Name: "to an authority that has not", Given: both(drafted("police")), When: send(""), Refused: fault.KindInvalid,
			About: "via"},
		{Name: "to the public", Given: both(drafted("public")), When: send("press"), Then: facts{sent("press")}, Leads: []string{}},
		{Name: "to the public by no known way", Given: both(drafted("public")), When: send("pigeon"), Refused: fault.KindInvalid,
			About: "via"},
		{Name: "one approval short", Given: facts{drafted("public"), approved("counsel", lawyer)}, When: send("press"),
			Refused: fault.KindConflict, About: "communications"},
		{Name: "approved before it was revised", Given: both(drafted("public"), revised), When: send("press"),
			Refused: fault.KindConflict, About: "communications and legal"},
		{Name: "sent back", Given: both(drafted("public"), returned), When: send("press"), Refused: fault.KindConflict,
			About: "sent back"},
		{Name: "approved by its writer alone", When: send("press"), Refused: fault.KindConflict, About: "nobody but its writer",
			Given: facts{decisions.By("press", drafted("public")), approved("press", press), approved("press", lawyer)}},
		{Name: "sent twice", Given: facts{drafted("managers"), sent("mail")}, When: send("")},
		{Name: "sent though dropped", Given: facts{drafted("managers"), dropped}, When: send(""), Refused: fault.KindConflict,
			About: "dropped"},
		{Name: "drop", Given: facts{drafted("public")}, When: drop, Then: facts{dropped}},
		{Name: "drop twice", Given: facts{drafted("public"), dropped}, When: drop},
		{Name: "drop what was sent", Given: facts{drafted("managers"), sent("mail")}, When: drop, Refused: fault.KindConflict,
			About: "sent"},
		{Name: "drop none", When: drop, Refused: fault.KindNotFound},
	})
}

func TestLogCommunication(t *testing.T) {
	log := func(channel string, at time.Time) communication.Command {
		return communication.LogCommunication{Channel: channel, At: at, Texts: all}
	}
	run(t, []row{
		{Name: "a call", When: log("telephone", decisions.Start),
			Then: facts{&communication.CommunicationLogged{Communication: "k1", Channel: "telephone", At: decisions.Start.UnixMicro()}}},
		{Name: "by no known way", When: log("pigeon", decisions.Start), Refused: fault.KindInvalid, About: "channel"},
		{Name: "at no time", When: log("telephone", time.Time{}), Refused: fault.KindInvalid, About: "at: when"},
		{Name: "to come", When: log("telephone", decisions.Now.Add(time.Hour)), Refused: fault.KindInvalid, About: "future"},
	})
}
