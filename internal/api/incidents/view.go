package incidents

import (
	"time"

	"tocsin/internal/app"
	"tocsin/internal/domain/incident"
)

// Incident is one incident as of now: the shape of the answer to a filing, and what this reader may see beside it.
type Incident struct {
	app.Answer
	EntityName string            `json:"entity_name"`
	Pack       Pack              `json:"pack"`
	OpenedAt   time.Time         `json:"opened_at"`
	Filings    []Filed           `json:"filings"`
	Telephone  []TelephoneReport `json:"telephone_reports"`
	Questions  []Question        `json:"questions"`
	Messages   []Message         `json:"messages"`
	Ledger     []Entry           `json:"ledger"`
	May        May               `json:"may" doc:"What this key may do here."`
}

// Pack names the rules in force.
type Pack struct {
	ID      string `json:"id"`
	Version string `json:"version"`
}

// Filed is one filing as filed. Content is null once its text was lawfully disposed.
type Filed struct {
	Number     int              `json:"number"`
	Kind       string           `json:"kind"`
	ReceivedAt time.Time        `json:"received_at"`
	By         string           `json:"by"`
	Digest     string           `json:"digest"`
	Content    *incident.Filing `json:"content,omitempty" doc:"Absent once its text was lawfully disposed."`
	Receipt    string           `json:"receipt"`
}

// TelephoneReport is one report made by telephone.
type TelephoneReport struct {
	At          time.Time `json:"recorded_at"`
	CalledAt    time.Time `json:"called_at"`
	Caller      string    `json:"caller"`
	Called      string    `json:"called"`
	Reference   string    `json:"reference"`
	AfterHours  bool      `json:"after_hours"`
	Description string    `json:"description"`
}

// Question is one question of an authority, and its answer.
type Question struct {
	ID            string     `json:"id"`
	Authority     string     `json:"authority"`
	AuthorityName string     `json:"authority_name"`
	Text          string     `json:"question"`
	AskedAt       time.Time  `json:"asked_at"`
	AskedBy       string     `json:"asked_by"`
	Answer        string     `json:"answer"`
	AnsweredAt    *time.Time `json:"answered_at"`
	AnsweredBy    string     `json:"answered_by"`
}

// Message is one message owed, with what became of it.
type Message struct {
	ID          string     `json:"id"`
	Kind        string     `json:"kind"`
	To          string     `json:"to"`
	Why         string     `json:"why"`
	OwedAt      time.Time  `json:"owed_at"`
	Status      string     `json:"status" doc:"owed, delivered, escalated."`
	At          *time.Time `json:"at" doc:"When it got there."`
	Attempts    int        `json:"attempts"`
	NextAttempt *time.Time `json:"next_attempt"`
	LastReply   string     `json:"last_reply"`
}

// Entry is one fact of the incident in the ledger.
type Entry struct {
	Version int64     `json:"version"`
	Fact    string    `json:"fact"`
	Words   string    `json:"words"`
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Digest  string    `json:"digest"`
	Leaf    int64     `json:"leaf" doc:"Index in the tree; -1 while it is not yet there."`
}

// May says which acts are open to the key.
type May struct {
	Supplement  bool     `json:"supplement"`
	Written     bool     `json:"written"`
	Rate        bool     `json:"rate"`
	PostReport  bool     `json:"post_incident_report"`
	Discharge   []string `json:"discharge" doc:"Ids of duties."`
	Acknowledge []string `json:"acknowledge" doc:"Ids of authorities."`
	Answer      []string `json:"answer" doc:"Ids of questions."`
}

// incidentOf maps the application's view to the published shape: the two may change apart from each other.
func incidentOf(v app.IncidentView) Incident {
	out := Incident{
		Answer: v.Answer, EntityName: v.EntityName, Pack: Pack{v.PackID, v.PackVersion}, OpenedAt: v.OpenedAt, May: May(v.May),
	}
	for _, f := range v.Filings {
		out.Filings = append(out.Filings, Filed(f))
	}
	for _, t := range v.Telephone {
		out.Telephone = append(out.Telephone, TelephoneReport(t))
	}
	for _, q := range v.Questions {
		out.Questions = append(out.Questions, Question(q))
	}
	for _, m := range v.Messages {
		out.Messages = append(out.Messages, Message(m))
	}
	for _, l := range v.Ledger {
		out.Ledger = append(out.Ledger, Entry(l))
	}
	return out
}
