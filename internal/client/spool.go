package client

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// State is where a kept report stands.
type State string

const (
	// Waiting reports are complete and go out as they are; the server may have them already.
	Waiting State = "waiting"
	// Draft reports are not confirmed by their author, or were refused: a person must go on with them.
	Draft State = "draft"
)

// Report is one report in the spool.
type Report struct {
	ID       string    `json:"id"`
	State    State     `json:"state"`
	Kind     Kind      `json:"kind"`
	Key      string    `json:"idempotency_key"` // the same for every attempt, so that it is filed once
	Body     []byte    `json:"body"`            // byte for byte what is sent, discovery time included; base64, which keeps it so
	Server   string    `json:"server"`          // it goes nowhere else
	KeptAt   time.Time `json:"kept_at"`
	Attempts int       `json:"attempts"`
}

// Spool keeps reports in a folder while the server cannot take them: one encrypted file each, mode 0600, in a folder of
// mode 0700.
//
// What the encryption protects: copies of the report files alone (a backup or a synchronised folder that leaves out
// *.key, a file sent along by mistake) do not show what was reported. What it does not protect: the key lies beside the
// reports, so whoever can read the whole folder as this user, or as the machine's administrator, can read them.
type Spool struct {
	dir  string
	seal cipher.AEAD
}

const (
	spoolKeyName = "spool.key"
	reportSuffix = ".report"
)

// OpenSpool opens the folder, creating it and its key on first use. It refuses a folder that others may read.
func OpenSpool(dir string) (*Spool, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("spool: %s may be read by others (mode %04o); run: chmod 700 %s", dir, info.Mode().Perm(), dir)
	}
	key, err := spoolKey(dir)
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	return &Spool{dir: dir, seal: seal}, nil
}

// spoolKey reads the key, or makes it. Two programs that start at once agree on one: the link to its final name is made
// only once, with the whole key already behind it.
func spoolKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, spoolKeyName)
	if key, err := readSpoolKey(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if reports, _ := filepath.Glob(filepath.Join(dir, "*"+reportSuffix)); len(reports) > 0 {
		return nil, fmt.Errorf("%s is missing, and %d reports need it; restore it, or move the reports away", path, len(reports))
	}
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails
	temp, err := writeTemp(dir, []byte(hex.EncodeToString(key[:])+"\n"))
	if err != nil {
		return nil, err
	}
	defer os.Remove(temp)
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if err := syncDir(dir); err != nil {
		return nil, err
	}
	return readSpoolKey(path)
}

func readSpoolKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("%s does not hold a key", path)
	}
	return key, nil
}

// NewID names a report: the time first, so that the oldest is sent first.
func NewID(now time.Time) string {
	var tail [4]byte
	_, _ = rand.Read(tail[:])
	return now.UTC().Format("20060102T150405.000000") + "-" + hex.EncodeToString(tail[:])
}

// Put keeps a report, or replaces it. When it returns, the report is on the disk.
func (s *Spool) Put(r Report) error {
	if !validID(r.ID) {
		return fmt.Errorf("spool: %q is no id", r.ID)
	}
	plain, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	// The id is bound in, so that one report's file cannot stand in for another's.
	temp, err := writeTemp(s.dir, s.seal.Seal(nil, nil, plain, []byte(r.ID)))
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	if err := os.Rename(temp, s.path(r.ID)); err != nil {
		os.Remove(temp)
		return fmt.Errorf("spool: %w", err)
	}
	return syncDir(s.dir)
}

// Get reads one report.
func (s *Spool) Get(id string) (Report, error) {
	var r Report
	if !validID(id) {
		return r, fmt.Errorf("spool: %q is no id", id)
	}
	sealed, err := os.ReadFile(s.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return r, fmt.Errorf("spool: there is no report %s", id)
	}
	if err != nil {
		return r, fmt.Errorf("spool: %w", err)
	}
	plain, err := s.seal.Open(nil, nil, sealed, []byte(id))
	if err != nil {
		return r, fmt.Errorf("spool: report %s is damaged, or the key in %s is not the one it was kept with", id, spoolKeyName)
	}
	if err := json.Unmarshal(plain, &r); err != nil {
		return r, fmt.Errorf("spool: report %s: %w", id, err)
	}
	return r, nil
}

// List reads all reports, oldest first. A report that cannot be read does not hide the others: its error comes with them.
func (s *Spool) List() ([]Report, error) {
	names, err := filepath.Glob(filepath.Join(s.dir, "*"+reportSuffix))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var out []Report
	var bad []error
	for _, name := range names {
		r, err := s.Get(strings.TrimSuffix(filepath.Base(name), reportSuffix))
		if err != nil {
			bad = append(bad, err)
			continue
		}
		out = append(out, r)
	}
	return out, errors.Join(bad...)
}

// Remove forgets a report that the server has. Removing it twice is no error: another run may have been faster.
func (s *Spool) Remove(id string) error {
	if err := os.Remove(s.path(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("spool: %w", err)
	}
	return syncDir(s.dir)
}

func (s *Spool) path(id string) string { return filepath.Join(s.dir, id+reportSuffix) }

func validID(id string) bool {
	return id != "" && len(id) < 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return !(r == '.' || r == '-' || r == 'T' || '0' <= r && r <= '9' || 'a' <= r && r <= 'f')
	}) && !strings.HasPrefix(id, ".")
}

// writeTemp writes a file of mode 0600 and waits for the disk. Half a report never has a report's name.
func writeTemp(dir string, data []byte) (string, error) {
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// syncDir makes a rename, link or removal durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
