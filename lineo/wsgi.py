"""The WSGI entry point that gunicorn imports: every page is served through it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lineo.settings")

from lineo import tracing

tracing.begin("lineo-web")
application = get_wsgi_application()
