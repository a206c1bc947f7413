#!/usr/bin/env bash
# Builds targets that have an error, and compares what Bazel's user sees: the whole message, with files as the user wrote them.
#
#   rules/tests/dslx_errors/check.sh [BAZEL [OPTION...]]      from anywhere; BAZEL is ./bazelw by default
#
# It runs outside of any test, because a build that fails needs a whole workspace and a Bazel server. The OPTIONs are startup
# options. The exit code is 0 if all is as expected, else 1.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.." || exit 1
if [ $# -eq 0 ]; then set -- ./bazelw; fi

bazel=("$@")
package=rules/tests/dslx_errors
module=rules.tests.dslx_errors
passed=0
failed=0

# refuses TARGET MESSAGE [COMMAND]: the build (or another command of Bazel) fails, and the message is in what is printed, as whole lines
# one after the other. Every line that names a place in a file names it as in MESSAGE: without the folders of Bazel.
refuses() {
  local log status=0
  log=$("${bazel[@]}" "${3:-build}" "//$package:$1" 2>&1) || status=$?
  if [ "$status" -eq 0 ]; then
    echo "FAILED $1: the ${3:-build} passed" >&2
  elif [[ $'\n'$log$'\n' != *$'\n'"$2"$'\n'* ]]; then
    printf 'FAILED %s: not said:\n%s\nbut:\n%s\n' "$1" "$2" "$log" >&2
  elif grep -E '\.x:[0-9]+:[0-9]+: ' <<<"$log" | grep -vqE "^ *($package|[a-z_]+\.x)"; then
    printf 'FAILED %s: a place is shown otherwise:\n%s\n' "$1" "$log" >&2
  else
    echo "passed $1"
    passed=$((passed + 1))
    return
  fi
  failed=$((failed + 1))
}

# plain TARGET: the build fails, and nothing of the rules is shown.
plain() {
  local log status=0
  log=$("${bazel[@]}" build "//$package:$1" 2>&1) || status=$?
  if [ "$status" -ne 0 ] && ! grep -q 'Traceback\|\.bzl' <<<"$log"; then
    echo "passed $1 without a traceback"
    passed=$((passed + 1))
  else
    printf 'FAILED %s: more is shown than the message:\n%s\n' "$1" "$log" >&2
    failed=$((failed + 1))
  fi
}

# builds TARGET OPTION...: the build passes.
builds() {
  local target=$1 log
  shift
  if log=$("${bazel[@]}" build "$@" "//$package:$target" 2>&1); then
    echo "passed $target $*"
    passed=$((passed + 1))
  else
    printf 'FAILED %s: the build failed:\n%s\n' "$target" "$log" >&2
    failed=$((failed + 1))
  fi
}

refuses unknown_top "top ad:1:12: error[E1380]: module \`good\` has no function \`ad\`
  fn top() { ad() }
             ^^
  help: there is \`add\`"
refuses unknown_arguments "top add<u32:8>:1:12: error[E1256]: \`add\` has 0 parametrics, and 1 are given
  fn top() { add<u32:8>() }
             ^^^
  $package/good.x:2:8: it is defined here
    pub fn add(x: u8, y: u8) -> u8 { x + y }
           ^^^"

# A library is checked completely, whatever reaches it. Another target compiles only what its functions reach.
wrong="$package/unreached.x:3:26: error[E1215]: expected \`u16\`, found \`u8\`
  fn wrong(x: u8) -> u16 { x }
                           ^
  $package/unreached.x:3:20: the function is declared to return this
    fn wrong(x: u8) -> u16 { x }
                       ^^^
  help: convert it: \`x as u16\`"
refuses unreached "$wrong"
refuses all_of_a_library "$wrong"
builds reached_only
builds all_of_a_library --norun_validations

# A file of the other language.
refuses dslx_as_ir "error: $package/good.x is DSLX by its name, and \`ir\` is for a file of another language
  help: write \`dslx = \"good.x\"\`, and \`tops = [\"NAME\"]\`"
plain dslx_as_ir
refuses ir_as_dslx "error: $package/good.ir is XLS IR by its name, and \`dslx\` is for a file of another language
  help: write \`ir = \"good.ir\"\`"
plain ir_as_dslx

# What the compiler refuses is shown like what the front end refuses.
refuses traces "$package/traces.x:2:3: error[E1005]: compiled code reports no traces unless it is asked to, but the top reaches \
\`trace.4\` in function \`__itok__traces__f\`; the calls are __traces__f -> __itok__traces__f
  trace_fmt!(\"{}\", x);
  ^
  help: ask for them with \`events = [\"trace\"]\`
  help: or take it out of the design (in DSLX it is a \`trace_fmt!\` or \`trace!\`), or choose a top that does not reach it"

refuses cycle "$package/egg.x:1:8: error[E1153]: modules import each other: \`chicken\` -> \`$module.egg\` -> \`chicken\`
  import $module.chicken;
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  $package/chicken.x:1:8: \`$module.egg\` is imported here
    import $module.egg;
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: move what both need to a module of its own"

# Only what dependencies have can be imported, though the file is there.
refuses without_dep "$package/without_dep.x:1:8: error[E1151]: there is no module \`$module.good\`
  import $module.good;
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  help: the build gives no such module: add the library that has it to \`deps\`"
refuses short_name "$package/short_name.x:1:8: error[E1151]: there is no module \`good\`
  import good;
         ^^^^
  help: did you mean \`$module.good\`?"
refuses needs_stdlib "$package/needs_stdlib.x:1:8: error[E1151]: there is no module \`std\`
  import std;
         ^^^
  help: \`std\` is a module of the standard library, whose folder is not given"
refuses twice "error: the module \`$module.unreached\` is in two files, $package/copies/unreached.x and $package/unreached.x
  help: give the file that is meant, or import one by another name"

refuses unused "$package/unused.x:1:29: warning[unused_definition]: \`y\` is not used in the function \`f\`
  pub fn f(x: u8) -> u8 { let y = x; x }
                              ^
  help: leave it out, or name it \`_y\` if it is there for the reader
error: there are warnings
  help: correct them, or leave out --warnings-as-errors"
refuses unknown_warning "error: there is no warning \`unused_definitions\`; did you mean \`unused_definition\`?"

# A generated file is shown without the folder that Bazel puts it in.
generated="$package/generated.x:1:25: error[E1215]: expected \`u9\`, found \`u8\`
  pub fn g(x: u8) -> u9 { x }
                          ^
  $package/generated.x:1:20: the function is declared to return this
    pub fn g(x: u8) -> u9 { x }
                       ^^
  help: convert it: \`x as u9\`"
refuses generated_dslx "$generated"
refuses calls_generated "$generated"

# Tests of designs.
refuses no_tests "$package/good.x: error: there are no tests
  help: write functions with \`#[test]\` or \`#[quickcheck]\`" test
failure="$package/failing.x:8:19: error: assertion failed: assert_eq(good::add(u8:1, u8:2), u8:4)"
refuses failing_test "---- wrong_test ----
$failure" test
report=$("${bazel[@]}" info bazel-testlogs 2>/dev/null)/$package/failing_test/test.xml
if grep -qF 'testcase name="right_test"' "$report" && grep -qF "<failure message=\"$failure\"" "$report"; then
  echo "passed the report of failing_test"
  passed=$((passed + 1))
else
  echo "FAILED the report of failing_test: $report" >&2
  failed=$((failed + 1))
fi
if "${bazel[@]}" test --test_filter=right_test "//$package:failing_test" >/dev/null 2>&1; then
  echo "passed failing_test --test_filter=right_test"
  passed=$((passed + 1))
else
  echo "FAILED failing_test --test_filter=right_test: the filter did not leave out the test that fails" >&2
  failed=$((failed + 1))
fi

echo "dslx-errors: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
