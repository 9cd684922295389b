"""A finished diagram: its words for those who listen, its SVG for those who look."""

from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from agents.cleaning import clean_line

# What a file of its own needs, since no style sheet of ours is beside it. On our pages the same classes take the
# theme's colours from static/css/components.css.
_ALONE: Final = (
    ".dg{--c:#fff;--b:#fdfefc;--h:#eef2ec;--l:#9aa69d;--t:#1f2a24;--m:#56635b;background:var(--c)}"
    "@media(prefers-color-scheme:dark){.dg{--c:#111715;--b:#1b2320;--h:#26302c;--l:#5d6b64;--t:#e8eeea;--m:#a9b6af}}"
    ".dg text{font:13px system-ui,sans-serif;fill:var(--t)}.dg .dg-head{font-weight:600}"
    ".dg .dg-kind{font:11px ui-monospace,monospace;fill:var(--m)}.dg "
    ".dg-word{fill:var(--m);stroke:var(--c);stroke-width:4px;paint-order:stroke}"
    ".dg .dg-box{fill:var(--b);stroke:var(--l)}.dg .dg-band{fill:var(--h);stroke:var(--l)}"
    ".dg .dg-edge{fill:none;stroke:var(--l)}.dg .dg-tip,.dg .dg-dot{fill:var(--l);stroke:var(--l)}"
    ".dg .dg-dash{stroke-dasharray:5 4}"
)


@dataclass(frozen=True)
class Diagram:
    """`body` is markup of ours, every word in it escaped."""

    name: str  # of its file and of its ids: letters, digits and hyphens
    title: str
    description: str
    width: int
    height: int
    body: str

    def svg(self, *, prefix: str = "dg") -> str:
        """Return the SVG element for a page; `prefix` tells its ids from those of other diagrams there."""
        return self._element(f"{prefix}-{self.name}", "")

    def file(self) -> str:
        """Return an SVG file that follows the reader's colour scheme by itself."""
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{self._element(self.name, f"<style>{_ALONE}</style>")}\n'

    def _element(self, key: str, style: str) -> str:
        title, words = escape(clean_line(self.title, limit=200)), escape(clean_line(self.description, limit=2000))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="dg" role="img" aria-labelledby="{key}-t {key}-d" '
            f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}">'
            f'<title id="{key}-t">{title}</title><desc id="{key}-d">{words}</desc>{style}{self.body}</svg>'
        )
