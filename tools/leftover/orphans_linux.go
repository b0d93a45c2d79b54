package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// setChildSubreaper is PR_SET_CHILD_SUBREAPER: processes whose parent died become ours, so that we can name and end them.
const setChildSubreaper = 36

// adoptOrphans makes this process the parent of whatever is left behind below it, however deep.
func adoptOrphans() {
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0) // without it, we only see less
}

// grace is how long a process may take to end by itself after its test has ended.
const grace = 2 * time.Second

// endOrphans ends the processes that were started below us and are still there, and names those that did not go by
// themselves within the grace.
func endOrphans() []string {
	named := map[int]string{}
	deadline := time.Now().Add(grace)
	for time.Now().Before(deadline) && len(children(os.Getpid())) > 0 {
		reap()
		time.Sleep(50 * time.Millisecond)
	}
	// Ending one hands its own children to us, so look again until none is left.
	for round := 0; round < 100; round++ {
		pids := children(os.Getpid())
		if len(pids) == 0 {
			break
		}
		for _, pid := range pids {
			named[pid] = fmt.Sprintf("process %d: %s", pid, commandLine(pid))
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended just now
		}
		time.Sleep(20 * time.Millisecond)
		reap()
	}
	var out []string
	for _, what := range named {
		out = append(out, what)
	}
	return out
}

// reap collects the exit of every child that ended.
func reap() {
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err != nil || pid <= 0 {
			return
		}
	}
}

// children lists the processes whose parent is pid and that have not ended.
func children(pid int) []int {
	entries, _ := os.ReadDir("/proc")
	var out []int
	for _, e := range entries {
		child, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue // ended meanwhile
		}
		// pid (name) state parent …; the name may hold anything, so count from the last parenthesis.
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) > 1 && fields[0] != "Z" && fields[1] == strconv.Itoa(pid) {
			out = append(out, child)
		}
	}
	return out
}

// commandLine names a process as its starter wrote it.
func commandLine(pid int) string {
	line, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	return strings.TrimSpace(string(bytes.ReplaceAll(line, []byte{0}, []byte{' '})))
}
