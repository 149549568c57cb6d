"""The commands that the README and the documents print, as they print them."""
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from template_translation import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "terraform" / "README.md"]
# A code span is a command when it begins with one of these and has an argument, or names a script.
TOOLS = {
    "aws", "sam", "terraform", "cfbridge", ".build/release/prove", "swift", "git", "docker", "pytest", "pip", "apt-get",
    "curl", "jq", "make"}
SCRIPT = re.compile(r"(scripts/[\w/.-]+\.(sh|py)|Tests/[\w/.-]+\.sh|\.ci/run)$")


@dataclass(frozen=True)
class Command:
    text: str  # in one line, without its comment
    source: str  # the same as it is printed
    comment: str
    document: Path
    section: str  # the text around it, from one heading to the next


def sections(markdown: str) -> list[str]:
    """The document in pieces that begin with a heading, but not inside a code block."""
    pieces, in_fence = [""], False
    for line in markdown.splitlines(keepends=True):
        in_fence ^= line.lstrip().startswith("```")
        if line.startswith("#") and not in_fence:
            pieces.append("")
        pieces[-1] += line
    return pieces


def is_command(text: str) -> bool:
    first, *others = text.split(" ", 1)
    return bool(SCRIPT.match(first)) or re.fullmatch(r"\w+\.sh --.*", text) is not None or (
        first in TOOLS and bool(others))


def without_comment(line: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*?)(?:^|\s+)#\s(.*)", line)
    return (found[1], found[2]) if found else (line, "")


def is_complete(shell: str) -> bool:
    return not shell.endswith("\\\n") and subprocess.run(
        ["bash", "-n"], input=shell, text=True, capture_output=True).returncode == 0


def block_commands(block: str) -> list[tuple[str, str]]:
    """The commands of a shell block with their comments; a loop is one, and so is a pipe."""
    found, lines, comments = [], "", []
    for line in block.splitlines():
        code, comment = without_comment(line)
        lines += code + "\n"
        comments.append(comment)
        if is_complete(lines):
            if lines.strip():
                found.append((lines.strip(), " ".join(comments).strip()))
            lines, comments = "", []
    assert not lines, f"unfinished shell: {lines}"
    return found


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\\\n", " ")).strip()


def commands_of(document: Path) -> list[Command]:
    found = []
    for section in sections(document.read_text()):
        def add(text: str, comment: str = ""):
            found.append(Command(one_line(text), text, comment, document, section))

        def block(match: re.Match) -> str:
            language, body = match[1], match[2]
            if language == "sh":
                for text, comment in block_commands(body):
                    add(text, comment)
            elif language != "mermaid":  # no commands there, or they would go unnoticed
                for line in body.splitlines():
                    assert not is_command(line.strip()), f"{document.name}: not in a block of sh: {line}"
            return ""

        prose = re.sub(r"^[ ]*```(\w*)\n(.*?)^[ ]*```$", block, section, flags=re.M | re.S)
        for span in re.findall(r"(?<!`)`([^`]+)`(?!`)", prose):
            for part in one_line(span).split(" && "):
                if is_command(part):
                    add(part)
    return found


def all_commands() -> list[Command]:
    return [command for document in DOCUMENTS for command in commands_of(document)]


def documented(beginning: str) -> str:
    """The one command that begins like this, as it is printed."""
    (source,) = {command.source for command in all_commands() if command.text.startswith(beginning)}
    return source


def table_after(words: str, document: Path) -> list[list[str]]:
    """The rows of the first table after the words, without its head."""
    rows = []
    for line in document.read_text().split(words, 1)[1].splitlines():
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            break
    return rows[2:]
