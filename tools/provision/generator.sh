# Stage generator: cargo-bazel, the program that turns Cargo.lock into Bazel repositories, which rules_rust would download.
# It is compiled from the sources in the rules_rust package: the version on the crate registry does not read a version-4
# Cargo.lock. Sourced by lib.sh.

make_generator() {
  # Downloaded and compiled outside OUT, so that after an interruption cargo goes on where it stopped.
  work=$prefix/generator.work
  # A cargo home of its own, with the user's settings (a mirror of the crate registry, for instance).
  mkdir -p "$work/cargo-home"
  for settings in config.toml config; do
    if [ -e "${CARGO_HOME:-$HOME/.cargo}/$settings" ]; then
      ln -sfn "${CARGO_HOME:-$HOME/.cargo}/$settings" "$work/cargo-home/$settings"
    fi
  done
  # Unoptimised: it runs for a second.
  rm -rf "$work/source"
  cp -r "$share/rules/rust/crate_universe" "$work/source"
  (cd / && CARGO_HOME=$work/cargo-home CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_DEBUG=0 \
    CARGO_PROFILE_RELEASE_STRIP=symbols CARGO_TARGET_DIR=$work/target \
    "$rust_sysroot/bin/cargo" install --quiet --locked --path "$work/source" --root "$work/installed") ||
    die "crate_universe's generator does not compile (messages above)"
  cp "$work/installed/bin/cargo-bazel" "$1/cargo-bazel"
  mv "$work/cargo-home" "$1/cargo-home"
  rm -rf "$work" "$1/cargo-home/registry/src" "$1/cargo-home/registry/cache"
  # The generator looks for the registry's index under the folder name that cargo used up to 1.84.
  index=$(cd "$1/cargo-home/registry/index" && ls -d index.*-* | head -1)
  ln -sfn "$index" "$1/cargo-home/registry/index/${index%-*}-6f17d22bba15001f"
  echo "$index" > "$1/index"
}
