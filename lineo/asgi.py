"""The ASGI entry point; pages are served through WSGI, which is faster for them."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lineo.settings")

application = get_asgi_application()
