package engine

import (
	"fmt"
	"strings"
)

// SQLArgs are the parameters of a statement that is put together.
type SQLArgs struct{ Args []any }

// Arg adds a parameter and returns what stands for it in the text.
func (q *SQLArgs) Arg(v any) string {
	q.Args = append(q.Args, v)
	return fmt.Sprintf("$%d", len(q.Args))
}

// In adds a list of parameters.
func (q *SQLArgs) In(values []string) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = q.Arg(v)
	}
	return "(" + strings.Join(names, ", ") + ")"
}
