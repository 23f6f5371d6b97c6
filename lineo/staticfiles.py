"""Static files with a hash in their name, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

OUR_MODULES = "js/*.js"
IMPORTED = r"""(?P<matched>from "(?P<url>\.{1,2}/[^"]+)";)"""


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage, which also works before ``collectstatic`` has ever run.

    In development and in tests nothing is collected: names then stay as written,
    and WhiteNoise finds the files in the source.

    What a module imports is named by its hash too. A page that names it by its hash would
    otherwise run it a second time, and all that it listens to would happen twice.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (OUR_MODULES, ((IMPORTED, 'from "%(url)s";'),)),
    )
    max_post_process_passes = 10  # modules that import modules: one pass for each step

    def stored_name(self, name: str) -> str:
        """Return the hashed name of ``name``, or ``name`` itself where nothing is hashed."""
        return str(super().stored_name(name)) if self.hashed_files else name
