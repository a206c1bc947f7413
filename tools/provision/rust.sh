# Stage rust: a repository that takes the place of the Rust that rules_rust would download. Sourced by lib.sh.

make_rust() {
  for folder in bin lib libexec; do
    if [ -e "$rust_sysroot/$folder" ]; then ln -s "$rust_sysroot/$folder" "$1/$folder"; fi
  done
  : > "$1/REPO.bazel"
  sed "s/@TRIPLE@/$rust_triple/g" "$here/rust_tools.BUILD" > "$1/BUILD.bazel"
}
