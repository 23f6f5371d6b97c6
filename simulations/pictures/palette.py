"""The look of a picture on paper: the classes of the pages' charts in plain colours.

A file has no style sheet of the site beside it, and what draws it knows neither custom
properties nor oklch. These are the light theme's colours, by the same class names.
"""

import re

_UNDRAWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

LARGE, ROOM = 15.5, 14
FONT = "Inter, Helvetica, Arial, sans-serif"

STYLE = f"""
text{{font-family:{FONT};font-size:12px;fill:#6b6d76}}
.picture-name{{fill:#24252b;font-size:12.5px}}
.picture-title{{fill:#24252b;font-size:16px;font-weight:600}}
.is-strong{{font-weight:600}}
.is-repeated{{fill:#6b6d76}}
.picture-bar{{fill:#6c6ad8}}
.picture-bar.is-risk{{fill:#9a6b12}}
.gantt-major,.chart-label{{fill:#4c4e57;font-weight:600}}
.gantt-off{{fill:#f5f5f8}}
.gantt-grid,.chart-grid{{fill:none;stroke:#e3e3e8}}
.gantt-today,.gantt-today-flag{{fill:#4a48c6;stroke:#4a48c6}}
.gantt-data-date,.gantt-data-date-flag{{fill:#a8731a;stroke:#a8731a}}
.gantt-data-date{{stroke-dasharray:4 3}}
.gantt-hit,.chart-hit,.gantt-share,.gantt-critical{{display:none}}
.gantt-task{{fill:#aeb6da}}
.is-finished .gantt-task{{fill:#d3d6e2}}
.is-uncertain .gantt-task{{fill:none;stroke:#8d95d4}}
.gantt-body{{fill:#8d95d4}}
.gantt-fade{{fill:url(#picture-fade)}}
.gantt-ticks{{fill:none;stroke:#24252b;stroke-width:1.25}}
.gantt-reach{{fill:none;stroke:#8d95d4;stroke-dasharray:2 3}}
.is-old .gantt-body{{fill:#b9bac4}}
.is-old .gantt-fade{{fill:#e2e2e7}}
.is-old .gantt-ticks{{stroke:#8b8d95}}
.gantt-done{{fill:#4d4fb0}}
.gantt-summary{{fill:#5c5e68}}
.gantt-milestone{{fill:#3b3d6b}}
.gantt-label{{fill:#4c4e57}}
.gantt-chance{{font-weight:600}}
.gantt-foot{{fill:none;stroke:#b3477e;stroke-width:2}}
.ci-1 .gantt-foot{{stroke:#d3c4e3}}
.ci-2 .gantt-foot{{stroke:#d796c8}}
.ci-3 .gantt-foot{{stroke:#d2608f}}
.ci-4 .gantt-foot{{stroke:#bf3a4d}}
.ci-5 .gantt-foot{{stroke:#8f1d14}}
.gantt-ghost{{fill:none;stroke:#9a9ba3;stroke-width:1.5}}
.gantt-deadline{{fill:none;stroke:#a8731a;stroke-width:1.5}}
.gantt-link{{fill:none;stroke:#a3a5ad}}
.chart-label{{stroke:#ffffff;stroke-width:3px;paint-order:stroke}}
.chart-bars{{fill:#ccd0ea}}
.chart-area{{fill:#4a48c6;opacity:0.07}}
.chart-curve{{fill:none;stroke:#4a48c6;stroke-width:2}}
.chart-drop{{fill:none;stroke:#9a9ba3;stroke-dasharray:2 3}}
.chart-dot{{fill:#ffffff;stroke:#4a48c6;stroke-width:2}}
.chart-band{{fill:none;stroke:#4a48c6;stroke-width:7;opacity:0.35}}
.chart-target{{fill:none;stroke:#a8731a;stroke-width:1.5;stroke-dasharray:5 3}}
.chart-target-label{{fill:#a8731a;font-weight:600}}
.trend-between{{fill:#4a48c6;opacity:0.1}}
.trend-p50{{stroke-dasharray:3 3}}
.strip-range{{fill:#4a48c6;opacity:0.3}}
.strip-ticks{{fill:none;stroke:#4a48c6;stroke-width:2}}
.strip-target{{fill:none;stroke:#a8731a;stroke-width:2;stroke-dasharray:3 2}}
"""

FADE = (
    '<linearGradient id="picture-fade"><stop offset="0" stop-color="#8d95d4"/>'
    '<stop offset="1" stop-color="#8d95d4" stop-opacity="0.1"/></linearGradient>'
)


def picture(body: str, width: float, height: float) -> str:
    """Return a whole SVG file around ``body``, on white."""
    return _file(body, 0, width, height, STYLE)


def small_picture(body: str, width: float, height: float) -> str:
    """Return a picture that is to be drawn small: its words are larger, with room at both sides."""
    words = f"text{{font-size:{LARGE}px}}"
    return _file(body, -ROOM, width + 2 * ROOM, height, STYLE + words)


def _file(body: str, left: float, width: float, height: float, style: str) -> str:
    size = f'width="{width:.0f}" height="{height:.0f}"'
    box = f'viewBox="{left:.0f} 0 {width:.0f} {height:.0f}"'
    white = f'<rect x="{left:.0f}" width="100%" height="100%" fill="#ffffff"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}><style>{style}</style>'
        f"<defs>{FADE}</defs>{white}{drawable(body)}</svg>"
    )


def drawable(text: str) -> str:
    """Return ``text`` without the characters that no XML may hold.

    Examples
    --------
    >>> drawable("A\\x01B\\tC")
    'A\ufffdB\\tC'
    """
    return _UNDRAWABLE.sub("\ufffd", text)
