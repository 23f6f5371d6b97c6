"""The container's health check: does this process's site answer at all?

It asks ``/livez``, which touches neither database nor queue: a container is not to be
restarted because another one is down.
"""

import http.client
import sys


def main() -> int:
    """Return 0 where the site answers."""
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        # The host's own name is not among the allowed ones; /livez is answered before that.
        connection.request("GET", "/livez")
        return 0 if connection.getresponse().status == 200 else 1
    except OSError:
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
