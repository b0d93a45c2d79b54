package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

var errNoPostgres = errors.New("PostgreSQL is left out: no initdb and postgres in PATH or /usr/lib/postgresql/*/bin")

// cluster is a private PostgreSQL, reached by a unix socket only. Its durability is the server's default: all of it.
type cluster struct {
	folder string
	server *exec.Cmd
	log    bytes.Buffer
	made   int
}

func postgresTool(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return "", errNoPostgres
	}
	return slices.Max(found), nil
}

func startCluster() (*cluster, error) {
	initdb, err := postgresTool("initdb")
	if err != nil {
		return nil, err
	}
	postgres, err := postgresTool("postgres")
	if err != nil {
		return nil, err
	}
	c := &cluster{}
	if c.folder, err = os.MkdirTemp("/tmp", "pgbench"); err != nil { // a socket's path must be short
		return nil, err
	}
	as, err := notRoot(c.folder)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(c.folder, "data")
	setup := exec.Command(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
	setup.SysProcAttr, setup.Dir = as, c.folder
	if out, err := setup.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	c.server = exec.Command(postgres, "-D", data, "-k", c.folder, "-c", "listen_addresses=", "-c", "shared_buffers=512MB",
		"-c", "max_wal_size=4GB")
	c.server.SysProcAttr, c.server.Dir, c.server.Stderr = as, c.folder, &c.log
	if err := c.server.Start(); err != nil {
		return nil, err
	}
	return c, c.await()
}

func (c *cluster) await() error {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if c.admin(context.Background(), "SELECT 1") == nil {
			return nil
		}
	}
	c.stop()
	return fmt.Errorf("postgres does not answer: %s", c.log.String())
}

// notRoot gives the folder to a user who is not root: PostgreSQL refuses to run as root.
func notRoot(folder string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ := strconv.Atoi(u.Uid)
			gid, _ := strconv.Atoi(u.Gid)
			attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
			return attr, os.Chown(folder, uid, gid)
		}
	}
	return nil, errors.New("running as root, and there is neither a user postgres nor nobody")
}

// dsn addresses a database of the cluster.
func (c *cluster) dsn(database string) string {
	return fmt.Sprintf("postgres://postgres@/%s?host=%s&port=5432", database, c.folder)
}

func (c *cluster) admin(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, c.dsn("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, sql)
	return err
}

// copyOf makes a database like another.
func (c *cluster) copyOf(ctx context.Context, template string) (string, error) {
	c.made++
	name := fmt.Sprintf("bench_%d", c.made)
	return name, c.admin(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template)
}

func (c *cluster) drop(name string) {
	_ = c.admin(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)")
}

// cpu is the processor time that the server's processes have used, as long as they live.
func (c *cluster) cpu() (sum time.Duration) {
	if c == nil {
		return 0
	}
	postmaster := strconv.Itoa(c.server.Process.Pid)
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		b, _ := os.ReadFile(path)
		_, rest, _ := strings.Cut(string(b), ") ")
		if f := strings.Fields(rest); len(f) > 12 && f[1] == postmaster {
			sum += ticks(f[11]) + ticks(f[12])
		}
	}
	return sum
}

func (c *cluster) stop() {
	_ = c.server.Process.Signal(syscall.SIGINT)
	done := make(chan error, 1)
	go func() { done <- c.server.Wait() }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		_ = c.server.Process.Kill()
		<-done
	}
	os.RemoveAll(c.folder)
}
