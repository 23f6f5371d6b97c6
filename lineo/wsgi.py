"""The WSGI entry point that gunicorn imports: every page is served through it."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lineo.settings")

from lineo import tracing

_FAILED_TO_BOOT = 3
"""By this gunicorn knows that to try again is of no use."""

try:
    tracing.begin("lineo-web")
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(_FAILED_TO_BOOT)
