package response

import (
	"strconv"
	"strings"
	"time"
)

// Required says of a task that a phase is not left, and the incident not closed, while it is open: a step of a procedure that the
// procedure does not call optional.
func (t Task) Required() bool { return t.Playbook != "" && !t.Optional }

// TaskIDs lists the ids of tasks.
func TaskIDs(tasks []Task) (ids []string) {
	for _, t := range tasks {
		ids = append(ids, t.ID)
	}
	return ids
}

// Aimed is by when a procedure aims at a task to be done, in microseconds: 0 where it names no time, or one in business days, which
// only the pack's calendar can count.
func (t Task) Aimed(start time.Time) int64 {
	if t.Within == "at once" {
		return start.UnixMicro()
	}
	number, unit, _ := strings.Cut(t.Within, " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	each := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "calendar day": 24 * time.Hour}[strings.TrimSuffix(unit, "s")]
	if each == 0 {
		return 0
	}
	return start.Add(time.Duration(n) * each).UnixMicro()
}
