"""The C reference: compiled with the machine's compiler, fed with our tables and links."""

import ctypes
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path
from time import thread_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulations.engine.kernels.rows import BINS, BLOCK, PACKED
from simulations.engine.results.statistics import ranks_of
from simulations.engine.running.simulation import Prepared

SOURCE = Path(__file__).with_name("reference.c")
FLAGS = ("-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-shared", "-fPIC")


def compiler() -> str | None:
    """Return the C compiler of this machine, None if it has none."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    command = compiler()
    assert command is not None
    folder = Path(tempfile.mkdtemp(prefix="lineo-bench-"))
    target = folder / "reference.so"
    wide = ("-mprefer-vector-width=512",) if _takes(command, "-mprefer-vector-width=512") else ()
    subprocess.run([command, *FLAGS, *wide, str(SOURCE), "-o", str(target), "-lm"], check=True)
    library = ctypes.CDLL(str(target))
    shutil.rmtree(folder)
    return library


def _takes(command: str, flag: str) -> bool:
    tried = subprocess.run(
        [command, flag, "-x", "c", "-E", "-"], input=b"", capture_output=True, check=False
    )
    return tried.returncode == 0


def reference_seconds(prepared: Prepared, iterations: int) -> float:
    """Return the CPU seconds that C takes for a plan that is prepared; tables not counted."""
    net, laws, scales = prepared.run.lowered.net, prepared.run.lowered.laws, prepared.scales
    tasks, blocks = len(net.law), -(-iterations // BLOCK)
    packed = laws.kind[net.law[0]] == PACKED
    shape = np.ascontiguousarray(laws.shape[net.law])
    table = np.ascontiguousarray(laws.packed[laws.place[net.law]]) if packed else None
    scale = np.stack(
        (scales.start_low, scales.start_width, scales.finish_low, scales.finish_width), axis=1
    )
    bins = np.zeros((tasks, 2, BINS), np.uint32)
    sums = np.zeros((tasks, 6), np.int64)
    ends = np.zeros(blocks * BLOCK, np.int32)
    library = _library()
    began = thread_time()
    library.simulate(
        ctypes.c_int32(tasks), ctypes.c_int32(blocks), _at(net.stream), _at(shape), _at(table),
        _at(net.link_first), _at(net.link_task), _at(net.may_end), _at(scale), _at(bins),
        _at(sums), _at(ends),
    )  # fmt: skip
    rank = ranks_of(ends).astype(np.int32)
    library.correlate(
        ctypes.c_int32(tasks), ctypes.c_int32(blocks), _at(net.stream), _at(rank), _at(sums)
    )
    seconds = thread_time() - began
    assert int(bins.sum()) == 2 * tasks * blocks * BLOCK
    return seconds * iterations / (blocks * BLOCK)


def _at(array: NDArray[Any] | None) -> ctypes.c_void_p:
    return ctypes.c_void_p(None if array is None else array.ctypes.data)
