"""How values look on a page."""

import pytest

from planning.templatetags.look import noise_days, percent


@pytest.mark.parametrize(
    ("share", "decimals", "shown"),
    [
        (0.569, 0, "57 %"),
        (0.565, 0, "57 %"),
        (0.5649, 0, "56 %"),
        (0.56789, 1, "56.8 %"),
        (0, 0, "0 %"),
        (1, 0, "100 %"),
        (0.0049, 0, "< 1 %"),
        (0.005, 0, "1 %"),
        (0.9951, 0, "> 99 %"),
        (0.9996, 1, "> 99.9 %"),
        (0.0004, 1, "< 0.1 %"),
        (1.25, 0, "125 %"),
        (None, 0, "–"),
    ],
)
def test_a_share_is_rounded_and_never_to_what_would_be_certain(share, decimals, shown):
    assert percent(share, decimals).replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    ("days", "shown"),
    [(0, "0 d"), (0.004, "0.1 d"), (0.1, "0.1 d"), (0.21, "0.3 d"), (2.0, "2 d"), (None, "–")],
)
def test_noise_is_rounded_up_so_that_none_is_hidden(days, shown):
    assert noise_days(days).replace("\N{NO-BREAK SPACE}", " ") == shown
