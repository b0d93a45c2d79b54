package e2e

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	pgtest "tocsin/internal/testkit/pg"
)

// outage files until the record cannot be written, wants an honest refusal, mends the record, and repeats what was refused.
func (s *server) outage(t *testing.T, person, entity string, pause time.Duration, mend func()) {
	t.Helper()
	var refused []string
	body := func(n int) string {
		b, err := json.Marshal(map[string]any{"entity": entity, "description": fmt.Sprintf("Case %d. %s", n,
			strings.Repeat("What the logs show. ", 2000))})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	key := func(n int) map[string]string { return map[string]string{"Idempotency-Key": fmt.Sprintf("full-%d", n)} }
	accepted := map[int]string{}
	for n := 0; n < 400 && len(refused) < 3; n++ {
		time.Sleep(pause)
		res, text, err := s.ask(s.key(person), "POST", "/api/v1/filings", body(n), key(n))
		switch {
		case err != nil:
			t.Fatalf("request %d: %v\n%s", n, err, s.log)
		case res.StatusCode == http.StatusCreated:
			accepted[n] = text
		default:
			refused = append(refused, fmt.Sprint(n))
			honest(t, res, text)
		}
	}
	if len(refused) == 0 {
		t.Fatalf("%d filings and never a refusal", len(accepted))
	}
	mend()
	await(t, 30*time.Second, "does not recover", func() bool {
		status, _, err := s.try(s.key(person), "POST", "/api/v1/filings", body(1000), key(1000))
		return err == nil && status == http.StatusCreated
	})
	for n := range len(accepted) + len(refused) {
		status, text, err := s.try(s.key(person), "POST", "/api/v1/filings", body(n), key(n))
		if err != nil || status != http.StatusCreated {
			t.Errorf("repeating case %d: %d %v %.200s", n, status, err, text)
		}
		if before, ok := accepted[n]; ok && before != text {
			t.Errorf("case %d was accepted before and is answered differently now", n)
		}
	}
	if got := len(s.numbers(t, person)); got != len(accepted)+len(refused)+1 {
		t.Errorf("%d incidents, %d were filed", got, len(accepted)+len(refused)+1)
	}
	t.Logf("%d accepted, %d refused and filed later", len(accepted), len(refused))
}

// honest wants a 503 that says when to come again and whom to call meanwhile. CA step 4
func honest(t *testing.T, res *http.Response, text string) {
	t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(text), &p); err != nil || res.StatusCode != http.StatusServiceUnavailable ||
		res.Header.Get("Retry-After") == "" {
		t.Fatalf("while nothing can be written: %d %v %.300s", res.StatusCode, err, text)
	}
	if !slices.ContainsFunc(p.EmergencyContacts, func(c struct{ Name, Phone string }) bool { return c.Phone != "" }) {
		t.Errorf("the refusal names nobody to call: %s", text)
	}
	if !strings.Contains(p.Detail, "Idempotency-Key") {
		t.Errorf("the refusal does not say how to repeat: %s", p.Detail)
	}
}

// TestDiskFull: the disk runs full and is emptied again.
func TestDiskFull(t *testing.T) {
	if testing.Short() {
		t.Skip("slow: waits until what the outage left claimed is free again")
	}
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can make a small disk")
	}
	dir, post := filepath.Join(t.TempDir(), "disk"), startSink(t)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=6m,mode=700"); err != nil {
		t.Skipf("no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	s := startReal(t, dir, provision(t, dir, crew), post.addr)
	s.outage(t, "ca-dmv-iso", "ca-demo-dmv", 0, func() {
		if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=200m,mode=700"); err != nil {
			t.Fatal(err)
		}
	})
	s.everythingArrives(t, openRecord(t, dir), post)
	s.stop()
	sound(t, dir)
}

// everythingArrives waits for the mails that an outage held up.
func (s *server) everythingArrives(t *testing.T, db *sql.DB, post *sink) {
	t.Helper()
	owes, arrived := settled(t, db, post, 3*time.Minute)
	for _, m := range owes {
		if len(arrived[m.MessageID]) == 0 {
			t.Errorf("message %s (%s) never reached %s", m.ID, m.Kind, m.To)
		}
	}
	if len(arrived) != len(owes) || len(owes) == 0 {
		t.Errorf("%d messages came, %d are owed", len(arrived), len(owes))
	}
}

// TestDatabaseAway: the database goes away under a running server and comes back.
func TestDatabaseAway(t *testing.T) {
	if testing.Short() {
		t.Skip("slow: waits until what the outage left claimed is free again")
	}
	t.Parallel()
	dsn, dir, post := pgtest.Database(t), t.TempDir(), startSink(t)
	on := []string{"--database", dsn}
	s := startReal(t, dir, provision(t, dir, crew, on...), post.addr, on...)
	name, _, _ := strings.Cut(dsn[strings.Index(dsn, "@/")+2:], "?")
	allow := func(yes bool) {
		pgtest.Exec(t, pgtest.DSN("postgres", "postgres"), fmt.Sprintf("ALTER DATABASE %s WITH ALLOW_CONNECTIONS %t", name, yes))
	}
	time.AfterFunc(2*time.Second, func() {
		allow(false)
		pgtest.Exec(t, pgtest.DSN("postgres", "postgres"), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
	})
	s.outage(t, "ca-dmv-iso", "ca-demo-dmv", 20*time.Millisecond, func() {
		if status, text := fetch(t, s.url+"/readyz"); status != http.StatusServiceUnavailable {
			t.Errorf("without a database the server says it is ready: %d %s", status, text)
		}
		if status, _ := fetch(t, s.url+"/healthz"); status != http.StatusOK {
			t.Errorf("without a database the server says it is dead: %d", status)
		}
		allow(true)
	})
	await(t, 20*time.Second, "not ready again", func() bool { status, _ := fetch(t, s.url+"/readyz"); return status == http.StatusOK })
	s.everythingArrives(t, openPostgres(t, dsn), post)
	sound(t, dir, on...)
}
