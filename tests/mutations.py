"""Real files gone wrong: rows lost, doubled, swapped, and values that nobody expects."""

import random
from copy import deepcopy
from xml.etree.ElementTree import Element, tostring

from tests.computed_fields import tree_of

HOSTILE = (
    *("", "-1", "0", "1", "7", "99999999999999999999", "1e308", "-1e308", "NaN", "inf", "0x10"),
    *("1900-01-01T00:00:00", "2200-12-31T23:59:00", "9999-12-31T23:59:59", "0001-01-01"),
    *("1900-01-01 00:00", "2200-12-31 23:59", "9999-12-31 23:59", "31/12/2026", "2026-02-30 25:61"),
    *("PT-8H", "-PT8H0M0S", "PT0H0M0S", "P9999999Y", "PT876000H0M0S", "PT1.5H", "P1M"),
    *("24:00", "00:00:00", "25:61", "8:00 PM", "23:59:59", "TK_Complete", "TK_Active", "PR_XX"),
    *("CS_MANDSTART", "CS_ALAP", "TT_WBS", "TT_LOE", "TT_Rsrc", "TT_Mile", "Y", "N", "-65535"),
    *(
        "(0||",
        "(0||CalendarData()((0||DaysOfWeek()())))",
        ")" * 50,
        "(" * 50,
        "\x7f\x7f",
        "a" * 3000,
    ),
    *("é", "\u202e", "1,5", "1.234,5", "--", "true", "false", "null"),
)


def mutated_xml(data: bytes, dice: random.Random) -> bytes:
    """Return MS Project XML with a few of its elements changed."""
    root = tree_of(data)
    for _ in range(dice.randint(1, 8)):
        parents = [one for one in root.iter() if len(one)]
        parent = dice.choice(parents)
        child = dice.choice(list(parent))
        _mutate(parent, child, root, dice)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _mutate(parent: Element, child: Element, root: Element, dice: random.Random) -> None:
    match dice.randrange(7):
        case 0:
            parent.remove(child)
        case 1:
            parent.append(deepcopy(child))
        case 2:
            child.text = dice.choice(HOSTILE).replace("\x7f", "?")
        case 3:
            others = [one for one in root.iter(child.tag) if one is not child]
            if others:
                child.text = dice.choice(others).text
        case 4:
            for one in root.iter(child.tag):
                if not len(one) and dice.random() < 0.3:
                    one.text = dice.choice(HOSTILE).replace("\x7f", "?")
        case 5:
            child.tag = dice.choice([one.tag for one in root.iter()])
        case 6:
            parent.remove(child)
            parent.insert(dice.randint(0, len(parent)), child)


def mutated_xer(data: bytes, dice: random.Random) -> bytes:
    """Return a XER file with a few of its lines and cells changed."""
    lines = data.decode("latin-1").split("\n")
    for _ in range(dice.randint(1, 8)):
        place = dice.randrange(len(lines))
        cells = lines[place].rstrip("\r").split("\t")
        match dice.randrange(8):
            case 0:
                del lines[place]
            case 1:
                lines.insert(dice.randrange(len(lines)), lines[place])
            case 2:
                cells[dice.randrange(len(cells))] = dice.choice(HOSTILE)
                lines[place] = "\t".join(cells)
            case 3:
                lines[place] = "\t".join(cells[: dice.randrange(len(cells) + 1)])
            case 4:
                other = lines[dice.randrange(len(lines))].split("\t")
                cells[dice.randrange(len(cells))] = dice.choice(other)
                lines[place] = "\t".join(cells)
            case 5:
                _spoil_column(lines, dice)
            case 6:
                lines[place] = lines[place].replace("\t", "\t\t", 1)
            case 7:
                start = lines[place].find("(0||")
                cut = dice.randrange(start, len(lines[place])) if start >= 0 else 0
                lines[place] = lines[place][:cut] + dice.choice(HOSTILE) + lines[place][cut:]
        if len(lines) < 2:
            break
    return "\n".join(lines).encode("latin-1", "replace")


def _spoil_column(lines: list[str], dice: random.Random) -> None:
    """Put hostile values in a third of one column of one table."""
    tables = [place for place, line in enumerate(lines) if line.startswith("%F")]
    if not tables:
        return
    place = dice.choice(tables)
    column = dice.randint(1, max(1, lines[place].count("\t")))
    for number in range(place + 1, len(lines)):
        cells = lines[number].split("\t")
        if cells[0] != "%R":
            return
        if column < len(cells) and dice.random() < 0.3:
            cells[column] = dice.choice(HOSTILE)
            lines[number] = "\t".join(cells)
