package engine

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// GrantsSQL returns what the owner of a PostgreSQL database runs once, after the first migration, so that the program
// works as a role that can add to the record and never change it: no UPDATE, DELETE or TRUNCATE on entries, leaves and
// checkpoints; of a text it may only empty salt and content, of a tile only lengthen the hashes (triggers see to that).
func GrantsSQL(role string) string {
	const sql = `GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT ON migration TO {role};
GRANT SELECT, INSERT ON entry, leaf, checkpoint, text, tile, read_log, pack_kept TO {role};
GRANT UPDATE (salt, content) ON text TO {role};
GRANT UPDATE (hashes) ON tile TO {role};
DO $$
DECLARE t TEXT;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
    AND tablename NOT IN ('entry', 'leaf', 'checkpoint', 'text', 'tile', 'migration', 'read_log', 'pack_kept') LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO {role}', t);
  END LOOP;
END $$;
`
	return strings.ReplaceAll(sql, "{role}", pgx.Identifier{role}.Sanitize())
}

// grantDerived gives a new derived table to every role that may append entries.
func grantDerived(d Dialect, table string) []string {
	if d.Name != "postgres" {
		return nil
	}
	return []string{fmt.Sprintf(`DO $$
DECLARE r TEXT;
BEGIN
  FOR r IN SELECT DISTINCT grantee::text FROM information_schema.role_table_grants
    WHERE table_schema = current_schema() AND table_name = 'entry' AND privilege_type = 'INSERT' AND grantee <> current_user LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %%I', r);
  END LOOP;
END $$`, table)}
}
