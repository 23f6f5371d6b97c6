"""manage.py of the tests: workers that know the tests' own job functions and no app's.

So they start in a second, and their memory and time hold nothing of the engine.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "lineo.settings"
    import django

    django.setup()
    from lineo.jobs.resident import ResidentWorker
    from lineo.jobs.supervisor import Supervisor
    from lineo.jobs.worker import JobWorker
    from tests.jobs import functions  # noqa: F401 - registers them

    match sys.argv[1:]:
        case ["supervise", workers]:
            command = (sys.executable, __file__, "work")
            Supervisor(workers=int(workers), live_workers=0, command=command).run()
        case ["supervise-live", most_jobs]:
            command = (sys.executable, __file__, "live", most_jobs)
            Supervisor(workers=0, live_workers=1, command=command).run()
        case ["live", most_jobs, *_]:
            ResidentWorker(["live"], most_jobs=int(most_jobs)).work()
        case ["work", "--queue", queue]:
            JobWorker([queue]).work()
