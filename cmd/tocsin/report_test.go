package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"tocsin/internal/domain/policy"
)

// commandLine is the part of the program's command line that these tests use.
type commandLine struct {
	Report reportCommand `cmd:""`
	Verify struct {
		Receipt verifyReceiptCommand `cmd:""`
	} `cmd:""`
}

func run(t *testing.T, args ...string) error {
	t.Helper()
	var c commandLine
	parser, err := kong.New(&c, kong.Bind(contactsAt(func(time.Time) []policy.Contact { return nil })))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return parsed.Run()
}

// TestReportCommand drives the flags against a server: environment, key file, spool and file.
func TestReportCommand(t *testing.T) {
	var key, body string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key = r.Header.Get("Authorization")
		b := make([]byte, 100)
		n, _ := r.Body.Read(b)
		body = string(b[:n])
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"incident":"7KM-4X9-2RTD","filing":1}`))
	}))
	defer srv.Close()
	dir := t.TempDir()
	report, keyFile := filepath.Join(dir, "r.json"), filepath.Join(dir, "key")
	if err := os.WriteFile(report, []byte(`{"entity":"e","description":"d"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(keyFile, []byte("tcn_abc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TOCSIN_SERVER", srv.URL)
	if err := run(t, "report", "--file", report, "--key-file", keyFile, "--spool", filepath.Join(dir, "spool")); err != nil {
		t.Fatal(err)
	}
	if key != "Bearer tcn_abc" || body != `{"entity":"e","description":"d"}` {
		t.Errorf("sent %q %q", key, body)
	}
	if err := os.Chmod(keyFile, 0o644); err != nil {
		t.Fatal(err)
	}
	err := run(t, "report", "--file", report, "--key-file", keyFile, "--spool", filepath.Join(dir, "spool"))
	if err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a readable key is taken: %v", err)
	}
	if err := run(t, "report", "--flush", "--list"); err == nil {
		t.Error("contradicting flags are taken")
	}
}
