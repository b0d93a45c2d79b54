// Command vuln runs govulncheck over the module where the vulnerability database can be reached, and says plainly that it
// did not where it cannot: an isolated build machine is no reason to fail, and no reason to keep quiet either.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"time"
)

const (
	database = "https://vuln.go.dev/index/db.json"
	checker  = "golang.org/x/vuln/cmd/govulncheck@v1.8.0"
	// patience bounds the wait for a database that does not answer.
	patience = 20 * time.Second
)

func main() {
	if err := reach(); err != nil {
		fmt.Printf("govulncheck skipped: database not reachable (%v)\n", err)
		return
	}
	cmd := exec.Command("go", "run", checker, "./...")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "govulncheck:", err)
		os.Exit(1)
	}
}

// reach asks for the smallest page of the database. Any answer but 200 counts as not reachable.
func reach() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, database, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20)) // so that the connection closes in order
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", res.Status)
	}
	return nil
}
