package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"tocsin/internal/ledger"
)

// verifyReceiptCommand checks a receipt on any machine, with nothing but the log's public key.
type verifyReceiptCommand struct {
	File string `arg:"" type:"existingfile" help:"The receipt."`
	Key  string `required:"" type:"existingfile" placeholder:"KEYFILE" help:"The log's public key."`
}

// Run checks and says what the receipt proves, and what it does not.
func (c *verifyReceiptCommand) Run() error { return verifyReceipt(os.Stdout, c.File, c.Key) }

func verifyReceipt(out io.Writer, file, keyFile string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return err
	}
	verifier, err := ledger.ParseVerifier(string(key))
	if err != nil {
		return fmt.Errorf("%s does not hold a log's public key: %w", keyFile, err)
	}
	receipt, err := ledger.ParseReceipt(text)
	if err != nil {
		return fmt.Errorf("%s is not a receipt: %w", file, err)
	}
	proved, err := ledger.VerifyReceipt(receipt, verifier)
	if err != nil {
		return fmt.Errorf("NOT VALID: %w", err)
	}
	fmt.Fprintf(out, "VALID\n")
	fmt.Fprintf(out, "Incident    %s, filing %d\n", receipt.Incident, receipt.Filing)
	fmt.Fprintf(out, "Received    %s\n", proved.ReceivedAt.Format(time.RFC3339Nano))
	fmt.Fprintf(out, "Entry       %d of a log of %d entries, signed by %s\n", receipt.Leaf, proved.Checkpoint.Size, verifier.Name())
	fmt.Fprintf(out, "This shows that the log's owner had the filing and promised it a place. Whether the owner shows everyone\n")
	fmt.Fprintf(out, "the same log only a witness can tell: compare the checkpoint with one of theirs.\n")
	return nil
}
