# make run     build and start a demonstration on 127.0.0.1:8080, in a fresh folder below .tmp
# make test    everything that must pass; installs what it needs
# make check   the quick gate, for every change
# make bench   measure against the raw engines, one table
# make build   bin/tocsin
# make clauses update docs/standard from the references in the code

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build
.PHONY: run test check bench build assets clauses need format vet lint dead vuln browser gotest clean

LISTEN  ?= 127.0.0.1:8080
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
# The race detector needs cgo, the binary never does. RACE= runs the tests without it, in a third of the time.
RACE    ?= -race
LINT        := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
DEADCODE    := golang.org/x/tools/cmd/deadcode@v0.51.0
GOTESTSUM   := gotest.tools/gotestsum@v1.13.0

# Version stamping is ours (VERSION), so that a build outside a checkout gives the same. The binary, vet, the linters and the
# tools share these settings, so that each package is compiled once for all of them, and once more for the race detector.
export GOFLAGS := $(GOFLAGS) -buildvcs=false -trimpath
export CGO_ENABLED := 0

build: assets
	go build -ldflags '-s -w -X main.version=$(VERSION)' -o bin/tocsin ./cmd/tocsin

run: build
	@mkdir -p .tmp; data=$$(mktemp -d .tmp/demo.XXXXXX); exec bin/tocsin serve --demo --data "$$data" --listen $(LISTEN)

# --- page assets: made by npm into a folder that is not committed; `go build` compiles without them ---

BUILT := internal/web/page/static/build
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

test: need format vet lint dead vuln build browser gotest

need:
	@bash tools/need.sh

format:
	@bad=$$(gofmt -l $(wildcard bench cmd internal packs tools) $(wildcard e2e/*.go)); \
	if [ -n "$$bad" ]; then echo "gofmt -w these files:"; echo "$$bad"; exit 1; fi

vet:
	go vet ./...

# Which rules, and why: .golangci.yml. They are many programs in one: built once, in two to three minutes of processor.
lint: .tmp/golangci-lint
	.tmp/golangci-lint run ./...

# What no program of this repository can reach. Tests have three things to themselves: the rules of archtest, the schema that packs are
# published with, and the command to dispose of an incident's words, which no page offers yet.
ONLY_IN_TESTS := ^internal/archtest/|^internal/domain/policy/.*schema|Dispose\.decide$$

dead:
	@all=$$(go run $(DEADCODE) ./bench/... ./cmd/... ./tools/...); \
	dead=$$(grep -vE '$(ONLY_IN_TESTS)' <<<"$$all" || true); \
	if [ -n "$$dead" ]; then echo "no program reaches these; delete them, or move them into the tests that do:"; echo "$$dead"; exit 1; fi

vuln:
	go run ./tools/vuln

# The last line counts the tests of all parts. Before it stands what skipped and failed tests said.
SUMMARY := .tmp/gotestsum --format pkgname-and-test-fails --format-hide-empty-pkg --raw-command

gotest: .tmp/gotestsum .tmp/leftover
	RACE=$(RACE) $(SUMMARY) -- bash tools/gotest.sh

.tmp/gotestsum: Makefile
	GOBIN=$(CURDIR)/.tmp go install $(GOTESTSUM)
	@touch $@

.tmp/golangci-lint: Makefile
	GOBIN=$(CURDIR)/.tmp go install $(LINT)
	@touch $@

.tmp/leftover: $(wildcard tools/leftover/*.go)
	@mkdir -p .tmp
	go build -o $@ ./tools/leftover

check: format vet .tmp/gotestsum .tmp/leftover
	go run ./tools/clauses
	$(SUMMARY) --hide-summary=skipped -- .tmp/leftover go test -json -short -vet=off -timeout 2m ./...

clauses:
	go run ./tools/clauses -update

bench: build
	go run ./bench $(BENCH)

clean:
	rm -rf bin .tmp $(BUILT) ui/node_modules e2e/browser/node_modules
