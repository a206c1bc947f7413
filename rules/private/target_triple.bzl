"""The target triples of the platforms that there are artefacts for."""

visibility("//rules/...")

# Dict[str, str]: a `config_setting` in //rules/toolchains, and the triple of the platforms that it matches.
_TRIPLES = {
    "aarch64_linux": "aarch64-unknown-linux-gnu",
    "aarch64_macos": "aarch64-apple-darwin",
    "x86_64_linux": "x86_64-unknown-linux-gnu",
    "x86_64_macos": "x86_64-apple-darwin",
}

# The triple of the target platform, never that of the machine that builds; empty for any other platform.
TARGET_TRIPLE = select(
    {Label("//rules/toolchains:" + name): triple for name, triple in _TRIPLES.items()} |
    {"//conditions:default": ""},
)

def target_platforms():
    """Declares the `config_setting`s that `TARGET_TRIPLE` chooses by, in the package that calls."""
    for name in _TRIPLES:
        cpu, _, os = name.rpartition("_")
        native.config_setting(
            name = name,
            constraint_values = [
                Label("@platforms//cpu:" + cpu),
                Label("@platforms//os:" + os),
            ],
        )
