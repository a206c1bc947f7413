#!/usr/bin/env bash
# Asks Bazel itself what the README tells people to ask: does anything lead from a program to libxls?
#
#   rules/tests/query/check.sh [BAZEL [OPTION...]]      from anywhere; BAZEL is ./bazelw by default
#
# It runs in this workspace, outside of any test, because a query needs a whole workspace and a Bazel server. The OPTIONs
# are startup options. Each question has a known answer; the planted programs of //rules/tests/libxls_free show that a
# path is found where there is one. The exit code is 0 if all answers are right, else 1.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.." || exit 1
if [ $# -eq 0 ]; then set -- ./bazelw; fi

passed=0
failed=0
errors=$(mktemp) || exit 1
trap 'rm -f "$errors"' EXIT

# check NAME EXPECTED COMMAND ARGUMENT...: EXPECTED is the labels of the answer, one a line, or "some" for any but none.
check() {
  local name=$1 expected=$2 answer status=0
  shift 2
  answer=$("${bazel[@]}" "$@" 2>"$errors") || status=$?
  # cquery appends a configuration to each label, and the labels of other repositories may be canonical.
  answer=$(printf '%s\n' "$answer" | sed -e 's/ ([0-9a-f]*)$//' -e 's/ (null)$//' -e 's/^@@\/\//\/\//')
  if [ "$status" -ne 0 ]; then
    echo "FAILED $name: bazel $1 ended with $status:" >&2
    cat "$errors" >&2
  elif [ "$answer" = "$expected" ] || { [ "$expected" = some ] && [ -n "$answer" ]; }; then
    echo "passed $name"
    passed=$((passed + 1))
    return
  else
    printf 'FAILED %s: %s\nexpected:\n%s\nanswer:\n%s\n' "$name" "${*:1}" "$expected" "$answer" >&2
  fi
  failed=$((failed + 1))
}

bazel=("$@")
plants=//rules/tests/libxls_free
through_library="$plants:with_library
$plants:library
$plants:fake_crate"
through_data="$plants:with_data
$plants:data_library
$plants:data_files
$plants:libxls.so"

# The README's two questions, on the example.
check "query: the quickstart needs no libxls" "" \
  query --notool_deps --noimplicit_deps 'somepath(//examples/quickstart, @libxls//...)'
check "cquery: the quickstart needs no libxls" "" \
  cquery --notool_deps 'somepath(//examples/quickstart, @libxls//...)'

# They see a path where there is one ...
check "query: the tool of the xlsynth back end does" some \
  query --notool_deps --noimplicit_deps 'somepath(//tools/cli:xls_aot_xlsynth, @libxls//...)'
check "cquery: the tool of the xlsynth back end does" some \
  cquery --notool_deps 'somepath(//tools/cli:xls_aot_xlsynth, @libxls//...)'
for command in query cquery; do
  check "$command: through a library" "$through_library" \
    "$command" --notool_deps "somepath($plants:with_library, $plants:fake_crate)"
  check "$command: through data" "$through_data" \
    "$command" --notool_deps "somepath($plants:with_data, $plants:libxls.so)"
done

# ... and none where only the build needs it.
check "cquery: a procedural macro and a generator do not count" "" \
  cquery --notool_deps "somepath($plants:with_build_time, $plants:fake_crate)"
check "cquery: but the build needs them" some \
  cquery "somepath($plants:with_build_time, $plants:fake_crate)"

# The tool that users are given has no fuzzer; the developers' one has.
check "cquery: the tool of the rules is built without the fuzzer" "" \
  cquery 'somepath(//tools/cli:xls_aot, //tools/fuzz)'
check "cquery: the developers' tool is built with it" some \
  cquery 'somepath(//tools/cli:xls_aot_dev, //tools/fuzz)'

# A build that names no back end never comes near @libxls, its tools and tests included.
of_libxls() { printf 'filter("libxls//|xlsynth", deps(%s))' "$1"; }
for target in //examples/quickstart //examples/quickstart:all //rules/tests/analysis:native_aot //rules:runtime; do
  check "cquery: $target is built without libxls" "" cquery "$(of_libxls "$target")"
done
# With DSLX it has the standard library, which consists of text files, and still nothing of libxls.
for target in //testdata/dslx_rules:moves //examples/dslx:all; do
  check "cquery: $target is built without libxls" "" cquery "$(of_libxls "$target")"
done
check "cquery: DSLX is built with the standard library" some \
  cquery 'filter("xls_aot_dslx_stdlib", deps(//testdata/dslx_rules:moves))'
check "cquery: which has nothing but modules" "" \
  cquery 'filter("xls_aot_dslx_stdlib", deps(//testdata/dslx_rules:moves)) except filter("/[a-z0-9_]+[.]x$|//:files$", deps(//testdata/dslx_rules:moves))'
check "cquery: without DSLX there is no standard library" "" \
  cquery 'filter("dslx_stdlib", deps(//testdata/suite:add_one_native))'
check "cquery: what the xlsynth back end compiles is not" some \
  cquery "$(of_libxls //testdata/suite:add_one_xlsynth)"

echo "queries: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
