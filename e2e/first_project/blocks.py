"""Takes a section of a Markdown page apart: the files that it tells a reader to write, the commands, and what they print.

    blocks.py PAGE SECTION FOLDER        SECTION is the heading of a section, or `*` for the whole page

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


def main():
    page, title, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    files = 0
    commands = []
    output = []
    for name, language, text in BLOCK.findall(section(pathlib.Path(page).read_text(), title)):
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
