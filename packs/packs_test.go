package packs

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func TestLoad(t *testing.T) {
	for _, id := range IDs() {
		start := time.Now()
		p, err := Load(id)
		if err != nil {
			t.Fatalf("%s:\n%v", id, err)
		}
		t.Log(id, p.Digest, len(p.Rules()), time.Since(start))
	}
}
