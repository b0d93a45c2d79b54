package deliver

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tocsin/internal/domain/notify"
	"tocsin/internal/domain/operation"
	"tocsin/internal/ledger"
)

// FileWitness keeps the newest checkpoint in a file, best on other media than the record.
type FileWitness struct{ Path string }

// Name answers how the operator named it.
func (w FileWitness) Name() string { return "file:" + w.Path }

// Held answers what the file holds.
func (w FileWitness) Held(context.Context) ([]byte, error) {
	b, err := os.ReadFile(w.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}

// Send replaces the file in one step, on disk before it counts.
func (w FileWitness) Send(_ context.Context, c ledger.Checkpoint, _ int64, _ []ledger.Digest) error {
	f, err := os.CreateTemp(filepath.Dir(w.Path), ".checkpoint-*")
	if err != nil {
		return err
	}
	_, err = f.Write(c.Note)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), w.Path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	dir, err := os.Open(filepath.Dir(w.Path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// MailWitness sends checkpoints to a mailbox that others keep.
type MailWitness struct {
	To, From string
	Mail     *SMTP
	Now      func() time.Time
}

// Name answers how the operator named it.
func (w MailWitness) Name() string { return "mail:" + w.To }

// Held answers nothing: a mailbox cannot be asked.
func (w MailWitness) Held(context.Context) ([]byte, error) { return nil, nil }

// Send mails the checkpoint. It counts when the receiving server has taken it.
func (w MailWitness) Send(ctx context.Context, c ledger.Checkpoint, _ int64, _ []ledger.Digest) error {
	_, host, _ := strings.Cut(w.From, "@")
	o := w.Mail.Send(ctx, notify.Mail{MessageID: notify.MessageID(fmt.Sprintf("checkpoint %d %s", c.Size, c.Root), w.To, host),
		From: notify.NewAddress("Tocsin", w.From),
		To:   notify.NewAddress("", w.To), Subject: fmt.Sprintf("Checkpoint of the record at %d entries", c.Size), Date: w.Now(),
		Text: "Please keep this message. It convicts any later rewriting of the record up to this size.\n" +
			"Check a record against it with: tocsin verify --checkpoint FILE, where FILE holds the lines below.\n\n" + string(c.Note)})
	if o.Kind != notify.Delivered {
		return fmt.Errorf("the mail was not taken: %s", o.Reply)
	}
	return nil
}

// HTTPWitness posts checkpoints to a witness that speaks C2SP tlog-witness: it checks the proof itself before it signs.
type HTTPWitness struct {
	URL    string // to which add-checkpoint is joined
	Client *http.Client
}

// Name answers how the operator named it.
func (w HTTPWitness) Name() string { return "http:" + w.URL }

// Held answers nothing: the witness says on sending when it holds another tree.
func (w HTTPWitness) Held(context.Context) ([]byte, error) { return nil, nil }

// Send posts the checkpoint with its proof.
func (w HTTPWitness) Send(ctx context.Context, c ledger.Checkpoint, old int64, proof []ledger.Digest) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", old)
	for _, h := range proof {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteByte('\n')
	b.Write(c.Note)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(w.URL, "/")+"/add-checkpoint", &b)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	res, err := w.Client.Do(req)
	if err != nil {
		return errors.New(plainReason(err))
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxAnswer)) // the status decides
	if size, err := strconv.ParseInt(strings.TrimSpace(string(body)), 10, 64); res.StatusCode == http.StatusConflict &&
		err == nil && size >= 0 {
		return operation.HoldsError{Size: size}
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the witness answered %d %s", res.StatusCode, notify.CleanReply(string(body)))
	}
	return nil
}
