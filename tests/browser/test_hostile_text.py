"""What attacks a sanitiser, given to the parser that counts: a real browser's."""

from __future__ import annotations

import json

from playwright.sync_api import Browser, Page, Route

from sessions_app.rendering import FRAMED, domain_figures, prose, source_lines
from tests.hostile_markup import HTML, MARKDOWN, in_mermaid

VECTORS = (*HTML, *MARKDOWN)
HIT = "<script>window.hits = 0; window.hit = () => { window.hits += 1; };</script>"
# Every attribute that runs or loads something, in the document and in a copy that was written out and read again:
# markup that changes its meaning between the two is what mutation attacks live from.
LOOK = r"""() => {
  const bad = (root) => [...root.querySelectorAll("*")].flatMap((node) => [
    ...[...node.attributes].filter((one) => /^on|^style$|^srcdoc$|^formaction$|^ping$/i.test(one.name))
      .map((one) => `${node.tagName} ${one.name}`),
    ...(/^(script|iframe|object|embed|base|link|meta|form|input|img|video|audio|use|foreignobject|math|style)$/i
      .test(node.localName) ? [node.localName] : []),
    ...(node.href && !/^(https?:|mailto:|\/\/)/.test(node.href.baseVal ?? node.href) ? [`href ${node.href}`] : []),
  ]);
  const main = document.querySelector("main");
  const copy = document.createElement("div");
  copy.innerHTML = main.innerHTML;
  return [window.hits, bad(main), bad(copy), copy.querySelectorAll("*").length - main.querySelectorAll("*").length];
}"""


def quiet_page(chromium: Browser, asked: list[str]) -> Page:
    """A page without any policy to protect it, that notes what it asks for and lets nothing out."""
    page = chromium.new_context().new_page()

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=404, body="")

    page.route("**/*", answer)
    page.on("dialog", lambda dialog: (asked.append(f"dialog {dialog.message}"), dialog.dismiss()))
    return page


def test_text_that_attacks_runs_and_loads_nothing_even_without_a_policy(chromium: Browser) -> None:
    entity = {"name": "a", "table": "a", "path": "a", "states": ["x", "y"], "transitions": [{"target": "y"}]}
    drawn = [domain_figures(json.dumps({"entities": [{**entity, "label": evil[:200]}]})) for evil in VECTORS]
    read = [part for evil in VECTORS for part in (prose(evil), prose(in_mermaid(evil)))]
    lines = [
        line for name in ("a.md", "a.html", "a.sql", "a.json") for evil in VECTORS for line in source_lines(name, evil)
    ]
    asked: list[str] = []
    page = quiet_page(chromium, asked)

    page.set_content(f"<!doctype html><head>{HIT}</head><main>{''.join([*read, *drawn, *lines])}</main>")
    page.wait_for_timeout(500)

    hits, faults, faults_of_copy, more = page.evaluate(LOOK)
    assert hits == 0
    assert faults == []
    assert faults_of_copy == []
    assert more == 0
    assert asked == []
    assert page.locator("svg").count() > len(VECTORS)
    page.context.close()


def test_a_page_that_a_model_made_runs_nothing_loads_nothing_and_leads_nowhere(chromium: Browser) -> None:
    asked: list[str] = []
    page = quiet_page(chromium, asked)
    made = f"<!doctype html><title>x</title><h1>Wireframe</h1><p style='color: red'>Text</p>{''.join(HTML)}"
    ours = f"{HIT}<h1>Ours</h1><iframe sandbox title='x' src='/raw/'></iframe>"
    headers = {"Content-Security-Policy": FRAMED, "X-Content-Type-Options": "nosniff"}
    page.route("http://sage.test/", lambda route: route.fulfill(content_type="text/html", body=ours))
    page.route(
        "http://sage.test/raw/", lambda route: route.fulfill(content_type="text/html", body=made, headers=headers)
    )

    page.goto("http://sage.test/")
    page.frame_locator("iframe").get_by_role("heading", name="Wireframe").wait_for()
    page.wait_for_timeout(500)

    assert page.url == "http://sage.test/"
    assert page.evaluate("window.hits") == 0
    assert [url for url in asked if "evil.example" in url or "dialog" in url] == []
    assert page.frames[1].url == "http://sage.test/raw/"
    page.context.close()
