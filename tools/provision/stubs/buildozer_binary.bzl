"""Takes the place of the module buildozer, which only `bazel mod tidy` uses: the machine's buildozer, or a refusal."""

_REFUSAL = """\
#!/bin/sh
echo 'this Bazel came without buildozer: install it on PATH to use "bazel mod tidy"' >&2
exit 1
"""

def _buildozer_repository_impl(rctx):
    rctx.file("BUILD.bazel", "exports_files([\"buildozer.exe\"])\n")
    found = rctx.which("buildozer")
    if found:
        rctx.symlink(found, "buildozer.exe")
    else:
        rctx.file("buildozer.exe", _REFUSAL, executable = True)

_buildozer_repository = repository_rule(implementation = _buildozer_repository_impl)

def _buildozer_binary_impl(_mctx):
    _buildozer_repository(name = "buildozer_binary")

buildozer_binary = module_extension(implementation = _buildozer_binary_impl)
