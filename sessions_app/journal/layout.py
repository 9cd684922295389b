"""Where the files of a bundle stand."""

from agents.cleaning import safe_path

README, JOURNAL, QUALITY = "README.md", "journal.json", "quality.json"
OURS = (README, JOURNAL, QUALITY)
ASIDE = "artifacts"  # where a file goes whose own path is taken by one of ours


def place_of(path: str) -> str:
    """Return where an artifact stands in the bundle: at its own path, unless that is one of ours."""
    path = safe_path(path)
    taken = path.partition("/")[0].lower() in {name.lower() for name in OURS}
    return f"{ASIDE}/{path}" if taken else path
