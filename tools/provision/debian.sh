# Stage debian: Bazel, a Java to run it and rules_rust, from the distribution's packages, unpacked and made to run from
# where they lie. Sourced by lib.sh.

# Packages that Bazel's server names as dependencies and does not need in order to run: counted as installed, which makes
# the download a third of what it would be.
stand_ins="async-profiler-java build-essential ca-certificates ca-certificates-java debconf default-jdk-headless
  java-common libjacoco-java libjpeg62-turbo libjs-jquery liblcms2-2 libnss3 libpcsclite1 libproguard-java libtruth-java
  node-core-js node-html5shiv perl perl-base protobuf-compiler-grpc-java-plugin python3 unzip util-linux zlib1g-dev"

make_debian() {
  out=$1
  # Kept from one run to the next until the stage is whole, so that an interrupted download goes on where it stopped.
  apt=$prefix/download
  for suite in $suites; do
    if fetch_packages "$suite"; then
      unpack_packages "$out"
      relocate "$out"
      rm -rf "$apt"
      return
    fi
    say "  no Bazel 7.4 or newer in $distribution's suite $suite"
  done
  die "none of $distribution's suites ($suites) has a bazel-bootstrap 7.4 or newer. Install bazelisk and run ./bazelw again."
}

# apt with lists, cache and status of its own: the system's are neither read nor written.
fetch_packages() {
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
  [ -n "$mirror" ] || die "apt has no package source configured on this machine"
  mkdir -p "$apt/sources" "$apt/none" "$apt/state/lists/partial" "$apt/cache/archives/partial"
  {
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: %s\n' "$mirror" "$1" "$components"
    [ ! -e "$keyring" ] || printf 'Signed-By: %s\n' "$keyring"
  } > "$apt/sources/bazel.sources"
  for package in $stand_ins; do
    printf 'Package: %s\nStatus: install ok installed\nArchitecture: all\nMulti-Arch: foreign\n' "$package"
    printf 'Maintainer: none <none@localhost>\nVersion: 9999:1\nDescription: counts as installed\n\n'
  done > "$apt/status"
  cat > "$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/sources";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$apt/none";
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Log "$apt";
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
CONF
  APT_CONFIG=$apt/apt.conf apt-get -qq update || return 1
  candidate=$(APT_CONFIG=$apt/apt.conf apt-cache policy bazel-bootstrap | sed -n 's/^ *Candidate: //p')
  dpkg --compare-versions "${candidate:-0}" ge 7.4 || return 1
  APT_CONFIG=$apt/apt.conf apt-get -qq -y --download-only install \
    bazel-bootstrap bazel-rules-rust default-jre-headless patchelf
}

unpack_packages() {
  # One /usr, as on a merged system: some packages still ship /bin, /lib, ...
  mkdir -p "$1/usr/bin" "$1/usr/lib" "$1/usr/lib64" "$1/usr/sbin"
  for folder in bin lib lib64 sbin; do ln -s "usr/$folder" "$1/$folder"; done
  for package in "$apt"/cache/archives/*.deb; do dpkg -x "$package" "$1"; done
  # Absolute links whose target was unpacked too are to point there, in the folder's final place.
  find "$1" -type l -lname '/*' | while IFS= read -r link; do
    target=$(readlink "$link")
    if [ -e "$1$target" ] || [ -L "$1$target" ]; then ln -sfn "$debian$target" "$link"; fi
  done
}

# Programs and libraries find the unpacked loader and libraries by themselves (interpreter and RPATH, so that no
# environment variable leaks into what Bazel runs), and Bazel's server finds its jars.
relocate() {
  libraries=$debian/usr/lib/$multiarch
  java=$(cd "$1/usr/lib/jvm" && ls -d java-[0-9]*-openjdk-"$architecture" | grep -v -- '-1\.' | head -1)
  for program in "$1/usr/bin/bazel" "$1/usr/libexec/$multiarch/bazel"/* "$1/usr/lib/jvm/$java/bin"/* \
    "$1/usr/lib/jvm/$java/lib/jspawnhelper" "$1/usr/lib/jvm/$java/lib/jexec"; do
    if [ -L "$program" ] || ! is_elf "$program"; then continue; fi
    patch_elf "$1" --set-interpreter "$debian/$loader" "$program"
    patch_elf "$1" --force-rpath --set-rpath "\$ORIGIN/../lib:\$ORIGIN/../lib/server:$libraries" "$program"
  done
  find "$1/usr/lib/jvm/$java" -name '*.so' -type f | while IFS= read -r library; do
    patch_elf "$1" --force-rpath --set-rpath "\$ORIGIN:\$ORIGIN/..:\$ORIGIN/server:$libraries" "$library"
  done
  python3 "$here/class_path.py" "$1" "$debian"
  echo "$debian/usr/lib/jvm/$java" > "$1/java-home"
}

is_elf() { [ -f "$1" ] && [ "$(head -c 4 "$1" | tail -c 3)" = ELF ]; }

# The unpacked patchelf, run with the unpacked loader.
patch_elf() {
  patch_root=$1
  shift
  "$patch_root/$loader" --library-path "$patch_root/usr/lib/$multiarch" "$patch_root/usr/bin/patchelf" "$@"
}
