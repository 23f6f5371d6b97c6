"""Compile the engine and keep the result: ``python -m simulations.engine``."""

import sys
from time import perf_counter

from simulations.engine.compiling import CACHE_FOLDER
from simulations.engine.engine import compile_side_by_side, warm


def main() -> None:
    """Warm the engine and say where its code is kept."""
    began = perf_counter()
    compile_side_by_side()
    warm()
    sys.stdout.write(f"Engine ready in {perf_counter() - began:.1f} s, kept in {CACHE_FOLDER}\n")


if __name__ == "__main__":
    main()
