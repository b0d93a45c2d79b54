package e2e

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // reads the record as another program would

	"tocsin/internal/domain/notify"
)

// The tests look into the record by plain SQL, so that they do not rest on the code that wrote it.

func openRecord(t testing.TB, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "record.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func openPostgres(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	_ = stdlib.GetDefaultDriver()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// number answers a query of one number.
func number(t testing.TB, db *sql.DB, query string, args ...any) (n int) {
	t.Helper()
	if err := db.QueryRow(query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// owedMessage is one message that the record says is owed.
type owedMessage struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	Person    string `json:"person"`
	Authority string `json:"authority"`
	Operator  bool   `json:"operator"`
	Duty      string `json:"duty"`
	To        string // mail address
	MessageID string // of the mail
	Stream    string
}

// owed reads every message that was ever owed, with the Message-ID under which it must arrive.
func owed(t testing.TB, db *sql.DB) []owedMessage {
	t.Helper()
	addresses, host := mailAddresses(t), "localhost.example"
	rows, err := db.Query(`SELECT stream, body FROM entry WHERE fact = 'incident.messages_owed.v1' ORDER BY stream, version`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []owedMessage
	for rows.Next() {
		var stream, body string
		var fact struct {
			Messages []owedMessage `json:"messages"`
		}
		if err := rows.Scan(&stream, &body); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(body), &fact); err != nil {
			t.Fatal(err)
		}
		for _, m := range fact.Messages {
			m.Stream, m.To = stream, addresses[m.Person+m.Authority]
			if m.Operator {
				m.To = addresses["operator"]
			}
			if m.To == "" {
				t.Fatalf("message %s is owed to nobody in the directory: %+v", m.ID, m)
			}
			m.MessageID = notify.MessageID(m.ID, m.To, host)
			out = append(out, m)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// mailAddresses reads the directory: the address of each person, each authority, and the operator.
func mailAddresses(t testing.TB) map[string]string {
	t.Helper()
	var in struct {
		People, Authorities []struct{ ID, Email string }
	}
	b, err := os.ReadFile(directoryFile())
	if err == nil {
		err = json.Unmarshal(b, &in)
	}
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{"operator": "operator@localhost.example"}
	for _, p := range append(in.People, in.Authorities...) {
		out[p.ID] = p.Email
	}
	return out
}

// settled waits until every message that is owed has arrived, or for at most d, and answers both. The clock may owe more at
// any time, so that one look at each is not enough.
func settled(t testing.TB, db *sql.DB, post *sink, d time.Duration) (owes []owedMessage, got map[string][]letter) {
	t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		if number(t, db, "SELECT count(*) FROM delivery") > 0 {
			continue
		}
		got = post.arrived() // first, so that what has come is among what is owed
		if owes = owed(t, db); len(owes) > 0 && len(owes) == len(got) {
			break
		}
	}
	return owes, got
}
