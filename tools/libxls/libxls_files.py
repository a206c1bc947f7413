#!/usr/bin/env python3
"""Lays out libxls and its DSLX standard library in a folder, checked.

    libxls_files.py wheel OUT                                    the pinned wheel of wheel.bzl
    libxls_files.py path OUT --library L --dslx-stdlib D [--sha256 H]   files of this machine
    libxls_files.py dslx-stdlib OUT                              of the pinned wheel, the standard library only

OUT receives `libxls.so` (or `libxls.dylib`), `dslx_stdlib/*.x` and `version.txt`; with `dslx-stdlib`, `*.x` and `LICENSE`. It
appears complete or not at all. A folder that has anything else is left as it is. Every failure is one message on standard error that
names the ways to give what is missing, with exit code 1.

Used by the repository rules of extensions.bzl and of ../dslx_stdlib/extensions.bzl and by with-libxls, so that Bazel and cargo get
the same bytes.
The pinned wheel is kept under $XDG_CACHE_HOME/xls_aot/libxls (default ~/.cache): 85 MB, checked at each use.
"""

import argparse
import hashlib
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent

WAYS = """\
libxls comes in one of three ways, chosen in the root module's MODULE.bazel:
  libxls.wheel()                                          the pinned wheel (Linux x86-64; needs python3 with pip)
  libxls.path(library = "...", dslx_stdlib = "...")       a library and a DSLX standard library on this machine
  libxls.bundle(repo = "@<xls runtime repo>//:all")       the exports of a rules_xlsynth bundle
With cargo: `tools/libxls/with-libxls CMD...` uses the wheel, or XLS_DSO_PATH and DSLX_STDLIB_PATH if both are set.
(tools/libxls/README.md has an example of each.)"""

STDLIB_WAYS = """\
The DSLX standard library comes in one of three ways, chosen in the root module's MODULE.bazel:
  dslx_stdlib.wheel()                                     of the pinned wheel (needs python3 with pip)
  dslx_stdlib.path(folder = "...")                        a folder of this machine, such as one of a checkout of XLS
  dslx_stdlib.files(target = "@...")                      a target of another repository
The environment variable XLS_AOT_DSLX_STDLIB (--repo_env) names a folder too, and comes before these. Targets with
`stdlib = "@xls_aot//rules:no_dslx_stdlib"` do not need it. (tools/dslx_stdlib/README.md has an example of each.)"""


class Failure(Exception):
    """What is wrong, in one sentence; main() adds the ways."""


def pinned():
    """The constants of wheel.bzl."""
    text = (HERE / "wheel.bzl").read_text(encoding="utf-8")
    return dict(re.findall(r'^([A-Z0-9_]+) = "([^"]*)"$', text, re.MULTILINE))


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def check_library(path):
    """The file name that the library at `path` gets; Failure unless it is a whole ELF or Mach-O shared library."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        head = file.read(64)
    if head[:4] == b"\x7fELF" and len(head) == 64 and head[4] == 2:
        order = "<" if head[5] == 1 else ">"
        section_offset = struct.unpack_from(order + "Q", head, 40)[0]
        entry_size, entries = struct.unpack_from(order + "HH", head, 58)
        if section_offset + entry_size * entries > size:
            raise Failure(f"{path} is truncated: {size} bytes, but its section table ends at "
                          f"{section_offset + entry_size * entries}")
        return "libxls.so"
    if head[:4] == b"\xcf\xfa\xed\xfe" and len(head) >= 32:
        return check_macho(path, head, size)
    raise Failure(f"{path} is no 64-bit ELF or Mach-O library ({size} bytes)")


def check_macho(path, head, size):
    """Like check_library, for a thin little-endian 64-bit Mach-O file: each segment must lie inside the file."""
    commands, commands_size = struct.unpack_from("<II", head, 16)
    with open(path, "rb") as file:
        file.seek(32)
        table = file.read(commands_size)
    at = 0
    for _ in range(commands):
        if at + 8 > len(table):
            raise Failure(f"{path} is truncated: its load commands are not complete")
        command, command_size = struct.unpack_from("<II", table, at)
        if command == 0x19 and at + 56 <= len(table):  # LC_SEGMENT_64
            file_offset, file_size = struct.unpack_from("<QQ", table, at + 40)
            if file_offset + file_size > size:
                raise Failure(f"{path} is truncated: {size} bytes, but a segment ends at {file_offset + file_size}")
        at += max(command_size, 8)
    return "libxls.dylib"


def cache_dir():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.environ.get("HOME") or tempfile.gettempdir(), ".cache")
    return Path(base) / "xls_aot" / "libxls"


def fetch_wheel(pin):
    """The pinned wheel's path in the cache, downloaded by pip unless a whole copy is there."""
    name = (f"{pin['WHEEL_PACKAGE'].replace('-', '_')}-{pin['WHEEL_VERSION']}-"
            f"{pin['WHEEL_PYTHON_TAG']}-{pin['WHEEL_PYTHON_TAG']}-{pin['WHEEL_PLATFORM']}.whl")
    kept = cache_dir() / name
    if kept.is_file() and sha256_of(kept) == pin["WHEEL_SHA256"]:
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as scratch:
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--no-deps", "--only-binary=:all:", "--implementation", "cp",
            "--python-version", pin["WHEEL_PYTHON_TAG"].removeprefix("cp"), "--abi", pin["WHEEL_PYTHON_TAG"],
            "--platform", pin["WHEEL_PLATFORM"], "--dest", scratch,
            f"{pin['WHEEL_PACKAGE']}=={pin['WHEEL_VERSION']}",
        ]
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        got = Path(scratch) / name
        if run.returncode != 0 or not got.is_file():
            raise Failure(f"pip could not download {name}:\n{run.stdout.strip()}")
        have = sha256_of(got)
        if have != pin["WHEEL_SHA256"]:
            raise Failure(f"the index served another {name}: sha256 {have}, expected {pin['WHEEL_SHA256']}")
        os.replace(got, kept)
    return kept


def lay_out_wheel(out, pin):
    machine = os.uname()
    if (machine.sysname, machine.machine) != ("Linux", "x86_64"):
        raise Failure(f"the pinned wheel holds a library for Linux on x86-64; this is "
                      f"{machine.sysname} on {machine.machine}")
    wheel = fetch_wheel(pin)
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            inside = member.removeprefix("xls/_blob/")
            if inside == member or member.endswith("/"):
                continue
            if inside != "libxls.so" and not re.fullmatch(r"dslx_stdlib/\w+\.x", inside):
                raise Failure(f"{wheel.name} holds an unexpected file {member}")
            target = out / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, open(target, "wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
    have = sha256_of(out / "libxls.so")
    if have != pin["LIBXLS_SHA256"]:
        raise Failure(f"libxls.so of {wheel.name} has sha256 {have}, expected {pin['LIBXLS_SHA256']}")
    return f"{pin['WHEEL_PACKAGE']} {pin['WHEEL_VERSION']}", have


def lay_out_stdlib(out, pin):
    """The standard library of the wheel and the license; nothing of the library is unpacked."""
    wheel = fetch_wheel(pin)
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            inside = member.removeprefix("xls/_blob/dslx_stdlib/")
            if member == "xls/LICENSE":
                inside = "LICENSE"
            elif inside == member or not re.fullmatch(r"\w+\.x", inside):
                continue
            (out / inside).write_bytes(archive.read(member))
    for needed in ("std.x", "LICENSE"):
        if not (out / needed).is_file():
            raise Failure(f"{wheel.name} has no {needed} of the DSLX standard library")


def lay_out_path(out, library, dslx_stdlib, sha256):
    library, dslx_stdlib = Path(library), Path(dslx_stdlib)
    if not library.is_file():
        raise Failure(f"library = {str(library)!r}: there is no such file")
    if not (dslx_stdlib / "std.x").is_file():
        raise Failure(f"dslx_stdlib = {str(dslx_stdlib)!r}: there is no std.x in such a folder")
    have = sha256_of(library)
    if sha256 and have != sha256:
        raise Failure(f"{library} has sha256 {have}, expected {sha256}")
    name = check_library(library)
    shutil.copyfile(library, out / name)
    (out / "dslx_stdlib").mkdir()
    for source in sorted(dslx_stdlib.glob("*.x")):
        shutil.copyfile(source, out / "dslx_stdlib" / source.name)
    return "path", have


# What this program lays out, beside `*.x`.
LAID_OUT = {"LICENSE", "dslx_stdlib", "libxls.dylib", "libxls.so", "version.txt"}


def refuse_to_replace(out):
    """Only what an earlier run laid out is replaced."""
    if out.exists() and not out.is_dir():
        raise Failure(f"{out} is a file; name a folder")
    others = sorted(path.name for path in out.glob("*") if path.suffix != ".x" and path.name not in LAID_OUT)
    if others:
        raise Failure(f"the folder {out} has other files, such as {others[0]}; name one that is empty or not there")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("way", choices=["wheel", "path", "dslx-stdlib"])
    parser.add_argument("out", type=Path)
    parser.add_argument("--library", default="")
    parser.add_argument("--dslx-stdlib", default="")
    parser.add_argument("--sha256", default="")
    parser.add_argument("--version", default="")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".libxls-", dir=options.out.parent))
    try:
        scratch.chmod(0o755)
        refuse_to_replace(options.out)
        if options.way == "dslx-stdlib":
            lay_out_stdlib(scratch, pinned())
        elif options.way == "wheel":
            origin, digest = lay_out_wheel(scratch, pinned())
        else:
            origin, digest = lay_out_path(scratch, options.library, options.dslx_stdlib, options.sha256)
        if options.way != "dslx-stdlib":
            (scratch / "version.txt").write_text(f"{options.version or origin}\nsha256 {digest}\n", encoding="utf-8")
        if options.out.exists():
            shutil.rmtree(options.out)
        os.replace(scratch, options.out)
    except (Failure, OSError, zipfile.BadZipFile, struct.error) as error:
        what, ways = ("the DSLX standard library", STDLIB_WAYS) if options.way == "dslx-stdlib" else ("libxls", WAYS)
        print(f"error: {what} is not available: {error}\n\n{ways}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
