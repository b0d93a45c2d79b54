package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// table prints the results as they come.
type table struct{ w io.Writer }

func newTable(w io.Writer) *table { return &table{w} }

// machine says what the figures were taken on: without that they mean nothing.
func (t *table) machine(dir string) {
	model := "unknown processor"
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	load, _ := os.ReadFile("/proc/loadavg")
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	fmt.Fprintf(t.w, "%s, %d cores, %s, Linux %s, data on %s, load before %s\n", model, runtime.NumCPU(), runtime.Version(),
		strings.TrimSpace(string(kernel)), fileSystem(dir),
		strings.Join(strings.Fields(string(load))[:min(3, len(strings.Fields(string(load))))], " "))
}

// fileSystem names what the data lies on: on memory a commit costs nothing, and the ratios would say nothing.
func fileSystem(dir string) string {
	var fs syscall.Statfs_t
	if syscall.Statfs(dir, &fs) != nil {
		return "an unknown file system"
	}
	if name, ok := map[int64]string{0xef53: "ext4", 0x58465342: "xfs", 0x9123683e: "btrfs", 0x01021994: "tmpfs (NOT a disk)",
		0x794c7630: "overlayfs"}[int64(fs.Type)]; ok {
		return name
	}
	return fmt.Sprintf("file system %#x", fs.Type)
}

var heads = map[string]string{
	"filings":       "FILINGS over HTTP against one durable single-row commit of the same engine, in turn; mail goes out meanwhile",
	"mail":          "MAIL: from the answer to a filing until the mail server has taken a mail about it, at a fixed rate",
	"lists":         "QUESTIONS over HTTP, RATES over the whole record",
	"live":          "LIVE UPDATES: a thousand open pages while nothing happens, and one change",
	"large":         "ONE LARGE INCIDENT over HTTP",
	"investigation": "ONE INVESTIGATION over HTTP, and indicators looked up over the whole record",
	"pdf":           "PAPERS as PDF over HTTP",
	"start":         "START and MEMORY",
}

func (t *table) part(name string) { fmt.Fprintf(t.w, "\n%s\n", heads[name]) }

func (t *table) row(format string, args ...any) { fmt.Fprintf(t.w, "  "+format+"\n", args...) }

// times are how long each of many things took.
type times []time.Duration

// at returns the time that a share of all did not exceed; 0 where there is none.
func (ts times) at(share float64) time.Duration {
	if len(ts) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(ts))
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}

// String gives median and 99th percentile.
func (ts times) String() string {
	return fmt.Sprintf("p50 %8s  p99 %8s", short(ts.at(0.5)), short(ts.at(0.99)))
}

func short(d time.Duration) string {
	switch {
	case d < 100*time.Microsecond:
		return fmt.Sprintf("%d us", d.Microseconds())
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1e3)
	case d < 10*time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// median of figures; 0 for none.
func median(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(xs))
	return s[len(s)/2]
}
