"""What agents wrote, made safe to look at. Nothing that a model wrote is ever run or taken as markup of ours."""

from __future__ import annotations

from collections.abc import Sequence

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from sessions_app import shapes

LEXERS = {
    "css": "css",
    "html": "html",
    "json": "json",
    "md": "markdown",
    "py": "python",
    "sql": "postgresql",
    "yaml": "yaml",
    "yml": "yaml",
}
MOST_COLOURED = 200_000  # characters; colouring more would keep the reader waiting
TAGS = {
    *("a", "p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "del", "ul", "ol", "li"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SANDBOX = "sandbox; default-src 'none'"
FRAMED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_coloured = HtmlFormatter(nowrap=True, classprefix="hl-")


def is_html(artifact: shapes.Artifact) -> bool:
    return artifact.media_type == "text/html" or artifact.path.endswith((".html", ".htm"))


def is_markdown(artifact: shapes.Artifact) -> bool:
    return artifact.media_type == "text/markdown" or artifact.path.endswith(".md")


def prose(text: str) -> SafeString:
    """Markdown as HTML with an allow-list of tags; raw HTML in it stays text, links carry no trust."""
    html = _markdown.render(text)
    # Headings of the document stand under the headings of the page.
    for level in (4, 3, 2, 1):
        html = html.replace(f"<h{level}>", f"<h{level + 2}>").replace(f"</h{level}>", f"</h{level + 2}>")
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="noopener nofollow"
    )
    return mark_safe(clean)  # noqa: S308  (nh3 has cleaned it)


def source_lines(path: str, content: str) -> Sequence[SafeString]:
    """The lines of a file, escaped, coloured where its kind is known and its size allows."""
    name = LEXERS.get(path.rpartition(".")[2].lower())
    if name is None or len(content) > MOST_COLOURED:
        return [escape(line) for line in content.split("\n")]
    html = highlight(content, get_lexer_by_name(name, stripnl=False, ensurenl=False), _coloured)
    # The formatter closes its spans at the end of each line, so every line stands for itself.
    return [mark_safe(line) for line in html.removesuffix("\n").split("\n")]  # noqa: S308  (Pygments escapes it)
