"""Likeness of words, for searches with a slip of the key."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("planning", "0004_scenario_view")]

    operations = [TrigramExtension()]
