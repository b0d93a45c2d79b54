package store

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

// Of many who settle a value at once one is first, and all are told the same.
func TestSettleOnce(t *testing.T) {
	for _, eng := range engines(t) {
		t.Run(eng.name, func(t *testing.T) {
			s := openConfig(t, eng.fresh(t))
			got := make([]string, 8)
			var wg sync.WaitGroup
			for i := range got {
				wg.Go(func() {
					var err error
					if got[i], err = s.SettleOnce(context.Background(), "test.once", fmt.Sprint("value ", i)); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			for _, v := range got {
				if v != got[0] || v == "" {
					t.Fatalf("told different values: %q", got)
				}
			}
			if again, err := s.SettleOnce(context.Background(), "test.once", "later"); err != nil || again != got[0] {
				t.Errorf("later: %q, %v", again, err)
			}
		})
	}
}
