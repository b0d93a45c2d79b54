//go:build profile

package main

import (
	"os"
	"os/signal"
	"runtime/pprof"
)

// A program built with this tag writes a CPU profile, from its start to the first interrupt, into the file that
// TOCSIN_PROFILE names. `make bench BENCH="-profile DIR"` builds it so; no released program has it.
func init() {
	name := os.Getenv("TOCSIN_PROFILE")
	if name == "" {
		return
	}
	f, err := os.Create(name)
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		panic(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	go func() {
		<-stop
		pprof.StopCPUProfile()
		f.Close()
	}()
}
