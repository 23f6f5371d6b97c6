"""What people write → HTML that is safe to show.

markdown-it reads it with raw HTML switched off, and nh3 then keeps only what
is written out below. No attribute whose name begins with ``data-`` is among
it: htmx reads ``data-hx-get`` as its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

TAGS = frozenset(
    (
        *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "a", "span"),
        *("ul", "ol", "li", "h3", "h4", "h5", "h6"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    )
)
SCHEMES = frozenset({"http", "https", "mailto"})
_DEEPEST = 20
_KEPT = 2_000

Labels = Mapping[str, Any]
"""Whom ``@label`` names, by the label in lower case."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Labels to look for: each place of a text is asked once a length, not once a label."""

    words: frozenset[str]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, labels: Iterable[str]) -> "_Known":
        words = frozenset(labels) - {""}
        return cls(words, tuple(sorted({len(word) for word in words}, reverse=True)))

    def longest_at(self, text: str, place: int) -> str | None:
        """Return the longest of them that stands there, and ends there."""
        for length in self.lengths:
            label = text[place : place + length].lower()
            if label in self.words and not text[place + length : place + length + 1].isalnum():
                return label
        return None


def render(body: str, labels: Sequence[str] = ()) -> SafeString:
    """Return ``body`` as HTML, with the people of ``labels`` marked where they are named."""
    return _render(body, tuple(sorted({label.lower() for label in labels})))


def named_in(body: str, labels: Labels) -> dict[str, str]:
    """Return the labels that ``body`` names, in lower case, each as it is written there."""
    found: dict[str, str] = {}
    _parser().parse(body, {"labels": _Known.of(labels), "named": found})
    return found


@lru_cache(maxsize=_KEPT)
def _render(body: str, labels: tuple[str, ...]) -> SafeString:
    made = _parser().render(body, {"labels": _Known.of(labels)})
    cleaned = nh3.clean(
        made,
        tags=set(TAGS),
        attributes={"a": {"href", "title"}},
        tag_attribute_values={"span": {"class": {"mention"}}},
        url_schemes=set(SCHEMES),
        link_rel="nofollow noopener noreferrer",
        strip_comments=True,
    )
    return mark_safe(cleaned)  # noqa: S308 - nh3 has cleaned it


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt(
        "js-default",
        {"html": False, "linkify": True, "breaks": True, "maxNesting": _DEEPEST},
    ).disable("image")
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # type: ignore[union-attr]
    parser.inline.ruler.before("linkify", "mention", _mention)
    parser.core.ruler.push("smaller_headings", _smaller_headings)
    parser.add_render_rule("mention", _write_mention)
    return parser


def _mention(state: StateInline, silent: bool) -> bool:
    """Read ``@Anna Weber`` where somebody of that name may be named."""
    place = state.pos
    if state.src[place] != "@":
        return False
    if place and (state.src[place - 1].isalnum() or state.src[place - 1] in "._-+"):
        return False
    label = state.env["labels"].longest_at(state.src, place + 1)
    if label is None:
        return False
    written = state.src[place + 1 : place + 1 + len(label)]
    if not silent:
        token = state.push("mention", "span", 0)
        token.content = written
        if "named" in state.env:
            state.env["named"][label] = written
    state.pos = place + 1 + len(written)
    return True


def _write_mention(_renderer: Any, tokens: Any, index: int, *_: Any) -> str:
    return f'<span class="mention">@{escape(tokens[index].content)}</span>'


def _smaller_headings(state: StateCore) -> None:
    """A heading of a comment stands below those of the page."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
