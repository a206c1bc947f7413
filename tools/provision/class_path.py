#!/usr/bin/env python3
"""class_path.py TREE FINAL: completes the list of jars that Bazel's server is started with.

The package's list names jars by their installed paths, and those jars name others in their manifests. All of them lie
under TREE, which will be renamed to FINAL: the list is rewritten with FINAL's paths and everything the manifests add.
"""

import sys
import zipfile
from pathlib import Path

LIST = "usr/share/bazel/bazel_classpath_debian_depends.txt"


def manifest_class_path(jar):
    """The absolute paths in the jar's own Class-Path."""
    with zipfile.ZipFile(jar) as archive:
        try:
            manifest = archive.read("META-INF/MANIFEST.MF").decode("utf-8", "replace")
        except KeyError:
            return []
    lines = manifest.replace("\r", "").replace("\n ", "").split("\n")
    return [entry for line in lines if line.startswith("Class-Path:")
            for entry in line.split(":", 1)[1].split() if entry.startswith("/")]


def inside(tree, final, path):
    """The file under `tree` for an installed path; links may already point to `final`."""
    found = tree / path.lstrip("/")
    while found.is_symlink():
        target = found.readlink()
        if not target.is_absolute():
            found = found.parent / target
        elif target.is_relative_to(final):
            found = tree / target.relative_to(final)
        else:
            found = tree / str(target).lstrip("/")
    return found


def main():
    tree, final = Path(sys.argv[1]), Path(sys.argv[2])
    todo = [line.strip() for line in (tree / LIST).read_text().splitlines() if line.strip()]
    jars = []
    while todo:
        path = todo.pop(0)
        jar = str(final / path.lstrip("/"))
        file = inside(tree, final, path)
        if jar in jars or not file.is_file():
            continue
        jars.append(jar)
        todo += manifest_class_path(file)
    (tree / LIST).write_text("\n".join(jars) + "\n")


main()
