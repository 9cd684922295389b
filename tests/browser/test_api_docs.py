"""The page of the API's schema, under our content security policy."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor


def test_the_page_of_the_schema_shows_the_routes_and_complains_of_nothing(new_visitor: NewVisitor) -> None:
    visitor = new_visitor()

    visitor.page.goto("/api/v1/docs")

    expect(visitor.page.get_by_role("heading", name="Sage Mode API")).to_be_visible()
    operation = visitor.page.locator("#operations-sessions-sessions_create")
    operation.get_by_role("button").first.click()
    expect(operation.get_by_text("feature_name").first).to_be_visible()
    assert visitor.complaints == []
