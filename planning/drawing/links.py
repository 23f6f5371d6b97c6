"""Where the arrow of a dependency runs between two bars."""

Edges = tuple[float, float]

STUB = 7.0
STEM = 5.0
CORNER = 3.0
HALF_BAR = 7.0
HALF_ROW = 15.0
# As short a way right as a label leaves free beside its bar.
NEAR = 7.0


def link_path(kind: str, predecessor: Edges, successor: Edges, y1: float, y2: float) -> str:
    """The SVG path of a link of ``kind`` between bars given as (left, right) and their middles.

    A finish-to-start link that can, drops straight onto its successor; every other one leaves
    and arrives sideways, on the side that its kind names. Whatever runs along runs in the gap
    between two rows, where neither a bar nor a label stands.
    """
    from_finish, to_start = kind[0] == "F", kind[1] == "S"
    x1 = predecessor[1] if from_finish else predecessor[0]
    x2 = successor[0] if to_start else successor[1]
    if kind == "FS" and x2 + STEM >= x1 - 1:
        return rounded(_drop(x1, y1, max(x2 + STEM, x1), y2))
    if from_finish != to_start:
        column = max(x1, x2) + STUB if from_finish else min(x1, x2) - STUB
        if from_finish and column - x1 > 2 * STUB:
            gap = y1 + (HALF_ROW if y2 > y1 else -HALF_ROW)
            out = x1 + STUB
            return rounded([(x1, y1), (out, y1), (out, gap), (column, gap), (column, y2), (x2, y2)])
        return rounded([(x1, y1), (column, y1), (column, y2), (x2, y2)])
    return rounded(_detour(x1, y1, x2, y2, STUB if from_finish else -STUB))


def _drop(x1: float, y1: float, column: float, y2: float) -> list[tuple[float, float]]:
    """Out of the finish, along the gap beside its row, and down (or up) onto the start."""
    down = 1 if y2 > y1 else -1
    end = y2 - down * HALF_BAR
    if column - x1 <= NEAR:
        return [(x1, y1), (column, y1), (column, end)]
    out, gap = x1 + NEAR / 2, y1 + down * HALF_ROW
    return [(x1, y1), (out, y1), (out, gap), (column, gap), (column, end)]


def _detour(x1: float, y1: float, x2: float, y2: float, stub: float) -> list[tuple[float, float]]:
    """Out on one side, along the gap between two rows, and in on the other."""
    gap = y2 - HALF_ROW if y2 > y1 else y2 + HALF_ROW
    out, back = x1 + stub, x2 - stub
    return [(x1, y1), (out, y1), (out, gap), (back, gap), (back, y2), (x2, y2)]


def rounded(points: list[tuple[float, float]]) -> str:
    """An SVG path through ``points`` (each turn a right angle) with small round corners."""
    path = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        start, finish = _towards(corner, before, radius), _towards(corner, after, radius)
        path.append(
            f"L{_n(start[0])} {_n(start[1])}Q{_n(corner[0])} {_n(corner[1])} "
            f"{_n(finish[0])} {_n(finish[1])}"
        )
    path.append(f"L{_n(points[-1][0])} {_n(points[-1][1])}")
    return "".join(path)


def _distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(
    corner: tuple[float, float], other: tuple[float, float], radius: float
) -> tuple[float, float]:
    length = _distance(corner, other) or 1.0
    return (
        corner[0] + (other[0] - corner[0]) / length * radius,
        corner[1] + (other[1] - corner[1]) / length * radius,
    )


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
