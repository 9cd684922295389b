"""Static files under names that change with their content, so that browsers may keep them for ever."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedNames(ManifestStaticFilesStorage):
    """Django's storage with hashed names, also inside the imports of our ES modules."""

    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """Return the hashed name, or the plain one where files were not collected: the finders serve it."""
        try:
            return super().stored_name(name)
        except ValueError:
            return name

    def _stored_name(self, name: str, hashed_files: dict[str, Any]) -> str:
        # Comments in libraries look like imports of files that nobody ships; such a reference stays as it is.
        try:
            return super()._stored_name(name, hashed_files)  # type: ignore[misc]  # the stubs leave it out
        except ValueError:
            return name
