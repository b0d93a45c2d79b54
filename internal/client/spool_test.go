package client_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tocsin/internal/client"
)

func open(t *testing.T, dir string) *client.Spool {
	t.Helper()
	s, err := client.OpenSpool(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSpoolKeepsBytes(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 11, 20, 9, 0, 0, 123000, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		s, err := client.OpenSpool(filepath.Join(dir, "spool"))
		if err != nil {
			t.Fatal(err)
		}
		in := client.Report{ID: client.NewID(now), State: client.Waiting, Kind: client.Filing, Key: "k<&>", Body: body, Server: "https://x",
			KeptAt: now, Attempts: 3}
		if err := s.Put(in); err != nil {
			t.Fatal(err)
		}
		out, err := s.Get(in.ID)
		if err != nil || !bytes.Equal(out.Body, body) || out.Key != in.Key || !out.KeptAt.Equal(now) {
			t.Fatalf("%+v %v", out, err)
		}
		for range 2 {
			if err := s.Remove(in.ID); err != nil {
				t.Fatal("cannot be removed, or not twice: ", err)
			}
		}
	})
}

// TestSpoolIsPrivate: modes, no plain text on the disk, nothing half-written under a report's name.
func TestSpoolIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	s := open(t, dir)
	id := client.NewID(time.Now())
	if err := s.Put(client.Report{ID: id, Body: []byte("stolen laptop"), Key: "key-in-clear"}); err != nil {
		t.Fatal(err)
	}
	info, _ := os.Stat(dir)
	if info.Mode().Perm() != 0o700 {
		t.Errorf("folder has mode %o", info.Mode().Perm())
	}
	names, _ := os.ReadDir(dir)
	if len(names) != 2 {
		t.Errorf("left behind: %v", names)
	}
	for _, n := range names {
		info, _ := n.Info()
		text, _ := os.ReadFile(filepath.Join(dir, n.Name()))
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", n.Name(), info.Mode().Perm())
		}
		if bytes.Contains(text, []byte("laptop")) || bytes.Contains(text, []byte("in-clear")) {
			t.Errorf("%s shows the report", n.Name())
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := client.OpenSpool(dir); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("a readable folder is accepted: %v", err)
	}
}

// TestSpoolDamage: a damaged, swapped or foreign file is named, and does not hide the others.
func TestSpoolDamage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	s := open(t, dir)
	var ids []string
	for i := range 3 {
		ids = append(ids, client.NewID(time.Date(2026, 1, 1, i, 0, 0, 0, time.UTC)))
		if err := s.Put(client.Report{ID: ids[i], Body: []byte{byte(i)}}); err != nil {
			t.Fatal(err)
		}
	}
	first := filepath.Join(dir, ids[0]+".report")
	other, _ := os.ReadFile(filepath.Join(dir, ids[1]+".report"))
	if err := os.WriteFile(first, other, 0o600); err != nil { // another report under this name
		t.Fatal(err)
	}
	kept, err := s.List()
	if err == nil || !strings.Contains(err.Error(), ids[0]) {
		t.Errorf("error %v", err)
	}
	var got []string
	for _, r := range kept {
		got = append(got, r.ID)
	}
	if d := cmp.Diff(ids[1:], got); d != "" {
		t.Error(d)
	}
	for _, id := range []string{"", "../x", "a/b", ".new-1", strings.Repeat("a", 64)} {
		if _, err := s.Get(id); err == nil {
			t.Errorf("%q is read", id)
		}
		if err := s.Put(client.Report{ID: id}); err == nil {
			t.Errorf("%q is written", id)
		}
	}
	if err := os.Remove(filepath.Join(dir, "spool.key")); err != nil {
		t.Fatal(err)
	}
	if _, err := client.OpenSpool(dir); err == nil || !strings.Contains(err.Error(), "spool.key is missing") {
		t.Errorf("a lost key is replaced in silence: %v", err)
	}
}

// TestSpoolKeyIsMadeOnce: programs that start together use one key.
func TestSpoolKeyIsMadeOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() {
			s, err := client.OpenSpool(dir)
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = client.NewID(time.Now())
			if err := s.Put(client.Report{ID: ids[i]}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if kept, err := open(t, dir).List(); err != nil || len(kept) != len(ids) {
		t.Errorf("%d readable: %v", len(kept), err)
	}
}

func TestReadKey(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name, text string
		mode       os.FileMode
		says       string
	}{
		{"good", "tcn_abc\n", 0o600, ""},
		{"read-only", "tcn_abc", 0o400, ""},
		{"group", "tcn_abc", 0o640, "chmod 600"},
		{"world", "tcn_abc", 0o604, "chmod 600"},
		{"empty", "\n", 0o600, "one API key"},
		{"two", "a\nb\n", 0o600, "one API key"},
		{"long", strings.Repeat("k", 2000), 0o600, "one API key"},
	} {
		path := filepath.Join(dir, c.name)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		key, err := client.ReadKey(path)
		switch {
		case c.says == "" && (err != nil || key != "tcn_abc"):
			t.Errorf("%s: %q %v", c.name, key, err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v", c.name, err)
		case err != nil && strings.Contains(err.Error(), "tcn_"):
			t.Errorf("%s: shows the key: %v", c.name, err)
		}
	}
	if _, err := client.ReadKey(filepath.Join(dir, "absent")); err == nil || !strings.Contains(err.Error(), "install -m 600") {
		t.Error(err)
	}
	if _, err := client.ReadKey(dir); err == nil {
		t.Error("a folder is read")
	}
}

func TestNewGuardsTheKey(t *testing.T) {
	for server, ok := range map[string]bool{
		"https://tocsin.example.gov": true, "https://tocsin.example.gov/": true, "http://127.0.0.1:8080": true,
		"http://localhost:1": true, "http://[::1]:1": true,
		"http://tocsin.example.gov": false, "http://10.0.0.1": false, "ftp://x": false, "tocsin": false, "": false,
		"https://user:pw@x": false, "https://x?y=1": false,
	} {
		if _, err := client.New(server, "k", false); (err == nil) != ok {
			t.Errorf("%s: %v", server, err)
		}
	}
	if _, err := client.New("http://tocsin.internal", "k", true); err != nil {
		t.Error(err)
	}
}
