package main

import (
	"syscall"

	"tocsin/internal/domain/operation"
)

// diskOf measures the volume of a folder; the zero Disk where the system does not say.
func diskOf(dir string) operation.Disk {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return operation.Disk{}
	}
	return operation.Disk{Free: int64(s.Bavail) * int64(s.Bsize), Total: int64(s.Blocks) * int64(s.Bsize)}
}
