"""The list of keys, for the dialog that shows them and the file that binds them."""

from django import template

from planning.table.keyboard import GROUPS, Group

register = template.Library()


@register.simple_tag
def key_groups() -> tuple[Group, ...]:
    """Every command by its group."""
    return GROUPS
