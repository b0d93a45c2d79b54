package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lock keeps a second server, or a rebuild beside a server, away from a record in a file. The system lets go of the lock
// when the process ends, however it ends. A PostgreSQL database takes any number of replicas: there it does nothing.
func (p place) lock() (unlock func(), err error) {
	if p.Database != "" {
		return func() {}, nil
	}
	f, err := os.OpenFile(filepath.Join(p.Data, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("another tocsin works on %s; stop it first", p.Data)
		}
		return nil, err
	}
	return func() { f.Close() }, nil
}
