"""A progress bar for people; silent where nobody watches."""

from typing import TextIO

WIDTH = 40


class ProgressBar:
    """Draws one line on a terminal and wipes it when the work is done.

    Parameters
    ----------
    stream : TextIO
        Where to draw; nothing is drawn unless it is a terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = stream.isatty()

    def __call__(self, share: float) -> None:
        """Show the share done, from 0 to 1."""
        if self._shown:
            done = round(min(max(share, 0.0), 1.0) * WIDTH)
            line = f"{'█' * done}{'·' * (WIDTH - done)} {share:4.0%}"
            self._stream.write(f"\r{line}")
            self._stream.flush()

    def clear(self) -> None:
        """Wipe the line."""
        if self._shown:
            self._stream.write("\r" + " " * (WIDTH + 6) + "\r")
            self._stream.flush()
