package operation

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// Checkpoints go out as the tree grows, at most every few minutes and at least daily; a failure is tried again.
func TestWitnessIsDue(t *testing.T) {
	for name, c := range map[string]struct {
		sent Sent
		size int64
		want bool
	}{
		"never sent":                {Sent{}, 1, true},
		"grown, just sent":          {Sent{Size: 1, At: noon.Add(-time.Minute)}, 2, false},
		"grown, a while ago":        {Sent{Size: 1, At: noon.Add(-WitnessEvery)}, 2, true},
		"not grown":                 {Sent{Size: 2, At: noon.Add(-time.Hour)}, 2, false},
		"not grown for a day":       {Sent{Size: 2, At: noon.Add(-WitnessDaily)}, 2, true},
		"shrunk":                    {Sent{Size: 3, At: noon.Add(-time.Hour)}, 2, true},
		"failed just now":           {Sent{Size: 1, At: noon.Add(-time.Hour), Failed: noon.Add(-time.Minute)}, 2, false},
		"failed a while ago":        {Sent{Size: 1, At: noon.Add(-time.Hour), Failed: noon.Add(-WitnessEvery)}, 2, true},
		"never sent, failed":        {Sent{Failed: noon.Add(-time.Second)}, 2, false},
		"the clock was set back":    {Sent{Size: 2, At: noon.Add(time.Hour)}, 2, true},
		"failed in what is to come": {Sent{Failed: noon.Add(time.Hour)}, 2, true},
	} {
		if got := c.sent.Due(c.size, noon); got != c.want {
			t.Errorf("%s: due %v", name, got)
		}
	}
}

// A disk that hovers about the floor does not make readiness flap.
func TestFullDiskDoesNotFlap(t *testing.T) {
	f := Floor{Bytes: 1000}
	for i, c := range []struct {
		free int64
		want bool
	}{{5000, false}, {1000, false}, {999, true}, {1001, true}, {1249, true}, {1250, false}, {1001, false}, {999, true}} {
		if got := f.Full(Disk{Free: c.free, Total: 10_000}); got != c.want {
			t.Errorf("step %d, %d free: full %v", i, c.free, got)
		}
	}
	if f.Full(Disk{}) {
		t.Error("a disk of unknown size is full")
	}
}

func TestLoopIsLate(t *testing.T) {
	for _, c := range []struct {
		ago  time.Duration
		want bool
	}{{time.Second, false}, {loopSilence + 2*time.Second, true}} {
		if got := (Loop{LastRun: noon.Add(-c.ago), Period: time.Second}).Late(noon); got != c.want {
			t.Errorf("after %v: late %v", c.ago, got)
		}
	}
}
