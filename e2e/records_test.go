package e2e

import (
	"compress/bzip2"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	pgtest "tocsin/internal/testkit/pg"
)

// keptRecord is what an earlier version of the program said of a record that it made. See testdata/records/README.md.
type keptRecord struct {
	Incidents int         `json:"incidents"`
	Entries   int         `json:"entries"`
	Streams   int         `json:"streams"`
	Texts     int         `json:"texts"`
	Disposed  int         `json:"disposed"`
	Size      int         `json:"size"` // of the ledger's tree
	Root      string      `json:"root"`
	Tables    []keptTable `json:"tables"`
}

// keptTable is one derived table as that version had filled it.
type keptTable struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int      `json:"rows"`
	SHA256  string   `json:"sha256"`
}

// A record that an earlier version made is opened by this one, verifies to the same root, and is rebuilt to the same rows; the
// comparison sees a row that differs.
func TestRecordsOfEarlierVersions(t *testing.T) {
	folders, err := filepath.Glob("testdata/records/*/ledger.pub")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no records: %v", err)
	}
	for _, f := range folders {
		folder := filepath.Dir(f)
		t.Run(filepath.Base(folder)+"/sqlite", func(t *testing.T) {
			dir := folderOf(t, folder)
			path := filepath.Join(dir, "record.db")
			if err := os.WriteFile(path, unpacked(t, filepath.Join(folder, "sqlite.db.bz2")), 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			checkKept(t, filepath.Join(folder, "sqlite"), db, "--data", dir)
		})
		t.Run(filepath.Base(folder)+"/postgres", func(t *testing.T) {
			dsn := pgtest.Database(t)
			restore(t, dsn, unpacked(t, filepath.Join(folder, "postgres.sql.bz2")))
			checkKept(t, filepath.Join(folder, "postgres"), openPostgres(t, dsn), "--data", folderOf(t, folder), "--database", dsn)
		})
	}
}

// checkKept holds a copy of a record against what the earlier version said of it, in the files that begin with said.
func checkKept(t *testing.T, said string, db *sql.DB, place ...string) {
	t.Helper()
	b, err := os.ReadFile(said + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var kept keptRecord
	if err := json.Unmarshal(b, &kept); err != nil {
		t.Fatal(err)
	}
	same := func(when string) {
		t.Helper()
		if wrong := kept.differences(t, db); len(wrong) > 0 {
			t.Fatalf("%s, the derived rows are not those of the earlier version: %s", when, strings.Join(wrong, "; "))
		}
		if n := number(t, db, "SELECT count(*) FROM incident"); n != kept.Incidents {
			t.Fatalf("%s, %d incidents, want %d", when, n, kept.Incidents)
		}
	}
	// A checkpoint that was kept outside proves that it is the same history, not only a sound one.
	verify := append([]string{"verify", "--checkpoint", said + ".checkpoint"}, place...)
	sound := func(when string) {
		t.Helper()
		out, err := tool(t, verify...)
		for _, want := range []string{
			fmt.Sprintf("%d entries in %d streams, %d texts (%d disposed), %d leaves,", kept.Entries, kept.Streams, kept.Texts,
				kept.Disposed, kept.Size),
			fmt.Sprintf("tree of %d leaves, root %s\n", kept.Size, kept.Root), "The record is sound.",
		} {
			if err != nil || !strings.Contains(out, want) {
				t.Fatalf("%s, verify ended with %v and does not say %q:\n%s", when, err, want, out)
			}
		}
	}
	same("as kept")
	sound("as kept")
	same("opened") // opening replays the facts where a table is defined anew
	if out, err := tool(t, append([]string{"rebuild"}, place...)...); err != nil {
		t.Fatalf("rebuild: %v\n%s", err, out)
	}
	same("rebuilt")
	sound("rebuilt")
	change := "UPDATE incident SET number = 'Z' || substr(number, 2) WHERE stream = (SELECT min(stream) FROM incident)"
	if _, err := db.Exec(change); err != nil {
		t.Fatal(err)
	}
	if wrong := kept.differences(t, db); len(wrong) != 1 || !strings.HasPrefix(wrong[0], "incident ") {
		t.Errorf("one changed row of the incidents shows as %q", wrong)
	}
	if out, err := tool(t, verify...); err == nil || !strings.Contains(out, "FOUND") {
		t.Errorf("verify does not see the changed row: %v\n%s", err, out)
	}
}

// differences names the derived tables whose rows are not those that the earlier version had. What a later version adds, a table or
// a column, is no difference.
func (k keptRecord) differences(t *testing.T, db *sql.DB) (out []string) {
	t.Helper()
	for _, table := range k.Tables {
		rows := rowsOf(t, db, table)
		sum := sha256.Sum256([]byte(strings.Join(rows, "")))
		if len(rows) != table.Rows || hex.EncodeToString(sum[:]) != table.SHA256 {
			out = append(out, fmt.Sprintf("%s has %d rows of digest %x, want %d of %s", table.Name, len(rows), sum, table.Rows, table.SHA256))
		}
	}
	return out
}

// rowsOf reads the rows of a table as the program's dump writes them: each a line of JSON, bytes in hexadecimal after an x. They are
// sorted as text, so that neither an index nor a collation has a say.
func rowsOf(t *testing.T, db *sql.DB, table keptTable) (out []string) {
	t.Helper()
	rows, err := db.Query("SELECT " + strings.Join(table.Columns, ", ") + " FROM " + table.Name)
	if err != nil {
		t.Fatalf("%s: %v", table.Name, err)
	}
	defer rows.Close()
	values, into := make([]any, len(table.Columns)), make([]any, len(table.Columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatalf("%s: %v", table.Name, err)
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				values[i] = "x" + hex.EncodeToString(b)
			}
		}
		line, err := json.Marshal(values)
		if err != nil {
			t.Fatalf("%s: %v", table.Name, err)
		}
		out = append(out, string(line)+"\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", table.Name, err)
	}
	slices.Sort(out)
	return out
}

// folderOf makes a data folder that has the public key of a kept record.
func folderOf(t *testing.T, kept string) string {
	t.Helper()
	dir := t.TempDir()
	key, err := os.ReadFile(filepath.Join(kept, "ledger.pub"))
	if err == nil {
		err = os.Mkdir(filepath.Join(dir, "keys"), 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "keys", "ledger.pub"), key, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func unpacked(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(bzip2.NewReader(f))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return b
}

// restore runs the SQL of a dump in an empty database.
func restore(t *testing.T, dsn string, dump []byte) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.PgConn().Exec(context.Background(), string(dump)).ReadAll(); err != nil {
		t.Fatal(err)
	}
}
