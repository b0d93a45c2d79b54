package store

import (
	"fmt"
	"strings"
)

// sqlArgs are the parameters of a statement that is put together.
type sqlArgs struct{ args []any }

// arg adds a parameter and returns what stands for it in the text.
func (q *sqlArgs) arg(v any) string {
	q.args = append(q.args, v)
	return fmt.Sprintf("$%d", len(q.args))
}

// in adds a list of parameters.
func (q *sqlArgs) in(values []string) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = q.arg(v)
	}
	return "(" + strings.Join(names, ", ") + ")"
}
