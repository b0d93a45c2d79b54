package e2e

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// directoryFile is the directory that the tests import where no demonstration does it: the same invented states.
func directoryFile() string { return filepath.Join(root(), "internal", "demo", "directory.json") }

// provision makes a record that is no demonstration: the directory, and a key for each person. more goes to every command,
// such as --database.
func provision(t testing.TB, dir string, people []string, more ...string) map[string]string {
	t.Helper()
	if out, err := tool(t, append([]string{"directory", "import", directoryFile(), "--data", dir}, more...)...); err != nil {
		t.Fatalf("directory import: %v\n%s", err, out)
	}
	keys := map[string]string{}
	for _, p := range people {
		key, said, err := toolOutput(t, append([]string{"key", "add", "--data", dir, "--person", p, "--label", "e2e"}, more...)...)
		if err != nil {
			t.Fatalf("key add %s: %v\n%s", p, err, said)
		}
		keys[p] = strings.TrimSpace(key)
	}
	return keys
}

// startReal runs a server that is no demonstration, delivering to the given mail server, and waits until it answers.
func startReal(t testing.TB, dir string, keys map[string]string, mailAt string, more ...string) *server {
	t.Helper()
	s := realServer(t, dir, keys, mailAt, more...)
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
	return s
}

// realServer is a server that is not yet started.
func realServer(t testing.TB, dir string, keys map[string]string, mailAt string, more ...string) *server {
	t.Helper()
	addr := freeAddress(t)
	s := &server{t: t, dir: dir, addr: addr, url: "http://" + addr, keys: keys, log: &lockedBuffer{},
		args: append([]string{"--mail-server", mailAt, "--mail-tls", "none"}, more...)}
	t.Cleanup(s.kill)
	return s
}

// toolOutput runs the program as a command and returns standard output and standard error apart.
func toolOutput(t testing.TB, args ...string) (out, said string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var o, e strings.Builder
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Stdout, cmd.Stderr = &o, &e
	err = cmd.Run()
	return o.String(), e.String(), err
}

// sound checks a record with the program's own tool and fails unless it says that the record is sound.
func sound(t testing.TB, dir string, more ...string) {
	t.Helper()
	out, err := tool(t, append([]string{"verify", "--data", dir}, more...)...)
	if err != nil || !strings.Contains(out, "The record is sound.") {
		t.Errorf("verify: %v\n%s", err, out)
	}
}
