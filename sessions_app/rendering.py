"""What agents wrote, made safe to look at. Nothing that a model wrote is ever run or taken as markup of ours."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import nh3
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from agents.deliverable import DOMAIN_PATH, Domain, parse_domain
from agents.diagrams import Diagram, domain_diagrams, mermaid_diagram
from sessions_app import shapes

MOST_DIAGRAMS = 24  # on one page; further blocks stay text
MOST_DIAGRAM_LINES = 600  # of all blocks on a page: laying out more would keep the reader waiting
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


def _fence(renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
    """Leave a mark where a diagram of ours takes the place of a block of Mermaid."""
    token = tokens[place]
    figures = env["figures"]
    lines = sum(source.count("\n") for _, source in figures) + token.content.count("\n")
    if token.info.strip() == "mermaid" and len(figures) < MOST_DIAGRAMS and lines <= MOST_DIAGRAM_LINES:
        diagram = mermaid_diagram(token.content, name=f"block-{len(figures) + 1}", domain=env["domain"])
        if diagram is not None:
            figures.append((diagram, token.content))
            return f"<p>{env['mark']}-{len(figures)}-</p>\n"
    return renderer.fence(tokens, place, options, env)


_markdown.add_render_rule("fence", _fence)


def is_html(artifact: shapes.Artifact) -> bool:
    return artifact.media_type == "text/html" or artifact.path.endswith((".html", ".htm"))


def is_markdown(artifact: shapes.Artifact) -> bool:
    return artifact.media_type == "text/markdown" or artifact.path.endswith(".md")


def is_domain(artifact: shapes.Artifact) -> bool:
    """Whether it is the vocabulary of a session, which can be drawn."""
    return artifact.path == DOMAIN_PATH


def domain_figures(content: str) -> SafeString:
    """The diagrams of a domain.json, each with its words below; empty when there is nothing to draw."""
    domain = parse_domain(content)
    drawn = domain_diagrams(domain)[:MOST_DIAGRAMS] if domain is not None else []
    figures = (_figure(diagram, diagram.description, f"dg{number}") for number, diagram in enumerate(drawn, start=1))
    return format_html_join("\n", "{}", ((figure,) for figure in figures))


def prose(text: str, *, domain: Domain | None = None) -> SafeString:
    """Markdown as HTML with an allow-list of tags; raw HTML in it stays text, links carry no trust.

    Blocks of Mermaid become diagrams of ours where we understand all of them, with their text below. `domain` takes
    the place of an entity diagram that shows it.
    """
    # A text cannot hold its own digest, so nobody but the rule above can write this mark.
    mark = "diagram-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]
    figures: list[tuple[Diagram, str]] = []
    html = _markdown.render(text, {"mark": mark, "figures": figures, "domain": domain})
    # Headings of the document stand under the headings of the page.
    for level in (4, 3, 2, 1):
        html = html.replace(f"<h{level}>", f"<h{level + 2}>").replace(f"</h{level}>", f"</h{level + 2}>")
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="noopener nofollow"
    )
    for number, (diagram, source) in enumerate(figures, start=1):
        clean = clean.replace(f"<p>{mark}-{number}-</p>", _figure(diagram, source, f"dg{mark[8:14]}-{number}"), 1)
    return mark_safe(clean)  # noqa: S308  (nh3 has cleaned it; the figures are ours, their words escaped)


def _figure(diagram: Diagram, text: str, prefix: str) -> SafeString:
    return format_html(
        '<figure class="diagram"><figcaption>{}</figcaption><div class="diagram-box" tabindex="0" role="region" '
        'aria-label="{}">{}</div><details><summary>As text</summary><pre><code>{}</code></pre></details></figure>',
        diagram.title,
        diagram.title,
        mark_safe(diagram.svg(prefix=prefix)),  # noqa: S308  (drawn by us, every word escaped)
        text,
    )


def source_lines(path: str, content: str) -> Sequence[SafeString]:
    """The lines of a file, escaped, coloured where its kind is known and its size allows."""
    name = LEXERS.get(path.rpartition(".")[2].lower())
    if name is None or len(content) > MOST_COLOURED:
        return [escape(line) for line in content.split("\n")]
    html = highlight(content, get_lexer_by_name(name, stripnl=False, ensurenl=False), _coloured)
    # The formatter closes its spans at the end of each line, so every line stands for itself.
    return [mark_safe(line) for line in html.removesuffix("\n").split("\n")]  # noqa: S308  (Pygments escapes it)
