#!/bin/sh
# provision.sh PREFIX: a private Bazel under PREFIX, for a Debian or Ubuntu machine with cargo that reaches package
# registries only. Prints nothing but its steps, on standard error. PREFIX/launch/bazel is the result.
#
# Nothing of the system is changed and nothing is installed: packages are unpacked under PREFIX and run with PREFIX's own
# loader and libraries. Safe to interrupt and to run again; a finished PREFIX costs a look at its stamps. README.md beside
# this file says what each stage is for.
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
prefix=${1:?usage: provision.sh PREFIX}
mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd -P)
umask 022
. "$here/lib.sh"
. "$here/machine.sh"

exec 9> "$prefix/lock"
if ! flock -n 9; then
  say "another run is provisioning $prefix: waiting for it"
  flock 9
fi

debian=$prefix/debian
share=$debian/usr/share/bazel
say "private Bazel under $prefix (750 MB, and a cache of up to 8 GB; remove the folder to be rid of it)"
stage debian "$distribution $architecture $suites" \
  "1/5 unpacking Bazel, its Java and rules_rust from $distribution's packages (200 MB to download, 470 MB unpacked)"
stage modules "$(cat "$here"/stubs/*; cat "$prefix/stamps/debian")" \
  "2/5 module registry of what the packages carry (2 MB)"
stage rust "$rust_version $rust_sysroot $(cat "$here/rust_tools.BUILD")" \
  "3/5 the machine's Rust $rust_release as a toolchain (links only)"
stage generator "$(cat "$prefix/stamps/debian")" \
  "4/5 compiling crate_universe's generator from rules_rust's sources (about 200 crates, 5 min on two cores)"
stage launch "$(cat "$prefix/stamps/debian" "$prefix/stamps/rust" "$prefix/stamps/generator") ${CARGO_HOME:-$HOME/.cargo}" \
  "5/5 settings and launcher"
# Says to bazelw that the whole is there, for these scripts and this Rust.
cat "$prefix"/stamps/[a-z]* | digest > "$prefix/whole"
