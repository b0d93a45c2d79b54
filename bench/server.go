package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is the program at work, as a child process.
type server struct {
	cmd  *exec.Cmd
	addr string
	log  *os.File
}

// serve starts the program on a record and waits until it is alive. took is the time until then.
func (b *bench) serve(ctx context.Context, p *place) (s *server, took time.Duration, err error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, 0, err
	}
	s = &server{addr: addr}
	if s.log, err = os.Create(filepath.Join(filepath.Dir(p.dir), "server.log")); err != nil {
		return nil, 0, err
	}
	s.cmd = exec.Command(b.bin, p.args("serve", "--listen", addr, "--mail-server", b.sink.addr(), "--mail-tls", "none")...)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if b.profile != "" {
		s.cmd.Env = append(os.Environ(), "TOCSIN_PROFILE="+filepath.Join(b.profile, fmt.Sprintf("%s-%d.prof", p.engine, time.Now().UnixNano())))
	}
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, 0, err
	}
	for time.Since(began) < 30*time.Second && ctx.Err() == nil {
		if c, err := dial(addr); err == nil {
			status, _, err := c.do(request("GET", "/healthz", "", "", nil))
			c.close()
			if err == nil && status == 200 {
				return s, time.Since(began), nil
			}
		}
		time.Sleep(500 * time.Microsecond)
	}
	s.stop()
	text, _ := os.ReadFile(s.log.Name())
	return nil, 0, fmt.Errorf("the server does not answer:\n%s", bytes.TrimSpace(text))
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// pause stops the process where it is, so that it takes nothing from what is measured beside it.
func (s *server) pause() { _ = s.cmd.Process.Signal(syscall.SIGSTOP) }

func (s *server) resume() { _ = s.cmd.Process.Signal(syscall.SIGCONT) }

func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGINT)
	done := make(chan error, 1)
	go func() { done <- s.cmd.Wait() }()
	select {
	case <-done:
	case <-time.After(15 * time.Second):
		_ = s.cmd.Process.Kill()
		<-done
	}
	s.log.Close()
}

// cpu is the processor time that the process has used.
func (s *server) cpu() time.Duration {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	_, rest, _ := strings.Cut(string(b), ") ")
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	return ticks(f[11]) + ticks(f[12])
}

// ticks reads a time of /proc: Linux counts in hundredths of a second.
func ticks(field string) time.Duration {
	n, _ := strconv.Atoi(field)
	return time.Duration(n) * 10 * time.Millisecond
}

// rss is the memory that the process holds, in MiB.
func (s *server) rss() float64 {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, _ := strconv.Atoi(strings.Fields(v)[0])
			return float64(kib) / 1024
		}
	}
	return 0
}

// ownCPU is the processor time that this process has used.
func ownCPU() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
