# Stage launch: the settings that make Bazel work here, kept out of the repository, and the program to call.
# Sourced by lib.sh.

make_launch() {
  . "$here/modules.sh"
  # Canonical repository names: `~` joins their parts in Bazel 7, `+` from Bazel 8 on.
  case $(cat "$share/build-label.txt") in
    7.*) join='~' ;;
    *) join='+' ;;
  esac
  nightly=$(sed -n 's/^DEFAULT_NIGHTLY_ISO_DATE = "\(.*\)"/\1/p' "$share/rules/rust/rust/private"/*.bzl | head -1)
  downloads > "$1/downloads.cfg"
  settings > "$1/bazelrc"
  printf '#!/bin/sh\nexec "%s/usr/bin/bazel" --nosystem_rc --bazelrc="%s/launch/bazelrc" "$@"\n' "$debian" "$prefix" > "$1/bazel"
  chmod +x "$1/bazel"
}

# Bazel may download from where crates come from and nowhere else: what a rule would fetch from another place fails at
# once and by name, instead of after minutes of waiting for an answer.
downloads() {
  index=$(cat "$prefix/generator/index")
  host=${index#index.}
  echo "allow ${host%-*}"
  python3 -c 'import json,sys,urllib.parse; print("allow", urllib.parse.urlparse(json.load(open(sys.argv[1]))["dl"]).hostname)' \
    "$prefix/generator/cargo-home/registry/index/$index/config.json"
  echo "block *"
}

settings() {
  cat <<RC
startup --install_base=$share
startup --trust_install_base
startup --server_javabase=$(cat "$debian/java-home")
common --registry=file://$prefix/modules/registry
common --lockfile_mode=off
common --noenable_workspace
common --experimental_downloader_config=$prefix/launch/downloads.cfg
common --repo_env=CARGO_BAZEL_GENERATOR_URL=file://$prefix/generator/cargo-bazel
common --repo_env=CARGO_HOME=$prefix/generator/cargo-home
common --override_repository=rules_rust$join${join}rust_host_tools${join}rust_host_tools=$prefix/rust
common --override_repository=rules_rust$join${join}rust${join}rust_$(host_name)__${rust_triple}__stable_tools=$prefix/rust
common --override_repository=rules_rust$join${join}rust${join}rustfmt_nightly-${nightly}__${rust_triple}_tools=$prefix/rust
common --disk_cache=$prefix/disk-cache
common --experimental_disk_cache_gc_max_size=8G
RC
  # Actions have a /tmp of their own: what they need of the real one must be said.
  for folder in "$prefix" "$rust_sysroot"; do
    case $folder in /tmp/*) echo "common --sandbox_add_mount_pair=$folder" ;; esac
  done
  for module in $packaged_modules; do echo "common --override_module=${module%%=*}=$share/${module#*=}"; done
  for module in $empty_modules; do echo "common --override_module=$module=$prefix/modules/empty/$module"; done
}

# How rules_rust calls this machine in repository names.
host_name() {
  case $architecture in
    amd64) echo linux_x86_64 ;;
    arm64) echo linux_aarch64 ;;
  esac
}
