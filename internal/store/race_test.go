//go:build race

package store

// raceEnabled makes exhaustive tests take samples: the race detector slows the engine tenfold.
const raceEnabled = true
