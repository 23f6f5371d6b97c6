"""The table of roles in the docs says what the policy does."""

from pathlib import Path

from lineo.accounts.management.commands.roles import table


def test_the_docs_hold_the_policys_own_table():
    kept = Path(__file__).parents[2] / "docs" / "roles.md"

    assert kept.read_text(encoding="utf-8") == table()
