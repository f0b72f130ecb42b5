# SPDX-License-Identifier: Apache-2.0
# Sourced by script/server and script/test: Debian packages and Node, installed only where missing.

# Debian has Hyperscan for the processors of PCs alone; elsewhere Vectorscan builds in its place, and rules run without
# prefilter (docs/design/prefilter.md).
prefilter=libvectorscan-dev
[ "$(dpkg --print-architecture)" != amd64 ] || prefilter=libhyperscan-dev

# What building the product needs, and what it runs with.
build_packages=(gcc libc6-dev meson ninja-build pkg-config python3 ca-certificates tzdata
	libarchive-dev libcairo2-dev libcmark-gfm-dev libcmark-gfm-extensions-dev
	libcurl4-openssl-dev libexpat1-dev libfontconfig-dev libgmime-3.0-dev libgsf-1-dev libidn2-dev
	liblzma-dev libmicrohttpd-dev libmspack-dev
	libpango1.0-dev libpcre2-dev libqrencode-dev libroaring-dev libseccomp-dev libsodium-dev
	libsqlite3-dev libssl-dev libunistring-dev "$prefilter" libxlsxwriter-dev libxxhash-dev libyara-dev libzstd-dev zlib1g-dev
	fonts-liberation2 fonts-open-sans)

say() {
	printf '%s\n' "$*"
}

give_up() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 2
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# The given packages that are not installed.
missing_packages() {
	local package
	for package; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' ||
			printf '%s\n' "$package"
	done
}

# A mirror may stumble, another program may be installing; who has changed a configuration keeps it.
apt() {
	as_root env LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive apt-get -q \
		-o Dpkg::Use-Pty=0 -o APT::Install-Recommends=false \
		-o Acquire::Retries=5 -o DPkg::Lock::Timeout=900 \
		-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" </dev/null
}

# No option makes apt-get wait for the lock of the lists.
fetch_lists() {
	local try
	for try in 1 2 3 4 5 6; do
		[ "$try" = 1 ] || sleep 10
		! apt update || return 0
	done
	return 1
}

# Lines "count bytes": what installing would download.
download_size() {
	apt install --print-uris -qq "$@" |
		awk '/^\047/ { count++; bytes += $3 } END { printf "%d %d\n", count, bytes }'
}

# install_packages WHY PACKAGE…
install_packages() {
	local why=$1 missing count bytes log
	shift
	command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
		give_up "needs Debian's packages $* ($why); this system has no apt-get"
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	# It and Vectorscan have the same files.
	[[ " ${missing[*]} " != *" libhyperscan-dev "* ]] || missing+=(libvectorscan5- libvectorscan-dev-)
	[ "${install:-yes}" = yes ] || give_up "not installed ($why): ${missing[*]}"
	[ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
		give_up "needs root or sudo to install ($why): apt-get install ${missing[*]}"
	say "To install ($why): ${missing[*]}"
	log=$(mktemp)
	if ! apt install --simulate "${missing[@]}" >/dev/null 2>&1; then
		say "Fetching the lists of packages (about 10 MB)."
		fetch_lists >"$log" 2>&1 || {
			tail -n 30 "$log"
			give_up "could not fetch the lists of packages"
		}
	fi
	read -r count bytes < <(download_size "${missing[@]}") || true
	say "With what they need: ${count:-0} packages, $(((${bytes:-0} + 999999) / 1000000)) MB to download."
	# Lists grow stale: a package they name may be gone from the mirror.
	apt install -y "${missing[@]}" >"$log" 2>&1 ||
		{ fetch_lists >>"$log" 2>&1 && apt install -y "${missing[@]}" >>"$log" 2>&1; } || {
		tail -n 30 "$log"
		give_up "could not install: ${missing[*]}"
	}
	rm -f "$log"
	installed=yes
}

# install_npm FOLDER: its packages as package-lock.json says. A cache that cannot be used is done without.
install_npm() {
	local folder=$1 log try cache=()
	log=$(mktemp)
	for try in 1 2 3; do
		[ "$try" = 1 ] || cache=(--cache "$(mktemp -d)")
		if (cd "$folder" && timeout 600 npm ci --loglevel=error --no-audit --no-fund --ignore-scripts \
			--fetch-retries=5 "${cache[@]}") </dev/null >"$log" 2>&1; then
			rm -rf "$log" ${cache[1]:+"${cache[1]}"}
			installed=yes
			return 0
		fi
		rm -rf ${cache[1]:+"${cache[1]}"}
	done
	tail -n 30 "$log"
	give_up "could not install the npm packages of $folder"
}

# Packages for Node 18 or newer and npm, unless they are here from elsewhere.
node_packages() {
	local version
	version=$(node --version 2>/dev/null | sed 's/^v//; s/\..*//') || true
	[ "${version:-0}" -ge 18 ] || printf 'nodejs\n'
	command -v npm >/dev/null || printf 'npm\n'
}

# configure FOLDER OPTION…: a Meson build folder, made once, and looked over where something was installed.
configure() {
	local folder=$1
	shift
	if [ -f "$folder/build.ninja" ] && [ "${installed:-no}" = yes ]; then
		meson setup --reconfigure "$folder" "$root" "$@" >/dev/null
	elif [ -f "$folder/build.ninja" ]; then
		meson configure "$folder" "$@" >/dev/null
	else
		mkdir -p "$(dirname "$folder")"
		meson setup "$folder" "$root" "$@" >"$folder.log" 2>&1 || {
			cat "$folder.log"
			return 1
		}
	fi
}
