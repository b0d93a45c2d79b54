package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"

	"tocsin/internal/ledger"
	"tocsin/internal/store"
)

// place says where the record and its keys are.
type place struct {
	Data     string `required:"" help:"Folder of the record and its keys." placeholder:"DIR"`
	Database string `help:"PostgreSQL DSN, where the record is not in a file of the folder." env:"TOCSIN_DATABASE" placeholder:"postgres://…"`
	Owner    string `name:"database-owner" help:"PostgreSQL DSN of the tables' owner, for migrations, where the program's own role may only append." env:"TOCSIN_DATABASE_OWNER" placeholder:"postgres://…"`
}

func (p place) dsn() string {
	if p.Database != "" {
		return p.Database
	}
	return "sqlite:" + filepath.Join(p.Data, "record.db")
}

func (p place) path(name string) string { return filepath.Join(p.Data, "keys", name) }

// keys are the secrets of one installation.
type keys struct {
	signer note.Signer
	public string
	link   []byte
}

// errLost keeps a mis-mounted disk from starting a second history: where there are keys, there was a record.
var errLost = errors.New("the folder holds the keys of a record but not the record; restore it, or name the right database (a new " +
	"record needs a new folder)")

// prepare makes the folder of a new record, or reads that of an old one. It refuses files that others may read or change.
func (p place) prepare() (keys, error) {
	if err := os.MkdirAll(filepath.Join(p.Data, "keys"), 0o700); err != nil {
		return keys{}, err
	}
	_, err := os.Stat(p.path("ledger.key"))
	if errors.Is(err, fs.ErrNotExist) {
		if err := p.makeKeys(); err != nil {
			return keys{}, fmt.Errorf("make keys: %w", err)
		}
	} else if p.Database == "" {
		if _, err := os.Stat(filepath.Join(p.Data, "record.db")); errors.Is(err, fs.ErrNotExist) {
			return keys{}, errLost
		}
	}
	return p.readKeys()
}

func (p place) makeKeys() error {
	secret, public, err := ledger.GenerateKey(rand.Reader, "tocsin/record")
	if err != nil {
		return err
	}
	link := make([]byte, 32)
	if _, err := rand.Read(link); err != nil {
		return err
	}
	// The signing key is written last: a folder cut off in between has no record yet and starts anew.
	for _, f := range []struct {
		name string
		data []byte
	}{{"ledger.pub", []byte(public + "\n")}, {"link.key", link}, {"ledger.key", []byte(secret + "\n")}} {
		if err := writeSynced(p.path(f.name), f.data); err != nil {
			return err
		}
	}
	// An empty file stands for the record that is about to be made: from here on its absence is a loss.
	if p.Database == "" {
		f, err := os.OpenFile(filepath.Join(p.Data, "record.db"), os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return err
		}
		return f.Close()
	}
	return nil
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

func (p place) readKeys() (k keys, err error) {
	secret, err := readSecret(p.path("ledger.key"))
	if err != nil {
		return k, err
	}
	if k.signer, err = ledger.ParseSigner(string(secret)); err != nil {
		return k, fmt.Errorf("keys/ledger.key: %w", err)
	}
	public, err := os.ReadFile(p.path("ledger.pub"))
	if err != nil {
		return k, err
	}
	k.public = string(public)
	k.link, err = readSecret(p.path("link.key"))
	return k, err
}

func readSecret(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s may be read by others; run: chmod 600 %s", path, path)
	}
	return os.ReadFile(path)
}

// open opens the record for a tool or the server.
func (p place) open(ctx context.Context) (*store.Record, error) {
	registry := store.NewRegistry()
	s, err := store.Open(ctx, store.Config{DSN: p.dsn(), OwnerDSN: p.Owner, Registry: registry, Projections: store.Projections(registry)})
	if err != nil {
		return nil, err
	}
	return store.New(s, registry), nil
}

// errForeignKeys keeps a replica with keys of its own from signing what others have signed: receipts and mailed links of the
// one would be void at the other.
var errForeignKeys = errors.New(
	"the keys in the folder are not those that this record is signed with; give every replica a copy of the same keys folder")

// openWith opens the record for who will write to it, with the keys that it was signed with so far.
func (p place) openWith(ctx context.Context, k keys) (*store.Record, error) {
	record, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	if err := k.belong(ctx, record); err != nil {
		return nil, errors.Join(err, record.Close())
	}
	return record, nil
}

// belong says whether these are the keys of the record: they signed its newest checkpoint, and nobody claimed it with
// others. The claim decides between replicas that start on an empty database at the same time.
func (k keys) belong(ctx context.Context, record *store.Record) error {
	if err := k.signed(ctx, record); err != nil {
		return err
	}
	mine := k.fingerprint()
	holds, err := record.SettleOnce(ctx, "record.keys", mine)
	if err == nil && holds != mine {
		err = errForeignKeys
	}
	return err
}

// fingerprint tells sets of keys apart and gives none of them away.
func (k keys) fingerprint() string {
	mac := hmac.New(sha256.New, k.link)
	mac.Write([]byte(k.public))
	return hex.EncodeToString(mac.Sum(nil))
}

// signed says whether the newest checkpoint is signed with these keys. A record without one is as yet nobody's.
func (k keys) signed(ctx context.Context, record *store.Record) error {
	newest, err := record.LatestCheckpoint(ctx)
	if errors.Is(err, store.ErrNoRow) {
		return nil
	}
	if err != nil {
		return err
	}
	verifier, err := ledger.ParseVerifier(k.public)
	if err != nil {
		return fmt.Errorf("keys/ledger.pub: %w", err)
	}
	if _, err := ledger.OpenCheckpoint(newest.Note, verifier); err != nil {
		return errForeignKeys
	}
	return nil
}

// existing is for tools that must not make a record by opening one.
func (p place) existing(ctx context.Context) (*store.Record, error) {
	if p.Database == "" {
		if _, err := os.Stat(filepath.Join(p.Data, "record.db")); err != nil {
			return nil, fmt.Errorf("no record in %s: %w", p.Data, err)
		}
	}
	return p.open(ctx)
}
