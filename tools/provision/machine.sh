# What provisioning needs to know of the machine, and whether it has what it takes. Sourced by provision.sh.
# Sets: distribution, suites, components, keyring, architecture, multiarch, loader, rust_version, rust_release,
# rust_triple, rust_sysroot.

missing=
need() { command -v "$1" > /dev/null 2>&1 || missing="$missing
  $1: $2"; }
need apt-get "a Debian or Ubuntu system; elsewhere install bazelisk and run ./bazelw again"
need dpkg "a Debian or Ubuntu system; elsewhere install bazelisk and run ./bazelw again"
need flock "apt-get install util-linux"
need python3 "apt-get install python3"
need gcc "apt-get install build-essential"
need cargo "install Rust with rustup"
need rustc "install Rust with rustup"
[ -z "$missing" ] || die "a private Bazel can not be made here, for want of:$missing"

distribution=$(. /etc/os-release && echo "${ID:-unknown}")
case $distribution in
  debian)
    # The machine's own suite may be too old for Bazel 7; later ones are on the same mirror.
    suites="forky sid" components=main keyring=/usr/share/keyrings/debian-archive-keyring.gpg ;;
  ubuntu)
    suites="$(. /etc/os-release && echo "${VERSION_CODENAME:-}") devel" components="main universe"
    keyring=/usr/share/keyrings/ubuntu-archive-keyring.gpg ;;
  *)
    die "a private Bazel can be made on Debian and Ubuntu only; this is $distribution. Install bazelisk and run ./bazelw again." ;;
esac
suites=${XLS_AOT_PROVISION_SUITES:-$suites}

architecture=$(dpkg --print-architecture)
case $architecture in
  amd64) multiarch=x86_64-linux-gnu loader=usr/lib64/ld-linux-x86-64.so.2 ;;
  arm64) multiarch=aarch64-linux-gnu loader=usr/lib/ld-linux-aarch64.so.1 ;;
  *) die "a private Bazel can be made on amd64 and arm64 only; this is $architecture" ;;
esac

# From /, so that no toolchain override of a folder counts: what Bazel will use is the user's default.
rust_version=$(cd / && rustc -vV)
rust_release=$(echo "$rust_version" | sed -n 's/^release: //p')
rust_triple=$(echo "$rust_version" | sed -n 's/^host: //p')
rust_sysroot=$(cd / && rustc --print sysroot)
rust_needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$here/../../Cargo.toml")
[ "$(printf '%s\n%s\n' "$rust_needed" "$rust_release" | sort -V | head -1)" = "$rust_needed" ] ||
  die "Rust $rust_needed or newer is needed; rustc says $rust_release (rustup update)"
