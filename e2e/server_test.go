// Package e2e drives the built program from outside: its server over HTTP, its tools on the command line, its pages in a
// real browser.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	pgtest "tocsin/internal/testkit/pg"
)

// bin is the program under test, built once for all tests.
var bin string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "tocsin-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	bin = filepath.Join(dir, "tocsin")
	build := exec.Command("go", "build", "-trimpath", "-o", bin, "./cmd/tocsin")
	build.Dir, build.Env = root(), append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	code := pgtest.Run(m)
	os.RemoveAll(dir)
	os.Exit(code)
}

// root is the folder of go.mod.
func root() string {
	dir, _ := os.Getwd()
	for !exists(filepath.Join(dir, "go.mod")) {
		dir = filepath.Dir(dir)
	}
	return dir
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// server is one running program.
type server struct {
	t    testing.TB
	args []string // of `tocsin serve`, besides the folder and the address
	dir  string
	addr string // listening address; a demonstration's may change with every run

	cmd   *exec.Cmd
	began time.Time
	url   string
	log   *lockedBuffer
	demo  demoFile
	keys  map[string]string // by person, of a server that is no demonstration
}

// lockedBuffer takes a program's output while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

type demoFile struct {
	Address string       `json:"address"`
	People  []demoPerson `json:"people"`
}

type demoPerson struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Email  string   `json:"email"`
	Entity string   `json:"entity"`
	Roles  []string `json:"roles"`
	Key    string   `json:"api_key"`
}

// start runs the demonstration in a folder and waits until it answers.
func start(t testing.TB, dir string, args ...string) *server {
	t.Helper()
	s := &server{t: t, dir: dir, addr: "127.0.0.1:0", args: append([]string{"--demo"}, args...), log: &lockedBuffer{}}
	t.Cleanup(s.kill)
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
	return s
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// run starts the program and waits until it answers. It may be called again after kill or stop.
func (s *server) run() error {
	if err := s.launch(); err != nil {
		return err
	}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if s.found() && s.answers(s.url) {
			return nil
		}
	}
	s.kill()
	return fmt.Errorf("the server does not answer:\n%s", s.log)
}

func (s *server) launch() error {
	s.cmd = exec.Command(bin, append([]string{"serve", "--data", s.dir, "--listen", s.addr}, s.args...)...)
	s.cmd.Stderr, s.cmd.Stdout = s.log, s.log
	s.began = time.Now()
	return s.cmd.Start()
}

// found learns the address: a demonstration writes it into its folder.
func (s *server) found() bool {
	if !slices.Contains(s.args, "--demo") {
		return true // realServer knows it
	}
	path := filepath.Join(s.dir, "demo.json")
	// One from an earlier run names an address that may be somebody else's by now.
	if info, err := os.Stat(path); err != nil || info.ModTime().Before(s.began) {
		return false
	}
	b, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(b, &s.demo) != nil {
		return false
	}
	s.url = s.demo.Address
	return s.url != ""
}

func (s *server) answers(url string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", url+"/healthz", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// kill ends the program at once, as a power cut would end it.
func (s *server) kill() {
	if s.cmd != nil && s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
}

// stop ends it as an operator would.
func (s *server) stop() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(os.Interrupt)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("the server ended with %v\n%s", err, s.log)
	}
}

func (s *server) person(id string) demoPerson {
	s.t.Helper()
	for _, p := range s.demo.People {
		if p.ID == id {
			return p
		}
	}
	s.t.Fatalf("no person %s in demo.json", id)
	return demoPerson{}
}

// key is a person's access key.
func (s *server) key(id string) string {
	s.t.Helper()
	if k, ok := s.keys[id]; ok {
		return k
	}
	return s.person(id).Key
}

// call sends one API request as a person and decodes the answer into out.
func (s *server) call(person, method, path string, body any, headers map[string]string, out any) (int, string) {
	s.t.Helper()
	status, text, err := s.try(s.key(person), method, path, body, headers)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	if out != nil && status < 300 {
		if err := json.Unmarshal([]byte(text), out); err != nil {
			s.t.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return status, text
}

func (s *server) try(key, method, path string, body any, headers map[string]string) (int, string, error) {
	res, text, err := s.ask(key, method, path, body, headers)
	if err != nil {
		return 0, "", err
	}
	return res.StatusCode, text, nil
}

// ask sends one request with a key. The answer's body is read already.
func (s *server) ask(key, method, path string, body any, headers map[string]string) (*http.Response, string, error) {
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		j, err := json.Marshal(b)
		if err != nil {
			return nil, "", err
		}
		r = bytes.NewReader(j)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, r)
	if err != nil {
		return nil, "", err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	if r != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res, string(text), err
}

// mail is one message of the demonstration's mailbox.
type mail struct {
	To        []string `json:"to"`
	Subject   string   `json:"subject"`
	MessageID string   `json:"message_id"`
	Text      string   `json:"text"`
}

func (s *server) mails() (out []mail) {
	s.t.Helper()
	res, err := http.Get(s.url + "/demo/mailbox.json")
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// await asks again and again until a condition holds, for at most d.
func await(t testing.TB, d time.Duration, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("after %v: %s", d, what)
}

// tool runs the program as a command and returns what it printed.
func tool(t testing.TB, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, bin, args...).CombinedOutput()
	return string(out), err
}
