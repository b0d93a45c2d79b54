package engine

import (
	"fmt"
	"slices"
	"testing"
)

// A group holds at most one change of each stream, in the order in which they came: a change that stands on another of its own group
// would fail or spoil it.
func TestGroupHasOneChangeOfAStream(t *testing.T) {
	t.Parallel()
	var q queue
	for i, stream := range []string{"a", "b", "a", "c", "a", "b"} {
		q.add(&pending{Change: Change{Stream: stream, Expect: int64(i)}})
	}
	for i, want := range [][]int64{{0, 1, 3}, {2, 5}, {4}, nil} {
		var got []int64
		for _, p := range q.take().changes {
			got = append(got, p.Expect)
			if !q.took(p) || q.remove(p) {
				t.Errorf("change %d of group %d is still waiting", p.Expect, i)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("group %d holds %v, want %v", i, got, want)
		}
	}
}

func TestGroupIsBounded(t *testing.T) {
	t.Parallel()
	var q queue
	for i := range maxGroup + 3 {
		q.add(&pending{Change: Change{Stream: fmt.Sprint(i)}})
	}
	if first, second := len(q.take().changes), len(q.take().changes); first != maxGroup || second != 3 {
		t.Errorf("groups of %d and %d", first, second)
	}
}
