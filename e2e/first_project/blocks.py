"""Takes a section of a Markdown page apart: the files that it tells a reader to write, the commands, and what they print.

    blocks.py PAGE SECTION FOLDER [WAY]

SECTION is the heading of a section, or `*` for the whole page. If WAY is given, only one of the parts `### With ...` is for the reader:
`### With WAY`. It must be there.

A line that is only a bold file name, such as **`src/main.rs`**, is followed by the block that is that file. The script writes
it into FOLDER, byte for byte. All blocks of the language `sh` are written to FOLDER/.commands, one after the other, and all of
the language `text` to FOLDER/.output. A block of another kind is an error, and so is a section without files or commands: then
the page was written in a form that this script does not follow.
"""

import pathlib
import re
import sys

BLOCK = re.compile(r"(?:^\*\*`([^`\n]+)`\*\*$\n\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def section(page, title):
    """The text between a heading of the second level and the next, or all of it."""
    if title == "*":
        return page
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    found = [text for heading, text in zip(parts[1::2], parts[2::2]) if heading == title]
    if len(found) != 1:
        sys.exit(f"error: the page has {len(found)} sections `{title}`")
    return found[0]


def of_way(text, way):
    """A text without the parts of other ways."""
    parts = re.split(r"^(#{2,3} .+)$", text, flags=re.MULTILINE)
    kept = [parts[0]]
    ways = set()
    for heading, part in zip(parts[1::2], parts[2::2]):
        other = heading.startswith("### With ")
        if other:
            ways.add(heading[len("### With ") :])
        if not other or heading == f"### With {way}":
            kept += [heading, part]
    if way not in ways:
        sys.exit(f"error: the page has no part `With {way}`, only {sorted(ways)}")
    return "".join(kept)


def main():
    page, title, folder, *way = sys.argv[1:]
    folder = pathlib.Path(folder)
    files = 0
    commands = []
    output = []
    text = section(pathlib.Path(page).read_text(), title)
    if way:
        text = of_way(text, way[0])
    for name, language, text in BLOCK.findall(text):
        if name:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            files += 1
        elif language == "sh":
            commands.append(text)
        elif language == "text":
            output.append(text)
        else:
            sys.exit(f"error: section `{title}` has a block of the language `{language}` without the name of its file")
    if not files or not commands or not output:
        sys.exit(f"error: section `{title}` has {files} files, {len(commands)} blocks of commands, {len(output)} of output")
    (folder / ".commands").write_text("".join(commands))
    (folder / ".output").write_text("".join(output))


main()
