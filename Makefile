# make run     build and start a demonstration on 127.0.0.1:8080, in a fresh folder below .tmp
# make test    everything that must pass; installs what it needs
# make check   the quick gate, for every change
# make bench   measure against the raw engines, one table
# make build   bin/tocsin
# make clauses update docs/standard from the references in the code

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build
.PHONY: run test check bench build assets clauses need format vet staticcheck vuln style browser gotest clean

LISTEN  ?= 127.0.0.1:8080
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
# The race detector needs cgo, the binary never does. RACE= runs the tests without it, in a third of the time.
RACE    ?= -race
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

# Version stamping is ours (VERSION), so that a build outside a checkout gives the same. The binary, vet, staticcheck and the
# tools share these settings, so that each package is compiled once for all of them, and once more for the race detector.
export GOFLAGS := $(GOFLAGS) -buildvcs=false -trimpath
export CGO_ENABLED := 0

build: assets
	go build -ldflags '-s -w -X main.version=$(VERSION)' -o bin/tocsin ./cmd/tocsin

run: build
	@mkdir -p .tmp; data=$$(mktemp -d .tmp/demo.XXXXXX); exec bin/tocsin serve --demo --data "$$data" --listen $(LISTEN)

# --- page assets: made by npm into a folder that is not committed; `go build` compiles without them ---

BUILT := internal/web/static/build
UI    := $(wildcard ui/package-lock.json)

assets: $(if $(UI),$(BUILT)/manifest.json)

# The manifest names what was built; it is what the server looks for.
$(BUILT)/manifest.json: ui/node_modules/.stamp $(shell find ui -name node_modules -prune -o -type f -print 2>/dev/null)
	npm --prefix ui run build </dev/null
	@touch $@

%/node_modules/.stamp: %/package-lock.json
	npm --prefix $* ci --no-audit --no-fund </dev/null
	@touch $@

browser: $(if $(wildcard e2e/browser/package-lock.json),e2e/browser/node_modules/.stamp)

# --- the gate: what fails soonest comes first; go test comes last, so that its summary ends the output ---

test: need format vet staticcheck vuln build browser gotest

need:
	@bash tools/need.sh

format:
	@bad=$$(gofmt -l $(wildcard bench cmd internal packs tools) $(wildcard e2e/*.go)); \
	if [ -n "$$bad" ]; then echo "gofmt -w these files:"; echo "$$bad"; exit 1; fi

vet:
	go vet ./...

staticcheck:
	go run $(STATICCHECK) ./...

vuln:
	go run ./tools/vuln

# Vet has run already. What waits for other processes, or walks every address as everybody, goes without the race detector,
# which would take it most of the gate's time. So does internal/domain: nothing there starts a goroutine, in tests neither (archtest
# sees to it), so that the detector would watch one thread. What shares memory goes with it, and comes last.
SLOW := ./bench/... ./cmd/... ./e2e/... ./internal/app/... ./internal/archtest/... ./internal/domain/... ./packs/... ./tools/...
# Nor has it anything to watch where internal/web sends hundreds of hostile texts, and takes the time of refusals, one request after the other.
SERIAL := ^TestPeer_(S01_Hostile(TextOnEveryPage|TextTyped|Course|Response)|S24_NoOneIsTold)$$
RACING = $(shell go list ./internal/... | grep -v -e internal/app -e internal/archtest -e internal/domain)

# Records of tests live in memory where there is room for them: tests kill programs, not machines, and would wait for disks
# most of the time. The compiler's own files stay where they are. The first half leaves the processor idle while it waits for browsers,
# clocks and dead servers: meanwhile the second half is compiled, behind everything else. What fails in that fails again where it is used.
gotest: .tmp/testrun
	trap 'kill $${compiled:-} 2>/dev/null || true; rm -rf "$${memory:-}"' EXIT; \
	shm=$$(df --output=avail -k /dev/shm 2>/dev/null | tail -1 || true); \
	if [ "$${shm:-0}" -gt 6000000 ]; then \
		memory=$$(mktemp -d /dev/shm/tocsin.XXXXXX); chmod 711 "$$memory"; export GOTMPDIR=$${TMPDIR:-/tmp} TMPDIR=$$memory; fi; \
	CGO_ENABLED=$(if $(RACE),1,0) nice -n 19 go list $(RACE) -export -deps -test $(RACING) >/dev/null 2>&1 & compiled=$$!; \
	CGO_ENABLED=0 .tmp/testrun -vet=off -count=1 -parallel 4 -timeout 18m $(SLOW); \
	wait $$compiled || true; compiled=; \
	CGO_ENABLED=0 .tmp/testrun -vet=off -count=1 -timeout 5m -run '$(SERIAL)' ./internal/web; \
	CGO_ENABLED=$(if $(RACE),1,0) .tmp/testrun $(RACE) -skip '$(SERIAL)' -vet=off -count=1 -timeout 12m $(RACING)

.tmp/testrun: $(wildcard tools/testrun/*.go)
	@mkdir -p .tmp
	go build -o $@ ./tools/testrun

check: format vet .tmp/testrun
	go run ./tools/clauses
	.tmp/testrun -short -vet=off -timeout 2m ./...
	@go run ./tools/style

style:
	@go run ./tools/style

clauses:
	go run ./tools/clauses -update

bench: build
	go run ./bench $(BENCH)

clean:
	rm -rf bin .tmp $(BUILT) ui/node_modules e2e/browser/node_modules
