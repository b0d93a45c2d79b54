package client

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ReadKey reads an API key from a file that only its owner may read. A wider mode is refused, because whoever can read
// the key can file in its holder's name.
func ReadKey(path string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("there is no key file %s; save your API key there with: install -m 600 /dev/stdin %s", path, path)
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat() // of the open file, so that it cannot be exchanged in between
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a plain file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s may be read by others (mode %04o); run: chmod 600 %s, and replace the key if others have had access", path,
			info.Mode().Perm(), path)
	}
	text := make([]byte, 1024)
	n, err := f.Read(text)
	key := strings.TrimSpace(string(text[:n]))
	if err != nil || key == "" || n == len(text) || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("%s does not hold one API key on one line", path)
	}
	return key, nil
}

// KeyFile is where the key is looked for when nothing else is said.
func KeyFile() string { return filepath.Join(home("XDG_CONFIG_HOME", ".config"), "tocsin", "key") }

// SpoolDir is where reports wait when nothing else is said.
func SpoolDir() string {
	return filepath.Join(home("XDG_STATE_HOME", filepath.Join(".local", "state")), "tocsin", "spool")
}

func home(variable, otherwise string) string {
	if dir := os.Getenv(variable); filepath.IsAbs(dir) {
		return dir
	}
	dir, err := os.UserHomeDir()
	if err != nil {
		dir = "."
	}
	return filepath.Join(dir, otherwise)
}
