package check

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"tocsin/internal/store/engine"
)

// Dump writes all derived tables in one canonical form: tables by name, rows by key, one JSON array a line. The same
// facts give the same bytes on both engines.
func (s *Store) Dump(ctx context.Context, w io.Writer) error {
	out := bufio.NewWriter(w)
	names := make([]string, 0, len(s.Derived))
	for _, t := range s.Derived {
		names = append(names, t.Name)
	}
	slices.Sort(names)
	err := s.View(ctx, func(tx engine.Tx) error {
		for _, name := range names {
			t := s.ByName[name]
			fmt.Fprintf(out, "table %s\n", name)
			if err := t.Each(ctx, tx, func(values []any) error { return writeRow(out, values) }); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("dump: %w", err)
	}
	return out.Flush()
}

func writeRow(w *bufio.Writer, values []any) error {
	for i, v := range values {
		w.WriteByte("[,"[min(i, 1)])
		if b, ok := v.([]byte); ok {
			v = "x" + hex.EncodeToString(b)
		}
		j, err := json.Marshal(v)
		if err != nil {
			return err
		}
		w.Write(j)
	}
	_, err := w.WriteString("]\n")
	return err
}
