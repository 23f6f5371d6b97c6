"""What people write is shown as HTML that can do nothing."""

from time import process_time

import pytest

from lineo.talk.markdown import named_in, render

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<div hx-get=/x hx-trigger=load>x</div>",
    "<div data-hx-get=/x data-hx-trigger=load>x</div>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "![x](javascript:alert(1))",
    "![x](http://tracker.example/pixel.png)",
    "<javascript:alert(1)>",
    '[x](http://a.example "onmouseover=alert(1) x=")',
    '[x](http://a.example/"onmouseover=alert(1))',
    "```<script>alert(1)</script>\nx\n```",
    "`<script>alert(1)</script>`",
    "<style>*{display:none}</style>",
    "<form action=http://a.example><input name=x></form>",
    "<a href=x style=position:fixed>x</a>",
    "<!--><script>alert(1)</script>-->",
    "<math><mglyph><svg><mtext><textarea><path id='</textarea><img onerror=alert(1) src=1>'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "@<script>alert(1)</script>",
]
TAGS = {"p", "br", "a", "em", "strong", "code", "pre", "span", "ul", "li"}


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_that_runs_comes_through(text):
    from html.parser import HTMLParser

    seen: list[tuple[str, list]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            seen.append((tag, attributes))

    Reader().feed(render(text, ["<script>alert(1)</script>"]))

    assert {tag for tag, _ in seen} <= TAGS
    for _, attributes in seen:
        assert {name for name, _ in attributes} <= {"href", "title", "rel", "class"}
        for name, value in attributes:
            if name == "href":
                assert value.startswith(("http:", "https:", "mailto:"))


def test_it_reads_markdown():
    made = render("**Bold** and `code`\n\n- one\n- two\n\n|a|b|\n|-|-|\n|1|2|")

    assert "<strong>Bold</strong>" in made
    assert "<code>code</code>" in made
    assert made.count("<li>") == 2
    assert "<table>" in made


def test_an_address_becomes_a_link_that_gives_nothing_away():
    made = render("See https://example.com/a?b=1&c=2")

    assert '<a href="https://example.com/a?b=1&amp;c=2"' in made
    assert "noopener" in made
    assert "noreferrer" in made


def test_a_heading_stands_below_those_of_the_page():
    assert render("# Big") == "<h3>Big</h3>\n"
    assert render("###### Small") == "<h6>Small</h6>\n"


def test_a_named_person_is_marked_however_the_name_is_written():
    made = render("Ask @anna weber.", ["Anna Weber"])

    assert '<span class="mention">@anna weber</span>.' in made


def test_only_who_can_be_named_is_named_and_never_in_code_or_an_address():
    text = "@Anna Weber, @Bob! `@Carl` x@dora @Eve1"

    found = named_in(text, {"anna weber": 1, "anna": 2, "bob": 3, "carl": 4, "dora": 5, "eve": 6})

    assert set(found) == {"anna weber", "bob"}


def test_a_name_that_grows_when_its_case_is_folded_is_still_a_name():
    assert named_in("Ask @jörg weiß.", {"jörg weiß": 1}) == {"jörg weiß": "jörg weiß"}
    assert '<span class="mention">@Jörg Weiß</span>.' in render("@Jörg Weiß.", ["Jörg Weiß"])


def test_a_long_text_takes_no_longer_where_many_can_be_named():
    text = "@pe " * 2_500
    few, many = ({f"person {n:04}": n for n in range(size)} for size in (1, 2_000))

    assert seconds(lambda: named_in(text, many)) < 5 * seconds(lambda: named_in(text, few))


def seconds(do):
    begun = process_time()
    do()
    return process_time() - begun


def test_deep_nesting_ends():
    assert len(render(">" * 5_000 + " x")) < 100_000
    assert len(render("[" * 5_000)) < 100_000
    assert render("- " * 3_000)
