// Command testrun runs `go test -json` with the arguments given, and says in plain lines what a person needs to know: each package as it
// ends, everything a failed test printed, what was skipped and why, and at the very end
//
//	N passed, N failed, N skipped
//
// It leaves nothing running: a process that a test started and forgot is named, ended, and counted as a failure.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	adoptOrphans()
	code, err := run(os.Args[1:], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testrun:", err)
		code = 1
	}
	os.Exit(code)
}

// run executes the tests and returns the exit code to end with.
func run(args []string, out io.Writer) (int, error) {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	cmd.Stdin = nil
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that an interrupt reaches the tests through us, once
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return 1, err
	}
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	stop := passSignals(cmd.Process.Pid)
	defer stop()

	s := newSummary(out)
	if err := s.read(pipe); err != nil {
		return 1, err
	}
	failed := cmd.Wait() != nil
	for _, left := range endOrphans() {
		s.leftBehind(left)
	}
	s.finish()
	if failed || s.failed > 0 {
		return 1, nil
	}
	return 0, nil
}

// passSignals hands an interrupt on to the process group of the tests.
func passSignals(pid int) (stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		for s := range c {
			_ = syscall.Kill(-pid, s.(syscall.Signal)) // the group may be gone already
			time.AfterFunc(10*time.Second, func() { _ = syscall.Kill(-pid, syscall.SIGKILL) })
		}
	}()
	return func() { signal.Stop(c); close(c) }
}

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build output
	Test        string
	Elapsed     float64
	Output      string
	FailedBuild string
}

// read takes events until the tests close their output. A line that is no event is passed on: the go command speaks plainly
// when it cannot even start.
func (s *summary) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) == nil {
				s.add(e)
			} else {
				fmt.Fprint(s.out, string(line))
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
