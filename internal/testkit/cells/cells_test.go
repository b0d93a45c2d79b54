package cells

import (
	"strings"
	"testing"
)

func TestReadRefuses(t *testing.T) {
	for name, file := range map[string]string{"ragged": "\"a\",\"b\"\r\n\"c\"\r\n", "open quote": "\"a", "too many": "a\nb\nc\nd\n"} {
		if rows, err := Read(strings.NewReader(file), ',', 3); err == nil {
			t.Errorf("%s: read as %q", name, rows)
		}
	}
}
