"""Positions with gaps."""

from hypothesis import given
from hypothesis import strategies as st

from planning.core.ordering import GAP, positions_for

orders = st.permutations(list("abcdefgh"))


def place(order: list[str], current: dict[str, int]) -> list[str]:
    after = {**current, **positions_for(order, current)}
    return sorted(order, key=after.__getitem__)


@given(orders, orders)
def test_rows_sort_as_asked_whatever_they_were(first: list[str], second: list[str]) -> None:
    current = positions_for(first, {})

    assert place(second, current) == second


@given(orders)
def test_positions_stay_different_and_above_zero(order: list[str]) -> None:
    current = {"a": 1, "b": 2, "c": 3}

    after = {**current, **positions_for(order, current)}

    assert len(set(after.values())) == len(order)
    assert min(after.values()) > 0


def test_moving_one_row_touches_one_row() -> None:
    current = positions_for(list("abcdef"), {})

    assert positions_for(list("abdefc"), current).keys() == {"c"}


def test_a_used_up_gap_renumbers_everything() -> None:
    current = {"a": 1, "b": 2}

    assert positions_for(["a", "n", "b"], current) == {"a": GAP, "n": 2 * GAP, "b": 3 * GAP}
