"""What a crawl looks for on a page: links to follow, controls to use, findings to report."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Error, Page

AXE = (Path(__file__).parents[1] / "axe.min.js").read_text(encoding="utf-8")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=/|$)")
# Files to save, and ways out.
_NOT_PAGES = re.compile(
    r"/export/|/pictures/|/schema/|/sign-|/static/|\.(png|svg|pdf|csv|json|xer|xml|ics)($|\?)"
)
# Swagger UI nests a link in a button of its own; no style of ours can mend that.
_NOT_OURS = ("nested-interactive", "opblock-summary-control")
_LAST = ("delete", "archive", "sign-out", "restore")

_CONTROLS = """
() => [...document.querySelectorAll(
  'button, summary, [role=slider], [data-dialog], [data-drawer], select, input[type=checkbox]'
)].flatMap((one, place) => {
  const form = one.form?.action ?? '';
  const name = one.getAttribute('title') || one.textContent.trim() || one.name || one.id;
  const seen = one.checkVisibility() && !one.disabled;
  one.dataset.crawl = place;
  return seen ? [{ place, form, name: name.slice(0, 60), tag: one.tagName }] : [];
})
"""
_FILL = """
(one) => {
  const words = { number: '1', date: '2026-05-04', email: 'someone@example.com' };
  for (const field of one.form?.elements ?? []) {
    if (!field.required || field.value || field.type === 'file') continue;
    if (field.tagName === 'SELECT') field.selectedIndex = 1;
    else field.value = words[field.type] ?? 'Crawled';
  }
}
"""


@dataclass
class Findings:
    """What was wrong, by the address where it was."""

    console: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return every finding once."""
        return sorted({*self.console, *self.axe, *self.broken})


def pattern_of(url: str) -> str:
    """Return the address without ids, which is what tells one kind of page from another."""
    return _ID.sub("*", urlsplit(url).path)


def links_of(page: Page) -> list[str]:
    """Return the addresses of this site that the page leads to."""
    found: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    return [
        url.partition("#")[0]
        for url in found
        if url.startswith(origin) and not _NOT_PAGES.search(url)
    ]


def controls_of(page: Page) -> list[dict]:
    """Return the visible controls, the ones that take something away last."""
    controls: list[dict] = page.evaluate(_CONTROLS)
    return sorted(controls, key=lambda one: any(word in one["form"] for word in _LAST))


def use(page: Page, place: int) -> None:
    """Fill in what a control's form needs, then use the control."""
    control = page.locator(f"[data-crawl='{place}']")
    control.evaluate(_FILL)
    try:
        control.click(timeout=3_000, no_wait_after=True)
    except Error as error:
        # Covered by what an earlier one opened: a person could not click it either.
        if "Timeout" not in str(error):
            raise
    settle(page)


def settle(page: Page) -> None:
    """Wait until nothing moves any more; live pages never rest, so not for long."""
    try:
        page.wait_for_load_state("networkidle", timeout=3_000)
    except Error:
        page.wait_for_timeout(200)


def serious(page: Page) -> list[str]:
    """Return what axe-core finds serious or critical; a page that is just left is asked again."""
    for attempt in range(3):
        try:
            page.wait_for_load_state("load")
            page.evaluate(AXE)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            break
        except Error as error:
            if attempt == 2 or "Execution context was destroyed" not in str(error):
                raise
            settle(page)
    return [
        f"axe {pattern_of(page.url)} {one['id']}: {one['nodes'][0]['html'][:140]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical") and not _is_not_ours(one)
    ]


def _is_not_ours(violation: dict) -> bool:
    rule, mark = _NOT_OURS
    return violation["id"] == rule and all(mark in one["html"] for one in violation["nodes"])
