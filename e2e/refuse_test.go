package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// refused runs the program and wants it to end soon, with a failure that says why.
func refused(t *testing.T, want string, args ...string) {
	t.Helper()
	cmd := exec.Command(bin, args...)
	out := &lockedBuffer{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(out.String(), want) {
			t.Errorf("tocsin %s: %v, want a refusal with %q:\n%s", strings.Join(args, " "), err, want, out)
		}
	case <-time.After(10 * time.Second):
		_ = cmd.Process.Kill()
		<-ended
		t.Errorf("tocsin %s: runs on:\n%s", strings.Join(args, " "), out)
	}
}

// contents is every file below a folder with the digest of what is in it.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		sum := sha256.Sum256(b)
		out[path] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func unchanged(t *testing.T, dir string, before map[string]string) {
	t.Helper()
	after := contents(t, dir)
	delete(after, filepath.Join(dir, "lock")) // whoever looks takes it first
	delete(before, filepath.Join(dir, "lock"))
	for path, sum := range after {
		if before[path] != sum {
			t.Errorf("%s was made or changed", path)
		}
	}
	for path := range before {
		if after[path] == "" {
			t.Errorf("%s is gone", path)
		}
	}
}

// TestDemoRefusesRealData: invented people never get at a record that the demonstration did not make.
func TestDemoRefusesRealData(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	provision(t, dir, []string{"ca-dmv-iso"})
	before := contents(t, dir)
	refused(t, "not a demonstration", "serve", "--demo", "--data", dir, "--listen", "127.0.0.1:0")
	unchanged(t, dir, before)

	other := t.TempDir()
	write(t, filepath.Join(other, "letter.txt"), "mine")
	refused(t, "not a demonstration", "serve", "--demo", "--data", other, "--listen", "127.0.0.1:0")
	if got := contents(t, other); len(got) != 1 {
		t.Errorf("the folder now holds %v", got)
	}
}

// TestDemoStartsAgain: over its own folder the demonstration goes on, with the same keys and incidents, wherever it was cut off.
func TestDemoStartsAgain(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	a := s.fileLaptop(t)
	key := s.key("ca-dmv-iso")
	s.kill()
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
	if s.key("ca-dmv-iso") != key {
		t.Error("the keys have changed")
	}
	if v := s.incident(t, "ca-dmv-iso", a.Incident); v.Incident != a.Incident {
		t.Errorf("the incident: %+v", v)
	}
}

// TestServeRefusesLostRecord: keys without their record mean a disk that is not there, not a new beginning.
func TestServeRefusesLostRecord(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	provision(t, dir, nil)
	for _, name := range []string{"record.db", "record.db-wal", "record.db-shm"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	before := contents(t, dir)
	serve := []string{"serve", "--data", dir, "--listen", "127.0.0.1:0", "--mail-server", "127.0.0.1:9", "--mail-tls", "none"}
	refused(t, "keys of a record but not the record", serve...)
	refused(t, "keys of a record but not the record", "directory", "import", directoryFile(), "--data", dir)
	refused(t, "no record", "verify", "--data", dir)
	refused(t, "no record", "rebuild", "--data", dir)
	unchanged(t, dir, before)
}

// TestOneProcessOnOneFile: a second server, or a rebuild, keeps away from a record that a server works on.
func TestOneProcessOnOneFile(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	a := s.fileLaptop(t)
	refused(t, "another tocsin works on", "serve", "--demo", "--data", s.dir, "--listen", "127.0.0.1:0")
	refused(t, "another tocsin works on", "rebuild", "--data", s.dir)
	if v := s.incident(t, "ca-dmv-iso", a.Incident); v.Filing != 1 {
		t.Errorf("the first server: %+v", v.answer)
	}
	s.kill() // the lock goes with the process
	if out, err := tool(t, "rebuild", "--data", s.dir); err != nil {
		t.Errorf("rebuild: %v\n%s", err, out)
	}
}

// TestServeRefusesOpenKeys: a key that others may read is no secret any more.
func TestServeRefusesOpenKeys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	provision(t, dir, nil)
	for _, name := range []string{"ledger.key", "link.key"} {
		path := filepath.Join(dir, "keys", name)
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		refused(t, "chmod 600", "serve", "--data", dir, "--listen", "127.0.0.1:0", "--mail-server", "127.0.0.1:9", "--mail-tls", "none")
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNonLoopbackRefused: the demonstration is for this machine, and nothing crosses a network in the clear.
func TestNonLoopbackRefused(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.org:0"} {
		refused(t, "loopback", "serve", "--demo", "--data", dir, "--listen", addr)
		refused(t, "in the clear", "serve", "--data", dir, "--listen", addr, "--mail-server", "127.0.0.1:9", "--mail-tls", "none")
	}
	refused(t, "mail", "serve", "--data", dir, "--listen", "127.0.0.1:0", "--mail-server", "192.0.2.1:25", "--mail-tls", "none")
	if exists(filepath.Join(dir, "demo.json")) || exists(filepath.Join(dir, "DEMONSTRATION")) {
		t.Error("a refused demonstration left its mark")
	}
}

// TestReadyz: a replica takes requests once its loops run, and says that it lives before that.
func TestReadyz(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir())
	await(t, 10*time.Second, "never ready", func() bool { status, _ := fetch(t, s.url+"/readyz"); return status == http.StatusOK })
	if status, text := fetch(t, s.url+"/readyz"); status != http.StatusOK || !strings.Contains(text, "ready") {
		t.Errorf("readyz: %d %s", status, text)
	}
	if status, text := fetch(t, s.url+"/healthz"); status != http.StatusOK || !strings.Contains(text, "alive") {
		t.Errorf("healthz: %d %s", status, text)
	}
}
