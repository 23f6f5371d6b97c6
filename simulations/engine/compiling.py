"""How the kernel is compiled: once per machine, cached where it can be kept.

The cache folder is, in this order: ``NUMBA_CACHE_DIR``; ``.lineo/engine`` of
the installation; ``lineo/engine`` in the user's cache; a private temporary
folder. A cache that was filled at build time but can't be written now (a
read-only image) is copied to the first folder that can, because Numba only
reads where it may write.
"""

import fcntl
import gc
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite.binding as llvm
import numba
import numba.core.config
from numba.core import codegen, types
from numba.core.targetconfig import TargetConfig
from numba.extending import intrinsic

from simulations.engine import codes

Function = TypeVar("Function", bound=Callable[..., Any])

HAS_COMPILED = re.compile(r"^@(?:compiled|internal|apart|inlined)\b", re.MULTILINE)
IMPORTED = re.compile(r"^from simulations\.engine\.?([\w.]*) import \(?\s*(\w+)", re.MULTILINE)
ENGINE = Path(__file__).parent
INSTALLATION = Path(__file__).resolve().parents[2]


def cache_folder() -> Path:
    """Return a writable folder for compiled code and tables, made if missing."""
    candidates = list(_candidates())
    for folder in candidates:
        if _is_writable(folder):
            _fill_from_readable(candidates, folder)
            return folder
    return Path(tempfile.mkdtemp(prefix="lineo-engine-"))


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(named)
    yield INSTALLATION / ".lineo" / "engine"
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    if os.path.isabs(home):
        yield Path(home) / "lineo" / "engine"
    yield Path(tempfile.gettempdir()) / f"lineo-engine-{os.getuid()}"


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Somebody else's folder of that name in a shared temporary place is no place for code.
        if folder.stat().st_uid != os.getuid() and os.getuid() != 0:
            return False
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _fill_from_readable(candidates: list[Path], target: Path) -> None:
    for folder in candidates:
        if folder == target:
            return
        if folder.is_dir() and os.access(folder, os.R_OK | os.X_OK):
            shutil.copytree(folder, target, dirs_exist_ok=True)
            return


def compiled_sources() -> dict[str, str]:
    """Return the engine's modules with compiled functions and those that they import, by name."""
    texts = {_name_of(source): source.read_text() for source in ENGINE.rglob("*.py")}
    found: dict[str, str] = {}
    waiting = [name for name, text in texts.items() if HAS_COMPILED.search(text)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = texts[name]
            waiting += _modules(texts, IMPORTED.findall(texts[name]))
    return found


def _name_of(source: Path) -> str:
    return ".".join(source.relative_to(ENGINE).with_suffix("").parts)


def _modules(texts: dict[str, str], imports: list[tuple[str, str]]) -> Iterator[str]:
    """Yield what is imported from: a module, or one that is named after its package."""
    for home, name in imports:
        yield home if home in texts else f"{home}.{name}".lstrip(".")


def fingerprint() -> str:
    """Return a name for the state of all that is compiled.

    Numba sees that a file has changed, but not that one has which it calls, or
    that one of core's enums has whose numbers are compiled in.
    """
    numbers = {name: value for name, value in vars(codes).items() if name.isupper()}
    digest = hashlib.sha256(numba.__version__.encode())
    for name, stands in (*sorted(compiled_sources().items()), *sorted(numbers.items())):
        digest.update(f"{name} {stands!r}\n".encode())
    return digest.hexdigest()[:16]


def _use_wide_vectors(config: Any) -> None:
    """Let LLVM use 512-bit registers where the processor has them.

    Its default on several processors is 256 bits, a third slower here.
    """
    if config.CPU_NAME is None and config.CPU_FEATURES is None:
        features = llvm.get_host_cpu_features()
        if features.get("avx512f"):
            config.CPU_NAME = llvm.get_host_cpu_name()
            config.CPU_FEATURES = features.flatten() + ",-prefer-256-bit"


config: Any = numba.core.config
CACHE_FOLDER = cache_folder()
config.CACHE_DIR = str(CACHE_FOLDER / fingerprint())
_use_wide_vectors(config)


@contextmanager
def one_process_at_a_time() -> Iterator[None]:
    """Wait for whoever else compiles on this machine, then find their code in the cache.

    Workers start together; each compiling for itself would take as many times
    the processor and the memory. Where the lock can't be had, nobody waits.
    """
    with ExitStack() as held:
        with suppress(OSError):
            lock = held.enter_context((CACHE_FOLDER / "compiling.lock").open("a"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for garbage seldom: a compiler's graphs live long, and a seventh of its time went so."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


HELPERS: set[str] = set()
APART: set[str] = set()


def _leave_helpers_to_callers() -> None:
    """Optimise only what Python can call, with all its helpers inside.

    Numba optimises and assembles each function by itself, and again in every
    caller: of a helper below six others, seven times. Nobody runs a helper by
    itself, so its share of both is left out; half the time to compile.
    """
    library: Any = codegen.JITCodeLibrary
    generator: Any = codegen.JITCPUCodegen
    optimise, finish = library._optimize_final_module, library._finalize_final_module
    set_environment = generator.set_env
    unplaced: set[str] = set()

    def optimise_final_module(self: Any) -> None:
        if self.name not in HELPERS:
            optimise(self)
        elif self.name in APART:
            mangled = f"{len(self.name)}{self.name}"
            for one in self._final_module.functions:
                if not one.is_declaration and mangled in one.name:
                    one.add_function_attribute("noinline")

    def finalize_final_module(self: Any) -> None:
        if self.name not in HELPERS:
            finish(self)
            return
        self._finalize_dynamic_globals()
        unplaced.update(one.name for one in self._final_module.global_variables)
        self._finalized = True

    def set_env(self: Any, name: str, environment: Any) -> None:
        # What a helper would raise with; helpers raise nothing.
        if name not in unplaced:
            set_environment(self, name, environment)

    library._optimize_final_module = optimise_final_module
    library._finalize_final_module = finalize_final_module
    generator.set_env = set_env


_leave_helpers_to_callers()


def _compare_settings_at_once() -> None:
    """Compare two settings of the compiler by what was set alone.

    Numba lists all of some twenty, defaults too, to compare two and to hash
    one; a hundred thousand times a kernel, a tenth of the time to compile it.
    """
    settings: Any = TargetConfig

    def is_equal(self: Any, other: object) -> Any:
        if not isinstance(other, settings):
            return NotImplemented
        if type(self) is not type(other):
            return self.values() == other.values()
        ours, theirs, options = self._values, other._values, self.options
        return ours == theirs or all(
            ours.get(name, options[name].default) == theirs.get(name, options[name].default)
            for name in ours.keys() | theirs.keys()
        )

    settings.__eq__ = is_equal
    settings.__hash__ = lambda self: hash(tuple(sorted(self.options)))


_compare_settings_at_once()


def compiled(function: Function) -> Function:
    """Compile a kernel function: no interpreter lock, cached, strict arithmetic."""
    decorate: Any = numba.njit(nogil=True, cache=True, error_model="numpy")
    return cast(Function, decorate(function))


def internal(function: Function) -> Function:
    """Compile a function that only other compiled ones call: no way in from Python."""
    return _without_wrappers(function, forceinline=False)


def apart(function: Function) -> Function:
    """Compile a function of the rare rules once, and never into those who call it.

    Its call costs a tenth of a microsecond, and each copy of it half a second
    of compiling.
    """
    APART.add(function.__qualname__)
    return internal(function)


def inlined(function: Function) -> Function:
    """Compile a helper into its callers.

    A call would pass every array of a network by value: two hundred words for
    each row, more than the row's own work.
    """
    return _without_wrappers(function, forceinline=True)


def _without_wrappers(function: Function, *, forceinline: bool) -> Function:
    njit: Any = numba.njit
    HELPERS.add(function.__qualname__)
    decorate = njit(
        nogil=True,
        error_model="numpy",
        forceinline=forceinline,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        # Nothing is allocated here, so nothing is counted: half of what there was to compile.
        _nrt=False,
    )
    return cast(Function, decorate(function))


def _borrow(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Return the value with the owner of each array in it forgotten."""
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, value)
        array.meminfo = array.meminfo.type(None)
        array.parent = array.parent.type(None)
        return array._getvalue()
    if isinstance(kind, types.BaseTuple):
        parts: Any = kind
        for place, one in enumerate(parts):
            part = builder.extract_value(value, place)
            value = builder.insert_value(value, _borrow(context, builder, one, part), place)
    return value


def _borrowed(_typing: Any, value: Any) -> Any:
    """Return arrays, or tuples of them, that are not counted as owned.

    A kernel's arguments outlive its call. Without an owner, rows and fields
    are taken from them without touching a reference count, which costs more
    than the work on a row.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _borrow(context, builder, signature.args[0], arguments[0])

    return value(value), generate


borrowed: Any = intrinsic(_borrowed)
