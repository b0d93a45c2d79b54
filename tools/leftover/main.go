// Command leftover runs a command, `go test -json` as a rule, and leaves nothing running: a process that a test started
// and forgot is ended, and told in the form of test2json as one more test that failed, so that it stands in the summary.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func main() {
	adoptOrphans()
	// An interrupt reaches the command itself, which shares our process group; what it leaves is ended all the same.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := run(os.Args[1:])
	if left := endOrphans(); len(left) > 0 {
		code = 1
		if err := report(os.Stdout, left); err != nil {
			fmt.Fprintln(os.Stderr, "leftover:", err)
		}
	}
	os.Exit(code)
}

// run executes the command and returns the exit code to end with.
func run(args []string) int {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return max(1, exit.ExitCode()) // -1 where a signal ended it
	case err != nil:
		fmt.Fprintln(os.Stderr, "leftover:", err)
		return 1
	}
	return 0
}

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action  string
	Package string
	Test    string `json:",omitempty"`
}

// report writes each process as a failed test of a package "left running".
func report(out io.Writer, left []string) error {
	const pkg = "left running"
	lines := json.NewEncoder(out)
	for _, what := range left {
		if err := errors.Join(lines.Encode(event{"run", pkg, what}), lines.Encode(event{"fail", pkg, what})); err != nil {
			return err
		}
	}
	return lines.Encode(event{Action: "fail", Package: pkg})
}
