package e2e

import (
	"bufio"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
)

// expectation counts what the real data must lead to, in SQL over the two files: the mapping and the packs' rules are
// restated here in another language, so that the program is not measured by itself.
const expectation = `
-- VERIS actions as the categories of each state.
CREATE TABLE means (state TEXT, action TEXT, category TEXT);
INSERT INTO means VALUES
  ('CA', 'hacking', 'unauth_access'), ('CA', 'malware', 'unauth_access'), ('CA', 'social', 'unauth_access'), ('CA', 'misuse', 'misuse'),
  ('CA', 'physical', 'equipment'), ('CA', 'error', 'state_data'), ('CA', 'environmental', 'outage'),
  ('MA', 'hacking', 'intrusion'), ('MA', 'malware', 'malware'), ('MA', 'social', 'intrusion'), ('MA', 'misuse', 'unauthorized_use'),
  ('MA', 'physical', 'physical_access'), ('MA', 'error', 'disclosure');

-- The public-sector incidents go to the two states in turn, and inside each to its entities in turn.
CREATE VIEW public AS
  SELECT row_number() OVER (ORDER BY n) - 1 AS i, j ->> 'incident_id' AS id, j FROM vcdb WHERE j ->> '$.victim.industry' = 'Public';
CREATE VIEW of_veris AS
  SELECT 'vcdb-' || id AS key, iif(i % 2 = 0, 'CA', 'MA') AS state, j,
    iif(i % 2 = 0, json_extract('["ca-demo-dmv","ca-demo-caltrans","ca-demo-dhcs","ca-demo-cdph","ca-demo-ftb"]', '$[' || (i / 2 % 5) || ']'),
      json_extract('["ma-demo-rmv","ma-demo-dph","ma-demo-dta","ma-demo-dor"]', '$[' || (i / 2 % 4) || ']')) AS entity,
    'unknown' AS personal, NULL AS californians
  FROM public;

-- A breach report goes to Massachusetts or else to California; its individuals are residents of its own state.
CREATE VIEW of_hhs AS
  SELECT 'hhs-' || (j ->> 'row') AS key, iif(j ->> 'state' = 'Massachusetts', 'MA', 'CA') AS state, j,
    iif(j ->> 'state' = 'Massachusetts', 'ma-demo-dph', 'ca-demo-dhcs') AS entity, 'yes' AS personal,
    iif(j ->> 'state' = 'California', CAST(replace(j ->> 'individuals_affected', '*^', 'e') AS REAL), NULL) AS californians
  FROM hhs;
CREATE TABLE filing AS
  SELECT key, state, entity, personal, californians FROM of_veris UNION ALL SELECT key, state, entity, personal, californians FROM of_hhs;

CREATE TABLE has AS
  SELECT DISTINCT of_veris.key, category FROM of_veris, json_each(j, '$.action') AS a JOIN means ON means.action = a.key AND means.state = of_veris.state
  UNION SELECT key, 'state_data' FROM of_hhs WHERE state = 'CA'
  UNION SELECT key, 'unauth_access' FROM of_hhs WHERE state = 'CA' AND j ->> 'breach_types' LIKE '%Hacking%'
  UNION SELECT key, 'equipment' FROM of_hhs WHERE state = 'CA' AND (j ->> 'breach_types' LIKE '%Theft%' OR j ->> 'breach_types' LIKE '%Loss%')
  UNION SELECT key, 'disclosure' FROM of_hhs WHERE state = 'MA';

-- California's page knows no matrix. In Massachusetts personal information is High; nothing else that decides is stated.
CREATE VIEW rated AS SELECT key, state, entity, personal, californians,
  iif(state = 'MA' AND personal = 'yes', 'high', 'unrated') AS level,
  state = 'MA' OR EXISTS (SELECT 1 FROM has WHERE has.key = filing.key AND category IN ('state_data', 'unauth_access', 'equipment', 'misuse')) AS reportable
FROM filing;

CREATE TABLE expected (what TEXT, name TEXT, n INTEGER);
INSERT INTO expected SELECT 'category', category, count(*) FROM has GROUP BY category;
INSERT INTO expected SELECT 'rating', level, count(*) FROM rated GROUP BY level;
INSERT INTO expected SELECT 'track', authority, count(*) FROM rated JOIN
  (SELECT 'CA' AS s, 'ca-ois' AS authority UNION ALL SELECT 'CA', 'ca-chp-cciu' UNION ALL SELECT 'MA', 'ma-soc') ON s = state GROUP BY authority;

-- Which duties each filing owes at once. Nobody states contacts, so that items are missing in every one.
CREATE TABLE duty_of AS
  SELECT 'ca-written-report' AS rule, key FROM rated WHERE state = 'CA'
  UNION ALL SELECT 'ca-complete-items', key FROM rated WHERE state = 'CA'
  UNION ALL SELECT 'ca-triage', key FROM rated WHERE state = 'CA' AND NOT reportable
  UNION ALL SELECT 'ca-ag-sample', key FROM rated WHERE state = 'CA' AND californians > 500
  UNION ALL SELECT 'ca-ois-notice-approval', key FROM rated WHERE state = 'CA' AND personal = 'yes'
  UNION ALL SELECT 'ca-ohii-report', key FROM rated WHERE state = 'CA' AND personal = 'yes' -- each of them states medical information
  UNION ALL SELECT 'ma-complete-items', key FROM rated WHERE state = 'MA'
  UNION ALL SELECT 'ma-triage', key FROM rated WHERE state = 'MA' AND level = 'unrated'
  UNION ALL SELECT d, key FROM rated, (SELECT 'ma-start-response-high' AS d UNION ALL SELECT 'ma-post-incident-report' UNION ALL SELECT 'ma-management-report')
    WHERE level = 'high'
  UNION ALL SELECT 'ma-93h-notices', key FROM rated WHERE state = 'MA' AND personal = 'yes';
INSERT INTO expected SELECT 'duty', rule, count(*) FROM duty_of GROUP BY rule;
INSERT INTO expected SELECT 'duty', 'acknowledge:' || name, n FROM expected WHERE what = 'track';

-- Messages: each authority; the coordinator where somebody must triage; at High the two members of the committee, the CIO,
-- the CISO and the agency head; each designated reporter's confirmation. Starting the response and reporting to management are
-- due at once at High, so that for each the clock reminds the coordinator and tells the CISO.
CREATE VIEW message AS
  SELECT 'authority_notice' AS kind, n FROM expected WHERE what = 'track'
  UNION ALL SELECT 'role_notice', count(*) FROM duty_of WHERE rule IN ('ca-triage', 'ma-triage')
  UNION ALL SELECT 'role_notice', 5 * count(*) FROM rated WHERE level = 'high'
  UNION ALL SELECT 'confirm_delivered', iif(entity = 'ca-demo-dmv', 2, 1) FROM rated
  UNION ALL SELECT 'duty_overdue', 2 * count(*) FROM rated WHERE level = 'high'
  UNION ALL SELECT 'duty_escalated', 2 * count(*) FROM rated WHERE level = 'high';
INSERT INTO expected SELECT 'message', kind, sum(n) FROM message GROUP BY kind;
INSERT INTO expected SELECT 'filing', '', count(*) FROM filing;
`

// realData is the folder of the shared data, or a skip where it is absent.
func realData(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(root(), "..", "shared", "data")
	if !exists(filepath.Join(dir, "vcdb", "incidents.jsonl")) || !exists(filepath.Join(dir, "hhs-breaches", "reports.jsonl")) {
		t.Skip("the data folder ../shared/data is not on this machine")
	}
	return dir
}

// expect answers the independent counts by kind and name, and the keys of the filings that owe the Attorney General's sample.
func expect(t testing.TB, data string) (want map[string]int, sample map[string]bool) {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // one connection is one memory
	fill(t, db, "vcdb", filepath.Join(data, "vcdb", "incidents.jsonl"))
	fill(t, db, "hhs", filepath.Join(data, "hhs-breaches", "reports.jsonl"))
	execute(t, db, expectation)
	want, sample = map[string]int{}, map[string]bool{}
	each(t, db, "SELECT what || ' ' || name, n FROM expected", func(name string, n int) { want[name] = n })
	each(t, db, "SELECT key, 1 FROM duty_of WHERE rule = 'ca-ag-sample'", func(key string, _ int) { sample[key] = true })
	return want, sample
}

// fill loads a file of one JSON object a line.
func fill(t testing.TB, db *sql.DB, table, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	execute(t, db, "CREATE TABLE "+table+" (n INTEGER PRIMARY KEY, j TEXT NOT NULL)")
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		execute(t, db, "INSERT INTO "+table+" (j) VALUES ($1)", lines.Text())
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func execute(t testing.TB, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%.200s: %v", query, err)
	}
}

// each calls f for every row of a query for a word and a number.
func each(t testing.TB, db *sql.DB, query string, f func(string, int)) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		f(name, n)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
