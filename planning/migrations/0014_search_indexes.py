"""The indexes of search, built while people write; 0009 and 0012 explain what they are for."""

from django.db import migrations

from lineo.accounts.indexes import BuildIndex

# What these said before is said by task_search.
FORMER = "DROP INDEX IF EXISTS task_name_words, task_name_trigrams"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("planning", "0013_forgotten_in_time")]

    operations = [
        BuildIndex(
            "task_search",
            """planning_task USING gin (
                (ARRAY[workspace_id, scenario_id]),
                to_tsvector('simple', name),
                name gin_trgm_ops
            ) WITH (gin_pending_list_limit = 256)""",
        ),
        BuildIndex(
            "update_words",
            """planning_update
            USING gin (workspace_id, to_tsvector('simple', title || ' ' || body))""",
        ),
        BuildIndex(
            "update_trigrams",
            "planning_update USING gin (workspace_id, (title || ' ' || body) gin_trgm_ops)",
        ),
        migrations.RunSQL(FORMER, migrations.RunSQL.noop),
    ]
