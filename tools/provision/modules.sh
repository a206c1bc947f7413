# Stage modules: what stands in for the module registry. Sourced by lib.sh.

# Modules that Bazel's own tools ask for, where the packages have them (name=folder). They are overridden on the command
# line, so any version that a workspace names is accepted.
packaged_modules="platforms=tools/platforms bazel_features=tools/features bazel_skylib=tools/skylib rules_cc=rules/cc
  rules_java=rules/java rules_license=rules/license rules_proto=rules/proto rules_python=rules/python"
# Modules that are asked for and never used in a build like ours: empty ones do.
empty_modules="apple_support buildozer protobuf zlib"

make_modules() {
  for module in $empty_modules aspect_rules_js; do
    mkdir -p "$1/empty/$module"
    printf 'module(name = "%s", version = "0")\n' "$module" > "$1/empty/$module/MODULE.bazel"
    : > "$1/empty/$module/BUILD.bazel"
  done
  cp "$here/stubs/buildozer_binary.bzl" "$1/empty/buildozer/"

  # A registry of the rest. rules_rust is served as an archive, for a local folder could not be patched by a workspace.
  rules_rust=$(sed -n 's/^bazel_dep(name = "rules_rust", version = "\(.*\)")/\1/p' "$here/../../MODULE.bazel")
  rules_js=$(grep -A2 '"aspect_rules_js"' "$share/rules/rust/MODULE.bazel" | sed -n 's/.*version = "\(.*\)".*/\1/p')
  mkdir -p "$1/registry/modules"
  echo '{}' > "$1/registry/bazel_registry.json"
  tar -C "$share/rules/rust" --sort=name --mtime=@0 --owner=0 --group=0 -cz -f "$1/rules_rust.tar.gz" .
  integrity=$(python3 -c 'import base64,hashlib,sys; print(base64.b64encode(hashlib.sha256(open(sys.argv[1],"rb").read()).digest()).decode())' \
    "$1/rules_rust.tar.gz")
  serve "$1" rules_rust "$rules_rust" "$share/rules/rust/MODULE.bazel" \
    "{\"url\": \"file://$prefix/modules/rules_rust.tar.gz\", \"integrity\": \"sha256-$integrity\"}"
  serve "$1" aspect_rules_js "$rules_js" "$1/empty/aspect_rules_js/MODULE.bazel" \
    "{\"type\": \"local_path\", \"path\": \"$prefix/modules/empty/aspect_rules_js\"}"
}

# serve OUT MODULE VERSION MODULE_FILE SOURCE: one version of one module in the registry under OUT.
serve() {
  mkdir -p "$1/registry/modules/$2/$3"
  sed -E '/^module\(/,/\)/s/version = "[^"]*"/version = "'"$3"'"/' "$4" > "$1/registry/modules/$2/$3/MODULE.bazel"
  echo "$5" > "$1/registry/modules/$2/$3/source.json"
}
