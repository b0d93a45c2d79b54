#!/usr/bin/env bash
# Runs all Go tests and writes the events of `go test -json`, in three parts, for gotestsum to read. Stops after the part that failed.
# RACE is the flag of the race detector, or empty. Vet has run already.
set -euo pipefail
RACE=${RACE-"-race"}

# What waits for other processes, or walks every address as everybody, goes without the race detector, which would take it most of
# the gate's time. So does internal/domain: nothing there starts a goroutine, in tests neither (archtest sees to it), so that the
# detector would watch one thread. What shares memory goes with it, and comes last.
slow=(./bench/... ./cmd/... ./e2e/... ./internal/app/... ./internal/archtest/... ./internal/domain/... ./packs/... ./tools/...)
list=$(go list ./internal/... | grep -v -e internal/app -e internal/archtest -e internal/domain)
mapfile -t racing <<<"$list"
# Nor has it anything to watch where internal/web sends hundreds of hostile texts, and takes the time of refusals, one request after the other.
serial='^TestPeer_(S01_Hostile(TextOnEveryPage|TextTyped|Course|Response)|S24_NoOneIsTold)$'

trap 'kill ${compiled:-} 2>/dev/null || true; rm -rf "${memory:-}"' EXIT

# Records of tests live in memory where there is room for them: tests kill programs, not machines, and would wait for disks
# most of the time. The compiler's own files stay where they are.
shm=$(df --output=avail -k /dev/shm 2>/dev/null | tail -1 || true)
if [ "${shm:-0}" -gt 6000000 ]; then
	memory=$(mktemp -d /dev/shm/tocsin.XXXXXX)
	chmod 711 "$memory"
	export GOTMPDIR=${TMPDIR:-/tmp} TMPDIR=$memory
fi

tests() { .tmp/leftover go test -json -vet=off -count=1 "$@"; }

# The first part leaves the processor idle while it waits for browsers, clocks and dead servers: meanwhile the last part is
# compiled, behind everything else. What fails in that fails again where it is used.
export CGO_ENABLED=${RACE:+1}
CGO_ENABLED=${CGO_ENABLED:-0}
nice -n 19 go list $RACE -export -deps -test "${racing[@]}" >/dev/null 2>&1 &
compiled=$!
CGO_ENABLED=0 tests -parallel 4 -timeout 18m "${slow[@]}"
wait "$compiled" || true
compiled=
CGO_ENABLED=0 tests -timeout 5m -run "$serial" ./internal/web
tests $RACE -skip "$serial" -timeout 12m "${racing[@]}"
