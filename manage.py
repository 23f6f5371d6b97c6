#!/usr/bin/env python
"""Lineo's command line: ``python manage.py help`` lists what it can do."""

import os
import sys

try:
    from django.core.exceptions import ImproperlyConfigured
except ModuleNotFoundError:
    sys.exit("This Python has no Django: run `make setup`, then `.venv/bin/python manage.py …`.")


def main(arguments: list[str]) -> None:
    """Run one management command; a bad setting is one sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lineo.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    try:
        getattr(settings, "INSTALLED_APPS")  # noqa: B009 - reads the settings, and their faults
        execute_from_command_line(arguments)
    except ImproperlyConfigured as error:
        sys.exit(_refuse(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _refuse(error: ImproperlyConfigured) -> int:
    print(error, file=sys.stderr)
    return 2


if __name__ == "__main__":
    main(sys.argv)
