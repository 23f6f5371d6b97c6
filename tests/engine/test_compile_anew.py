"""Code is compiled anew when anything has changed that is compiled into it, and only then."""

import importlib
from enum import IntEnum

import pytest

from planning.core.scheduling import network
from simulations.engine import codes
from simulations.engine.compiling import compiled_sources, fingerprint


@pytest.mark.parametrize("name", ["Program", "Snap", "Source", "Span", "State"])
def test_another_number_in_an_enum_of_core_is_another_fingerprint(name: str) -> None:
    before = fingerprint()
    others = IntEnum(name, {one.name: one.value + 100 for one in getattr(network, name)})

    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(network, name, others)
        importlib.reload(codes)
        after = fingerprint()
    importlib.reload(codes)

    assert after != before
    assert fingerprint() == before


def test_what_compiled_functions_call_and_hold_counts_and_what_reads_their_results_does_not() -> (
    None
):
    sources = compiled_sources()

    assert {
        "kernels.loop",
        "calendars.loop",
        "kernels.arrays",
        "calendars.columns",
    } <= sources.keys()
    assert {
        "sampling.laws",
        "kernels.prefetch",
        "calendars.rules",
        "codes",
        "compiling",
    } <= sources.keys()
    assert not sources.keys() & {
        "engine",
        "results.forecast",
        "results.reduction",
        "running.simulation",
    }


def test_compiled_functions_take_the_numbers_of_enums_from_the_codes_alone() -> None:
    others = {name: text for name, text in compiled_sources().items() if name != "codes"}

    assert [name for name, text in others.items() if "from planning.core.scheduling" in text] == []
