package e2e

import (
	"database/sql"
	"testing"
	"time"

	pgtest "tocsin/internal/testkit/pg"
)

// TestTwoReplicas: two processes share a database under load, one is killed in the middle and stays away. Nothing is lost,
// nothing fires twice, and there is one tree.
func TestTwoReplicas(t *testing.T) {
	if testing.Short() {
		t.Skip("slow: waits until what the killed replica had claimed is free again")
	}
	t.Parallel()
	dsn, post, dir := pgtest.Database(t), startSink(t), t.TempDir()
	on := []string{"--database", dsn}
	keys := provision(t, dir, crew, on...)
	serve := append(on, "--base-url", "http://tocsin.example") // one address for readers, whichever replica answers
	survivor, victim := startReal(t, dir, keys, post.addr, serve...), startReal(t, dir, keys, post.addr, serve...)
	var clients []*client
	for i, c := range []struct{ person, entity string }{{"ca-dmv-iso", "ca-demo-dmv"}, {"ca-ftb-iso", "ca-demo-ftb"},
		{"ma-rmv-iso", "ma-demo-rmv"},
		{"ca-caltrans-iso", "ca-demo-caltrans"}} {
		asked := i
		clients = append(clients, &client{name: c.entity, person: c.person, entity: c.entity, keys: keys,
			pause: 40 * time.Millisecond, url: func() string {
				asked++ // every request may go to the other replica, as behind a balancer
				return []string{survivor.url, victim.url}[asked%2]
			}})
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		time.Sleep(6 * time.Second)
		victim.kill()
		time.Sleep(4 * time.Second)
	}()
	crowd(clients, func(c *client) { c.work(done) })
	crowd(clients, (*client).replay)
	db := openPostgres(t, dsn)
	await(t, time.Minute, "entries have no place", func() bool { return number(t, db, "SELECT count(*) FROM unsequenced") == 0 })
	h := gather(t, survivor, clients)
	h.kills, h.flight = 1, inFlight
	h.addMail(settled(t, db, post, 3*time.Minute))
	report(t, h, post)
	firesOnce(t, db)
	survivor.stop()
	sound(t, dir, on...)
}

// firesOnce looks at duties that fell due under load: starting the response and reporting to management are due at once at High.
func firesOnce(t *testing.T, db *sql.DB) {
	t.Helper()
	const stages = "SELECT count(*) FROM entry WHERE fact = 'incident.duty_stage_reached.v1'"
	const twice = `SELECT count(*) FROM (SELECT 1 FROM entry WHERE fact = 'incident.duty_stage_reached.v1'
		GROUP BY stream, body::json ->> 'duty', body::json ->> 'stage' HAVING count(*) > 1) AS again`
	const high = `SELECT count(*) FROM entry WHERE fact = 'incident.rated.v1' AND body::json ->> 'level' = 'high'`
	if fired, due := number(t, db, stages), number(t, db, high); due == 0 || fired != 2*due {
		t.Errorf("%d duties fell due at once, and the clock fired %d times", 2*due, fired)
	}
	if n := number(t, db, twice); n != 0 {
		t.Errorf("%d duties fired twice", n)
	}
}

// TestKeysBelongToRecord: a replica that was given no keys, or others, must not go on signing another's record.
func TestKeysBelongToRecord(t *testing.T) {
	t.Parallel()
	dsn, post, dir := pgtest.Database(t), startSink(t), t.TempDir()
	on := []string{"--database", dsn}
	s := startReal(t, dir, provision(t, dir, crew, on...), post.addr, on...)
	other := func() []string {
		return append([]string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--mail-server", post.addr,
			"--mail-tls", "none"}, on...)
	}
	db := openPostgres(t, dsn)
	if n := number(t, db, "SELECT count(*) FROM entry WHERE stream LIKE 'incident/%'"); n != 0 {
		t.Fatalf("%d facts before the first filing", n)
	}
	refused(t, "keys", other()...) // before anybody reports, too
	a := s.fileLaptop(t)
	await(t, 20*time.Second, "no checkpoint", func() bool { return number(t, db, "SELECT count(*) FROM checkpoint") > 0 })
	refused(t, "keys", other()...)
	if v := s.incident(t, "ca-dmv-iso", a.Incident); v.Filing != 1 {
		t.Errorf("the first server: %+v", v.answer)
	}
	s.stop()
	sound(t, dir, on...)
}
