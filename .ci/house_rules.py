"""Rules of the house that no linter knows; each finding is one line with its place."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
Finding = tuple[Path, int, str]

INLINE = {
    r"<script(?![^>]*\bsrc=)": "an inline script, which the content security policy refuses",
    r"<style\b": "an inline style sheet, which the content security policy refuses",
    r"\sstyle\s*=": "an inline style, which the content security policy refuses",
    r"\son[a-z]+\s*=\s*[\"']": "an inline event handler, which the content security policy refuses",
    r"\bhx-on\b": "hx-on, which evaluates text as code",
    r"javascript:": "a javascript: address",
    r"\b(?:src|href)\s*=\s*[\"'](?:https?:)?//": "a file from elsewhere",
}
SECRETS = {
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----": "a private key",
    r"\bAKIA[0-9A-Z]{16}\b": "an AWS key",
    r"\bgh[pousr]_[A-Za-z0-9]{36}\b": "a GitHub token",
    r"\bxox[abprs]-[A-Za-z0-9-]{20,}": "a Slack token",
    r"\beyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\.": "a signed web token",
    r"(?i)(?:secret|password|token|api_?key)\w*\s*[:=]\s*[\"'][\w+/-]{24,}[\"']": "a secret",
}
# A link to a page elsewhere is no file from elsewhere.
LINK = re.compile(r"<a\b[^>]*>")


def tracked(*patterns: str) -> list[Path]:
    """Return the files under version control that match one of ``patterns``."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return
    yield from enumerate(text.splitlines(), start=1)


def search(paths: list[Path], rules: dict[str, str]) -> Iterator[Finding]:
    compiled = [(re.compile(pattern), what) for pattern, what in rules.items()]
    for path in paths:
        for number, line in lines_of(path):
            for pattern, what in compiled:
                if pattern.search(LINK.sub("", line)):
                    yield path, number, what


def templates_without_inline_code() -> Iterator[Finding]:
    """Scripts and styles come from files of our own."""
    yield from search(tracked("*.html", "*.svg"), INLINE)


def no_secrets() -> Iterator[Finding]:
    """Nothing that opens a door stands in a file."""
    files = [path for path in tracked() if "vendor" not in path.parts]
    yield from search(files, SECRETS)


def requirements_are_pinned_and_explained() -> Iterator[Finding]:
    """Each requirement has one version, and each that we chose has a line in the docs."""
    reasons = (ROOT / "docs/dependencies.md").read_text().lower()
    for path in sorted(ROOT.glob("requirements*.txt")):
        chosen = True
        for number, line in lines_of(path):
            if line.startswith("# What these need in turn"):
                chosen = False
            if not line or line.startswith(("#", "-r ")):
                continue
            name, pin, _ = line.partition("==")
            if not pin:
                yield path, number, "a requirement without an exact version"
            if chosen and f"`{name.partition('[')[0].lower()}`" not in reasons:
                yield path, number, f"{name} has no line in docs/dependencies.md"


def scripts_can_be_read_by_a_shell() -> Iterator[Finding]:
    """Every shell script is whole."""
    for path in tracked(".ci/*", "deploy/*.sh", "static/vendor/refresh"):
        first = next(lines_of(path), (1, ""))[1]
        if first.startswith("#!") and first.endswith(("sh", "bash")):
            shell = first.removeprefix("#!").split()[-1]
            if subprocess.run([shell, "-n", path], check=False).returncode:
                yield path, 1, "a shell script that does not parse"


def settings_are_explained() -> Iterator[Finding]:
    """Whoever runs Lineo finds every variable in docs/operations.md."""
    told = (ROOT / "docs/operations.md").read_text()
    path = ROOT / "lineo/settings.py"
    read = re.compile(r"(?:environment\.\w+|_database)\(\s*\"([A-Z_]+)\"")
    for found in read.finditer(path.read_text()):
        if f"`{found.group(1)}`" not in told:
            number = path.read_text()[: found.start()].count("\n") + 1
            yield path, number, f"{found.group(1)} has no line in docs/operations.md"


RULES = (
    templates_without_inline_code,
    no_secrets,
    requirements_are_pinned_and_explained,
    settings_are_explained,
    scripts_can_be_read_by_a_shell,
)


def main() -> int:
    findings = [finding for rule in RULES for finding in rule()]
    for path, number, what in findings:
        print(f"{path.relative_to(ROOT)}:{number}: {what}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
