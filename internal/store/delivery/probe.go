package delivery

import (
	"context"
	"fmt"
	"time"

	"tocsin/internal/domain/notify"
	"tocsin/internal/store/engine"
)

const probeColumns = "id, kind, authority, channel, recipient, by_actor, words, created_us, outcome, reply, at_us, attempts"

func scanProbe(r engine.Rows) (p notify.Probe, err error) {
	var kind, outcome string
	var created, at, attempts int64
	err = r.Scan(&p.ID, &kind, &p.Authority, &p.Channel, &p.To, &p.By, &p.Words, &created, &outcome, &p.Reply, &at, &attempts)
	p.Kind, p.Outcome, p.Created, p.At, p.Attempts = notify.Kind(kind), notify.Result(outcome), engine.FromMicro(created), engine.FromMicro(at), int(attempts)
	return p, err
}

// probeAge is how long what became of a probe is kept.
const probeAge = 90 * 24 * time.Hour

// AddProbe puts a probe into the queue, unless as many of its kind were made since an instant as a limit allows. Those of
// long ago are forgotten.
func (s *Store) AddProbe(ctx context.Context, p notify.Probe, lane notify.Lane, limits []notify.ProbeLimit) (added bool, err error) {
	err = s.Update(ctx, func(tx engine.Tx) error {
		added = false
		for _, l := range limits {
			query, args := "SELECT count(*) FROM probe WHERE kind = $1 AND created_us > $2", []any{string(p.Kind), l.Since.UnixMicro()}
			if l.OfChannel {
				query, args = query+" AND authority = $3 AND channel = $4", append(args, p.Authority, p.Channel)
			}
			var n int64
			if err := engine.One(ctx, tx, []any{&n}, query, args...); err != nil || n >= int64(l.Most) {
				return err
			}
		}
		err := PutProbe(ctx, tx, p, lane)
		added = err == nil
		return err
	})
	if err != nil {
		return false, fmt.Errorf("add a probe: %w", err)
	}
	return added, nil
}

// PutProbe puts a probe into the queue.
func PutProbe(ctx context.Context, tx engine.Tx, p notify.Probe, lane notify.Lane) error {
	for _, q := range []engine.Statement{
		engine.Do("DELETE FROM probe WHERE created_us < $1", p.Created.Add(-probeAge).UnixMicro()),
		engine.Do("INSERT INTO probe ("+probeColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', 0, 0)",
			p.ID, string(p.Kind), p.Authority, p.Channel, p.To, p.By, p.Words, p.Created.UnixMicro()),
		engine.Do("INSERT INTO delivery ("+engine.DeliveryColumns+") VALUES ($1, $2, $3, $4, 0, 0, '', 0, '', $4)",
			p.ID, "probe/"+p.ID, int64(lane), p.Created.UnixMicro()),
	} {
		if _, err := tx.Exec(ctx, q.SQL, q.Args...); err != nil {
			return err
		}
	}
	return nil
}

// Probe answers one probe.
func (s *Store) Probe(ctx context.Context, id string) (p notify.Probe, found bool, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) (err error) {
			found = true
			p, err = scanProbe(r)
			return err
		}, "SELECT "+probeColumns+" FROM probe WHERE id = $1", id)
	})
	return p, found, err
}

// Probes lists the latest of a kind, newest first; of one authority where that is not empty.
func (s *Store) Probes(ctx context.Context, kind notify.Kind, authority string, limit int) (out []notify.Probe, err error) {
	err = s.Read(ctx, func(tx engine.Tx) error {
		return engine.Each(ctx, tx, func(r engine.Rows) error {
			p, err := scanProbe(r)
			out = append(out, p)
			return err
		}, "SELECT "+probeColumns+" FROM probe WHERE kind = $1 AND (authority = $2 OR $2 = '') ORDER BY created_us DESC, id DESC"+engine.AtMost(limit),
			string(kind), authority)
	})
	return out, err
}

// EndProbe keeps what became of an attempt; final takes the probe out of the queue.
func (s *Store) EndProbe(ctx context.Context, p notify.Probe, final bool) error {
	return s.Update(ctx, func(tx engine.Tx) error {
		if _, err := tx.Exec(ctx, "UPDATE probe SET outcome = $2, reply = $3, at_us = $4, attempts = $5 WHERE id = $1",
			p.ID, string(p.Outcome), p.Reply, engine.OrZero(p.At), int64(p.Attempts)); err != nil || !final {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM delivery WHERE message = $1", p.ID)
		return err
	})
}

// DropProbes takes the probes of a kind that were made before an instant out of the queue: a newer one says more.
func (s *Store) DropProbes(ctx context.Context, kind notify.Kind, before time.Time) error {
	return s.Update(ctx, func(tx engine.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM delivery WHERE message IN (SELECT id FROM probe WHERE kind = $1 AND created_us < $2)", string(kind), before.UnixMicro())
		return err
	})
}
