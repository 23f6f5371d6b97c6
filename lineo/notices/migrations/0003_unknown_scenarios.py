"""Of notices from before the column it isn't known which scenarios they name.

The column began empty, which says that they name none.
"""

from typing import Any

from django.db import migrations


def forget(apps: Any, schema_editor: Any) -> None:
    apps.get_model("notices", "Notice").objects.filter(scenarios=[]).update(scenarios=None)


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_notice_scenarios")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
