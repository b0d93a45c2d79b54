package engine

import (
	"context"
	"fmt"
)

// SettleOnce gives a setting its value for good, and returns the value that holds: the one given, or that of whoever was
// first. Replicas that start at the same time all get the same answer.
func (s *Store) SettleOnce(ctx context.Context, name, value string) (holds string, err error) {
	err = s.Update(ctx, func(tx Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, value); err != nil {
			return err
		}
		return One(ctx, tx, []any{&holds}, "SELECT value FROM setting WHERE name = $1", name)
	})
	if err != nil {
		return "", fmt.Errorf("setting %s: %w", name, err)
	}
	return holds, nil
}
