"""Static files with a hash in their name, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage, which also works before ``collectstatic`` has ever run.

    In development and in tests nothing is collected: names then stay as written,
    and WhiteNoise finds the files in the source.
    """

    def stored_name(self, name: str) -> str:
        """Return the hashed name of ``name``, or ``name`` itself where nothing is hashed."""
        return str(super().stored_name(name)) if self.hashed_files else name
