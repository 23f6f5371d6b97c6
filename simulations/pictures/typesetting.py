"""Pictures as PNG and reports as PDF, set by Typst with the fonts that come with Lineo."""

import json
from pathlib import Path
from typing import Any

import typst

import lineo

FONTS = Path(lineo.__file__).parent / "fonts"
REPORT = Path(__file__).with_name("report.typ")
PIXELS_PER_INCH = 144
_PICTURE = """
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")
"""


def png_of(svg: str) -> bytes:
    """Return a picture in pixels, twice as fine as a page shows it."""
    return _compile(_PICTURE.encode(), {"svg": svg}, format="png", ppi=PIXELS_PER_INCH)


def pdf_of(words: dict[str, Any]) -> bytes:
    """Return the report of ``words`` as PDF; nothing in them is taken for markup."""
    return _compile(REPORT.read_bytes(), {"report": json.dumps(words)}, format="pdf")


def _compile(source: bytes, inputs: dict[str, str], **options: Any) -> bytes:
    made = typst.compile(
        source, sys_inputs=inputs, font_paths=[FONTS], ignore_system_fonts=True, **options
    )
    assert isinstance(made, bytes)
    return made
