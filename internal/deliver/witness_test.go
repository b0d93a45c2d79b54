package deliver

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/internal/domain/operation"
	"tocsin/internal/ledger"
)

var checkpoint = ledger.Checkpoint{Origin: "o", Size: 7, Note: []byte("o\n7\nroot\n\n— o sig\n")}

func TestFileWitness(t *testing.T) {
	dir := t.TempDir()
	w := FileWitness{Path: filepath.Join(dir, "checkpoint")}
	if held, err := w.Held(context.Background()); held != nil || err != nil {
		t.Errorf("nothing yet: %q, %v", held, err)
	}
	for range 2 {
		if err := w.Send(context.Background(), checkpoint, 0, nil); err != nil {
			t.Fatal(err)
		}
	}
	if held, err := w.Held(context.Background()); string(held) != string(checkpoint.Note) || err != nil {
		t.Errorf("held %q, %v", held, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if err := (FileWitness{Path: filepath.Join(dir, "no", "folder")}).Send(context.Background(), checkpoint, 0, nil); err == nil {
		t.Error("a folder that is not there took a checkpoint")
	}
}

func TestHTTPWitness(t *testing.T) {
	var got string
	status, answer := http.StatusOK, "— witness signature\n"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = r.Method + " " + r.URL.Path + "\n" + string(b)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	defer server.Close()
	w := HTTPWitness{URL: server.URL + "/", Client: server.Client()}
	send := func() error { return w.Send(context.Background(), checkpoint, 3, []ledger.Digest{{1}}) }
	if err := send(); err != nil {
		t.Fatal(err)
	}
	want := "POST /add-checkpoint\nold 3\nAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n" + string(checkpoint.Note)
	if got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	status, answer = http.StatusConflict, "5\n"
	var holds operation.HoldsError
	if err := send(); !errors.As(err, &holds) || holds.Size != 5 {
		t.Errorf("another size: %v", err)
	}
	status, answer = http.StatusUnprocessableEntity, "bad\x1b[31m proof\r\nX: y"
	if err := send(); err == nil || strings.ContainsAny(err.Error(), "\x1b\r\n") {
		t.Errorf("a refusal: %v", err)
	}
	server.Close()
	if err := send(); err == nil {
		t.Error("a witness that is gone took a checkpoint")
	}
}
