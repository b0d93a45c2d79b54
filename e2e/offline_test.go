package e2e

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/packs"
)

// desk is one reporter's machine: a key file, a spool, and the program.
type desk struct {
	t    *testing.T
	dir  string
	args []string
}

const exitKept = 75

func newDesk(t *testing.T, server, key string) *desk {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "key"), key+"\n")
	return &desk{t: t, dir: dir, args: []string{"--server", server, "--key-file", filepath.Join(dir, "key"), "--spool",
		filepath.Join(dir, "spool")}}
}

// report runs `tocsin report` and returns its exit code and what it said.
func (d *desk) report(args ...string) (int, string) {
	d.t.Helper()
	cmd := exec.Command(bin, append(append([]string{"report"}, args...), d.args...)...)
	cmd.Env = append(os.Environ(), "HOME="+d.dir)
	out, _ := cmd.CombinedOutput()
	return cmd.ProcessState.ExitCode(), string(out)
}

// put writes a report into a file.
func (d *desk) put(name string, report map[string]any) string {
	d.t.Helper()
	b, err := json.Marshal(report)
	if err != nil {
		d.t.Fatal(err)
	}
	path := filepath.Join(d.dir, name)
	write(d.t, path, string(b))
	return path
}

// callable are the telephone numbers and names that the packs give for an instant.
func callable(t *testing.T, at time.Time) (words []string) {
	t.Helper()
	for _, id := range []string{"us-ca", "us-ma"} {
		p, err := packs.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Contacts(at) {
			words = append(words, c.Name)
			if c.Phone != "" {
				words = append(words, c.Phone)
			}
		}
	}
	return words
}

// privateSpool wants every file of the spool to be the owner's alone.
func (d *desk) privateSpool() (reports int) {
	d.t.Helper()
	err := filepath.WalkDir(filepath.Join(d.dir, "spool"), func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		want := fs.FileMode(0o600)
		if e.IsDir() {
			want = 0o700
		}
		if err == nil && info.Mode().Perm() != want {
			d.t.Errorf("%s has mode %04o", path, info.Mode().Perm())
		}
		b, _ := os.ReadFile(path)
		if strings.Contains(string(b), "taken from a field office") {
			d.t.Errorf("%s holds the report in the clear", path)
		}
		if strings.HasSuffix(path, ".report") {
			reports++
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return reports
}

// TestReportOffline: while the server is away a report is kept, whom to call is shown, and it is filed exactly once later,
// with the time at which it was discovered.
func TestReportOffline(t *testing.T) {
	t.Parallel()
	post, dir := startSink(t), t.TempDir()
	s := realServer(t, dir, provision(t, dir, crew), post.addr)
	d := newDesk(t, s.url, s.key("ca-dmv-iso"))
	filing := laptop()
	file := d.put("report.json", filing)

	before := callable(t, time.Now())
	code, out := d.report("--file", file)
	after := callable(t, time.Now())
	if code != exitKept || !strings.Contains(out, "NOT FILED YET") {
		t.Fatalf("exit code %d\n%s", code, out)
	}
	unsaid := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(out, w) })
	}
	if len(before) == 0 || unsaid(before) && unsaid(after) { // the hour may change in between
		t.Errorf("the contacts of this hour are %q, shown:\n%s", before, out)
	}
	if n := d.privateSpool(); n != 1 {
		t.Errorf("%d reports in the spool", n)
	}
	if code, out := d.report("--file", file); code != exitKept { // an anxious second time
		t.Errorf("a second time: exit code %d\n%s", code, out)
	}

	if err := s.run(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if code, out := d.report("--flush"); code != 0 {
			t.Errorf("flush: exit code %d\n%s", code, out)
		}
	}
	numbers := s.numbers(t, "ca-dmv-iso")
	if len(numbers) != 1 || d.privateSpool() != 0 {
		t.Fatalf("filed as %v; %d reports left in the spool", numbers, d.privateSpool())
	}
	v := s.incident(t, "ca-dmv-iso", numbers[0])
	if len(v.Filings) != 1 || !sameInstant(v.Filings[0].Content["discovered_at"], filing["discovered_at"]) {
		t.Errorf("filed %d times, discovered at %v instead of %v", len(v.Filings), v.Filings[0].Content["discovered_at"], filing["discovered_at"])
	}
	if code, out := d.report("--file", file); code != 0 || !strings.Contains(out, numbers[0]) {
		t.Errorf("the same file once more: exit code %d\n%s", code, out)
	}
	if got := s.numbers(t, "ca-dmv-iso"); len(got) != 1 {
		t.Errorf("the same file filed twice: %v", got)
	}
}

func sameInstant(a, b any) bool {
	x, err1 := time.Parse(time.RFC3339, a.(string))
	y, err2 := time.Parse(time.RFC3339, b.(string))
	return err1 == nil && err2 == nil && x.Equal(y)
}

// TestReportByTelephone: a call made while the system was away starts its duties, does not count as filed, and keeps its
// discovery time when the filing follows.
func TestReportByTelephone(t *testing.T) {
	t.Parallel()
	post, dir := startSink(t), t.TempDir()
	s := realServer(t, dir, provision(t, dir, crew), post.addr)
	d := newDesk(t, s.url, s.key("ca-dmv-iso"))
	found, called := time.Now().Add(-3*time.Hour), time.Now().Add(-time.Hour)
	call := d.put("call.json", map[string]any{"entity": "ca-demo-dmv", "caller": "Dana Whitfield", "called": "ENTAC", "after_hours": true,
		"called_at": called.Format(time.RFC3339), "discovered_at": found.Format(time.RFC3339), "reference": "T-4711"})
	if code, out := d.report("--by-telephone", "--file", call); code != exitKept {
		t.Fatalf("while the server is away: exit code %d\n%s", code, out)
	}
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
	if code, out := d.report("--flush"); code != 0 || !strings.Contains(out, "does not count as filed") {
		t.Fatalf("flush: exit code %d\n%s", code, out)
	}
	numbers := s.numbers(t, "ca-dmv-iso")
	if len(numbers) != 1 {
		t.Fatalf("incidents: %v", numbers)
	}
	if v := s.incident(t, "ca-dmv-iso", numbers[0]); v.Status != "telephoned" || v.Filing != 0 ||
		!v.owes("ca-own-notification") || v.Receipt != "" {
		t.Errorf("after the call: %+v", v.answer)
	}
	filing := laptop()
	filing["incident"] = numbers[0]
	filing["discovered_at"] = time.Now().Add(-30 * time.Minute).Format(time.RFC3339)
	code, out := d.report("--file", d.put("report.json", filing))
	if code != 0 || !strings.Contains(out, numbers[0]) {
		t.Fatalf("the filing that follows: exit code %d\n%s", code, out)
	}
	v := s.incident(t, "ca-dmv-iso", numbers[0])
	if v.Status != "open" || v.Filing != 1 || v.owes("ca-own-notification") {
		t.Errorf("after the filing: %+v", v.answer)
	}
	await(t, 10*time.Second, "no mail", func() bool { return post.count() > 0 })
	for _, letters := range post.arrived() {
		if text := plain(t, letters[0].raw); !strings.Contains(text, found.In(pacific(t)).Format("3:04 PM")) {
			t.Errorf("the mail does not say %s as the time of discovery:\n%s", found.In(pacific(t)).Format("3:04 PM"), text)
		}
		break
	}
}

// TestReportRefusesOpenKeyFile: a key that others may read is not used, and nothing leaves the machine.
func TestReportRefusesOpenKeyFile(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 8)
	addr := freeAddress(t)
	listener := &http.Server{Addr: addr, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked <- struct{}{} })}
	go func() { _ = listener.ListenAndServe() }()
	t.Cleanup(func() { listener.Close() })
	d := newDesk(t, "http://"+addr, "tk_something")
	file := d.put("report.json", laptop())
	for _, mode := range []fs.FileMode{0o644, 0o640, 0o604, 0o666} {
		if err := os.Chmod(filepath.Join(d.dir, "key"), mode); err != nil {
			t.Fatal(err)
		}
		if code, out := d.report("--file", file); code == 0 || code == exitKept || !strings.Contains(out, "chmod 600") {
			t.Errorf("mode %04o: exit code %d\n%s", mode, code, out)
		}
	}
	if len(asked) > 0 {
		t.Error("the server was asked all the same")
	}
}
