// Package pgtest runs a private PostgreSQL for the tests of one binary: a cluster in a temporary folder, reached by a
// unix socket only, and a database for each test. Where the machine has no PostgreSQL the tests skip and say so.
package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// errNoBinaries makes tests skip; any other failure makes them fail.
var errNoBinaries = errors.New("no PostgreSQL binaries (initdb, postgres) in PATH or /usr/lib/postgresql/*/bin")

var cluster struct {
	once      sync.Once
	err       error
	folder    string
	server    *exec.Cmd
	exited    chan error
	mu        sync.Mutex
	databases int
	templates map[string]error
}

// Run runs the tests of a binary and stops the cluster if one was started. TestMain ends with os.Exit(pgtest.Run(m)).
func Run(m *testing.M) int {
	defer stop()
	return m.Run()
}

// Database returns the DSN of a new, empty database, owned by a superuser.
func Database(t testing.TB) string {
	t.Helper()
	return create(t, "template0")
}

// DatabaseFrom returns the DSN of a copy of the template database of that name, which setup fills once.
func DatabaseFrom(t testing.TB, template string, setup func(dsn string) error) string {
	t.Helper()
	ready(t)
	cluster.mu.Lock()
	err, done := cluster.templates[template]
	if !done {
		if err = admin("CREATE DATABASE " + template + " TEMPLATE template0"); err == nil {
			err = setup(DSN("postgres", template))
		}
		cluster.templates[template] = err
	}
	cluster.mu.Unlock()
	if err != nil {
		t.Fatalf("template database %s: %v", template, err)
	}
	return create(t, template)
}

// DSN addresses a database of the cluster as a role.
func DSN(role, database string) string {
	return fmt.Sprintf("postgres://%s@/%s?host=%s&port=5432", role, database, cluster.folder)
}

func create(t testing.TB, template string) string {
	t.Helper()
	ready(t)
	cluster.mu.Lock()
	cluster.databases++
	name := fmt.Sprintf("test_%d", cluster.databases)
	err := admin("CREATE DATABASE " + name + " TEMPLATE " + template)
	cluster.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Log(err)
		}
	})
	return DSN("postgres", name)
}

func ready(t testing.TB) {
	t.Helper()
	cluster.once.Do(func() { cluster.err = start() })
	if errors.Is(cluster.err, errNoBinaries) {
		t.Skip(cluster.err)
	}
	if cluster.err != nil {
		t.Fatal(cluster.err)
	}
}

// admin runs one statement as superuser on a connection of its own.
func admin(sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, DSN("postgres", "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

// Exec runs one statement as superuser in the database of a DSN: what an insider with the server could do.
func Exec(t testing.TB, dsn, sql string, args ...any) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func binary(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return "", errNoBinaries
	}
	sort.Strings(found)
	return found[len(found)-1], nil
}

// start makes the cluster and waits until it answers. Durability stays on: the store refuses a server without it.
func start() error {
	initdb, err := binary("initdb")
	if err != nil {
		return err
	}
	postgres, err := binary("postgres")
	if err != nil {
		return err
	}
	// A unix socket's path has about a hundred bytes, which a temporary folder of the tests may exceed; the one that the gate
	// makes in memory does not.
	base := "/tmp"
	if dir := os.TempDir(); strings.HasPrefix(dir, "/dev/shm/") && len(dir) < 50 {
		base = dir
	}
	if cluster.folder, err = os.MkdirTemp(base, "pgtest"); err != nil {
		return err
	}
	as, err := unprivileged(cluster.folder)
	if err != nil {
		return err
	}
	data := filepath.Join(cluster.folder, "data")
	setup := exec.Command(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	setup.SysProcAttr, setup.Dir = as, cluster.folder
	if out, err := setup.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	cluster.templates = map[string]error{}
	return serve(exec.Command(postgres, "-D", data, "-k", cluster.folder, "-c", "listen_addresses=", "-c", "max_connections=200",
		"-c", "shared_buffers=64MB", "-c", "max_wal_size=512MB", "-c", "log_min_messages=panic"), as)
}

// serve runs the server and makes it end with this process, however that ends.
func serve(cmd *exec.Cmd, as *syscall.SysProcAttr) error {
	var log bytes.Buffer
	attr := *as
	attr.Pdeathsig = syscall.SIGQUIT
	cmd.SysProcAttr, cmd.Dir, cmd.Stderr = &attr, cluster.folder, &log
	cluster.server, cluster.exited = cmd, make(chan error, 1)
	started := make(chan error, 1)
	go func() {
		// The death signal belongs to the thread that started the process: keep it.
		runtime.LockOSThread()
		started <- cmd.Start()
		cluster.exited <- cmd.Wait()
	}()
	if err := <-started; err != nil {
		return err
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := admin("SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-cluster.exited:
			return fmt.Errorf("postgres ended: %s", log.String())
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("postgres does not answer: %w", err)
		}
	}
}

// unprivileged gives the folder to a user who is not root: PostgreSQL refuses to run as root.
func unprivileged(folder string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, os.Chown(folder, uid, gid)
	}
	return nil, errors.New("running as root, and there is neither a user postgres nor nobody")
}

func stop() {
	if cluster.server != nil && cluster.server.Process != nil {
		_ = cluster.server.Process.Signal(syscall.SIGINT)
		select {
		case <-cluster.exited:
		case <-time.After(10 * time.Second):
			_ = cluster.server.Process.Kill()
		}
	}
	if cluster.folder != "" {
		_ = os.RemoveAll(cluster.folder)
	}
}
