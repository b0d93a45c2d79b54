package containment

import (
	"slices"
	"strings"
	"testing"
)

// graph is what the steps of an asset ought to be, written apart from the code: a plus needs nothing beyond its texts, an x a reason.
const graph = `
             suspected isolated cleaned restored verified returned cleared written_off
suspected    .         +        x       x        .        .        x       x
isolated     x         .        +       x        .        .        x       x
cleaned      x         x        .       +        x        .        .       x
restored     x         x        x       .        +        .        .       x
verified     x         x        x       x        .        +        .       x
returned     x         .        .       .        .        .        .       .
cleared      x         .        .       .        .        .        .       .
written_off  x         .        .       .        .        .        .       .
`

func TestAssetGraph(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(graph), "\n")
	to := strings.Fields(lines[0])
	for _, line := range lines[1:] {
		f := strings.Fields(line)
		for i, mark := range f[1:] {
			explain, ok := assetSteps[f[0]][to[i]]
			got := "."
			if ok {
				got = map[bool]string{true: "x", false: "+"}[explain]
			}
			if got != mark {
				t.Errorf("%s to %s: %s, want %s", f[0], to[i], got, mark)
			}
		}
	}
	if !slices.Equal(to, AssetStates) || len(lines) != len(AssetStates)+1 {
		t.Errorf("the table knows %v", to)
	}
}
