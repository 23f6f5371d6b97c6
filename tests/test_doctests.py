"""The examples in docstrings are true."""

import doctest
import inspect
from importlib import import_module
from pathlib import Path

import pytest

import simulations.engine

ROOT = Path(__file__).resolve().parents[1]
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for room in ("lineo", "planning", "simulations")
    for path in sorted((ROOT / room).rglob("*.py"))
    if ">>> " in path.read_text()
]
PUBLIC = [
    name
    for name in simulations.engine.__all__
    if inspect.isfunction(getattr(simulations.engine, name))
    or hasattr(getattr(simulations.engine, name), "cache_clear")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    found = doctest.testmod(import_module(name))

    assert found.failed == 0


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_function_of_the_engine_has_an_example(name: str) -> None:
    assert ">>>" in (inspect.getdoc(getattr(simulations.engine, name)) or "")


def test_a_wrong_example_would_be_found() -> None:
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, None)

    assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda _: None).failed == 1
