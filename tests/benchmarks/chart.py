"""A bar chart as SVG that reads on light and dark pages."""

from html import escape
from math import log10

WIDTH, LEFT, ROW, TOP = 720, 150, 30, 44
# Middle tones, which stand out from white and from black alike.
TEXT, OURS, OTHER = "#77818c", "#2f8fce", "#8f9aa5"
FONT = f'font-family="system-ui, sans-serif" font-size="13" fill="{TEXT}"'


def bars(values: dict[str, float], title: str) -> str:
    """Return bars on a logarithmic scale, the least first; Lineo's in another colour."""
    ordered = sorted(values.items(), key=lambda one: one[1])
    low, high = log10(ordered[0][1]) - 0.35, log10(ordered[-1][1])
    room = WIDTH - LEFT - 70
    height = TOP + ROW * len(ordered) + 10
    rows = []
    for place, (name, value) in enumerate(ordered):
        long = room * (log10(value) - low) / max(high - low, 0.1)
        y = TOP + ROW * place
        colour = OURS if name.startswith("Lineo") else OTHER
        rows.append(
            f'<text x="{LEFT - 10}" y="{y + 15}" text-anchor="end">{escape(name)}</text>'
            f'<rect fill="{colour}" x="{LEFT}" y="{y}" width="{long:.1f}" height="20" rx="3"/>'
            f'<text x="{LEFT + long + 8:.1f}" y="{y + 15}">{value:.1f}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" {FONT}>'
        f"<title>{escape(title)}</title>"
        f'<text font-weight="600" x="10" y="22">{escape(title)} (logarithmic)</text>'
        + "".join(rows)
        + "</svg>\n"
    )
