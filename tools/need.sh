#!/usr/bin/env bash
# Installs what `make test` needs and this machine lacks, from Debian's packages. Says what to do where it may not.
set -euo pipefail

missing=()
need() { # package, then commands of which one must be there
	local package=$1 command
	shift
	for command in "$@"; do
		if command -v "$command" >/dev/null; then return; fi
	done
	missing+=("$package")
}

postgres() { # Debian keeps the server's programs out of PATH
	compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null
}

wanted=()
want() { # like need, for what only makes a test see more: without it that test says that it was skipped
	command -v "$2" >/dev/null || wanted+=("$1")
}

need git git
need gcc gcc cc             # the race detector links with it
need libc6-dev gcc cc
need nodejs node            # page assets, browser tests
need npm npm
need chromium chromium chromium-browser google-chrome
postgres || missing+=(postgresql)

want qpdf qpdf                # looks at the PDFs from outside
want poppler-utils pdfinfo

if [ $((${#missing[@]} + ${#wanted[@]})) -eq 0 ]; then exit 0; fi

root=()
if [ "$(id -u)" -ne 0 ]; then root=(sudo -n); fi
if ! command -v apt-get >/dev/null || ! "${root[@]}" true 2>/dev/null; then
	if [ ${#missing[@]} -eq 0 ]; then
		echo "not installed, what they check is skipped: ${wanted[*]}" >&2
		exit 0
	fi
	echo "make test needs these Debian packages (or their like): ${missing[*]}" >&2
	echo "Install them and run it again; this account may not install them itself." >&2
	exit 1
fi

echo "installing: ${missing[*]} ${wanted[*]}"
# The tests start PostgreSQL servers of their own; the package must not start one of its own.
"${root[@]}" mkdir -p /etc/postgresql-common
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
	echo 'create_main_cluster = false' | "${root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
"${root[@]}" apt-get -qq update </dev/null || [ ${#missing[@]} -eq 0 ]
if [ ${#wanted[@]} -gt 0 ]; then
	"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${wanted[@]}" </dev/null >/dev/null ||
		echo "could not be installed, what they check is skipped: ${wanted[*]}" >&2
fi
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
	-o Dpkg::Options::=--force-confold "${missing[@]}" </dev/null >/dev/null
