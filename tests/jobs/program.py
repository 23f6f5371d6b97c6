"""manage.py of the tests: the same commands, and the tests' own job functions."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "lineo.settings"
    import django

    django.setup()
    from django.core.management import execute_from_command_line

    import tests.jobs.functions  # noqa: F401 - registers them

    if sys.argv[1] == "supervise":
        from lineo.jobs.supervisor import Supervisor

        command = (sys.executable, __file__, "work")
        Supervisor(workers=int(sys.argv[2]), live_workers=0, command=command).run()
    else:
        execute_from_command_line(sys.argv)
