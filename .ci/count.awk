# Adds up the tests that a log reports and prints "PASSED FAILED". Understands Bazel's summary lines, libtest's result
# lines, the closing lines "N passed, N failed[, N skipped]" of this project's own tools, and those of random programs and DSLX modules.
/^\/\/.* (PASSED|FLAKY)( |$)/ { passed++ }
/^\/\/.* (FAILED TO BUILD|FAILED|TIMEOUT|NO STATUS)( |$)/ { failed++ }
/^test result: / { passed += $4; failed += $6 }
/^([a-z_-]+: )?[0-9]+ passed, [0-9]+ failed/ {
  for (i = 1; i <= NF; i++) {
    if ($i ~ /^passed/) passed += $(i - 1)
    if ($i ~ /^failed/) failed += $(i - 1)
  }
}
/^[0-9]+ programs compared, [0-9]+ differences$/ { passed += ($1 > $4); failed += $4 }
/^[0-9]+ modules compared: .* [0-9]+ faults$/ { passed += $1; failed += $(NF - 1) }
END { print passed + 0, failed + 0 }
