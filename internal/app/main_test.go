package app_test

import (
	"os"
	"testing"

	pgtest "tocsin/internal/testkit/pg"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }
