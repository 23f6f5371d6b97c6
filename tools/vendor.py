"""Fetch the browser's libraries through npm into ``static/vendor`` (``make vendor``).

``vendor.json`` beside the files names each package, its version, what is kept of it and
the checksum of every kept file. Nothing is built: files are copied, their
``sourceMappingURL`` is cut (hashed static files would look for the map), and the icons in
use are gathered into one SVG sprite. ``--check`` only compares checksums.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
MANIFEST = VENDOR / "vendor.json"
SOURCE_MAP = re.compile(rb"\n?(//|/\*)[#@]\s*sourceMappingURL=[^\n]*\n?")
ICON_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def main(arguments: list[str]) -> int:
    """Refresh the folder, or with ``--check`` say which files differ from the manifest."""
    manifest = json.loads(MANIFEST.read_text())
    if "--check" in arguments:
        return _report(_differing(manifest["sha256"]))
    with tempfile.TemporaryDirectory() as folder:
        _install(manifest["packages"], Path(folder))
        kept = [
            path
            for name, package in manifest["packages"].items()
            for path in _keep(Path(folder) / "node_modules" / name, package)
        ]
    manifest["sha256"] = {_relative(path): _checksum(path) for path in sorted(kept)}
    MANIFEST.write_text(_readable(manifest))
    print(f"{len(kept)} files in {VENDOR}")
    return 0


def _install(packages: dict[str, dict], folder: Path) -> None:
    wanted = [f"{name}@{package['version']}" for name, package in packages.items()]
    command = ["npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run([*command, "--prefix", str(folder), *wanted], check=True)


def _keep(source: Path, package: dict) -> list[Path]:
    kept = []
    for origin, target in package.get("files", {}).items():
        kept.append(_write(target, SOURCE_MAP.sub(b"\n", (source / origin).read_bytes())))
    if "sprite" in package:
        kept.append(_write(package["sprite"], _sprite(source / "icons", package["icons"])))
    return kept


def _sprite(icons: Path, names: list[str]) -> bytes:
    """One SVG whose symbols are drawn by ``<use href="icons.svg#name">``."""
    symbols = []
    for name in sorted(names):
        body = ICON_BODY.search((icons / f"{name}.svg").read_text())
        lines = (line.strip() for line in body.group(1).splitlines())
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(filter(None, lines))}</symbol>'
        )
    text = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    return text.encode()


def _write(target: str, content: bytes) -> Path:
    path = (VENDOR / target).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _differing(checksums: dict[str, str]) -> list[str]:
    return [
        name
        for name, checksum in checksums.items()
        if not (VENDOR / name).is_file() or _checksum(VENDOR / name) != checksum
    ]


def _report(differing: list[str]) -> int:
    for name in differing:
        print(f"{name} differs from vendor.json: run make vendor.", file=sys.stderr)
    return 1 if differing else 0


def _relative(path: Path) -> str:
    return (
        Path("../..", path.relative_to(VENDOR.parent.parent)).as_posix()
        if (VENDOR not in path.parents)
        else path.relative_to(VENDOR).as_posix()
    )


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _readable(manifest: dict) -> str:
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
