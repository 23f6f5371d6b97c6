"""XML from strangers: parsed without DTDs, within limits, or refused in a sentence.

Expat does the parsing through defusedxml, which refuses document type
declarations and with them every entity trick. A tree builder of our own adds
limits on depth and on the number of elements, and drops namespaces, so that
readers name their elements as the format's documentation does.
"""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from planning.core.plan import PlanError

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 256
MAX_ELEMENTS = 8_000_000
CHUNK_BYTES = 256 * 1024


class _LimitedBuilder(TreeBuilder):
    """Builds the tree without namespaces and stops where it grows absurd."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._count = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH:
            raise PlanError(f"This XML is nested more than {MAX_DEPTH} levels deep.")
        if self._count > MAX_ELEMENTS:
            raise PlanError(f"This XML has more than {MAX_ELEMENTS:,} elements.")
        return super().start(tag.rpartition("}")[2], attrs)

    def end(self, tag: Any, /) -> Element:
        self._depth -= 1
        return super().end(tag.rpartition("}")[2])


def parse_xml(data: bytes) -> Element:
    """Return the root element of ``data``, with namespaces dropped.

    Parameters
    ----------
    data : bytes
        The whole file, in any encoding that it declares and expat knows.

    Raises
    ------
    PlanError
        If the file is too large or too deep, declares a document type, or is
        not well-formed; one sentence says which.
    """
    if len(data) > MAX_BYTES:
        raise PlanError(f"This file is larger than {MAX_BYTES // 1024**2} MB.")
    parser = DefusedXMLParser(target=_LimitedBuilder(), forbid_dtd=True)
    try:
        for chunk in _chunks(data):
            parser.feed(chunk)
        root = parser.close()
    except PlanError:
        raise
    except DefusedXmlException:
        raise PlanError(
            "This XML declares a document type or entities, which are not read for safety."
        ) from None
    except ParseError as error:
        raise PlanError(f"This is not well-formed XML ({error}).") from None
    except (LookupError, UnicodeError, ValueError, MemoryError):
        raise PlanError("The encoding that this XML declares cannot be read.") from None
    return root


def _chunks(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), CHUNK_BYTES):
        yield data[start : start + CHUNK_BYTES]
