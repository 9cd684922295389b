"""The views of one bundle, each read once and only when a check asks for it, and how their parts belong together."""

from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from agents.checks.bundle import Bundle, BundleArtifact
from agents.checks.contract.entities import EntityNames
from agents.checks.contract.operation_names import OperationNames
from agents.checks.contract.views.deployment import Compose, read_compose
from agents.checks.contract.views.interface import Interface, read_interface
from agents.checks.contract.views.lined import Mapping, Unreadable, parse
from agents.checks.contract.views.pages import Pages, read_list, read_page
from agents.checks.contract.views.prose import Document
from agents.checks.contract.views.relational import Relational, Table, read_relational
from agents.checks.contract.views.security import Security, read_security
from agents.deliverable import DOMAIN_PATH, Domain, Entity

MAX_FILES = 40  # of one kind that are looked at
MAX_KIND_CHARS = 900_000  # of all files of one kind together
_T = TypeVar("_T")


class Facts:
    """What the checks know about a bundle. Views are None where nothing of the kind was handed in or can be read."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.unread: list[tuple[str, int | None, str]] = []  # file, line and why nothing can be compared

    @property
    def domain(self) -> Domain | None:
        return self.bundle.domain

    def _files(self, wanted: Callable[[BundleArtifact, str], bool]) -> list[BundleArtifact]:
        """Return the artifacts `wanted` by their lower-case path, as long as they are together not too long."""
        found: list[BundleArtifact] = []
        size = 0
        for artifact in self.bundle.artifacts:
            if wanted(artifact, artifact.path.lower()):
                size += len(artifact.content)
                if size > MAX_KIND_CHARS or len(found) >= MAX_FILES:
                    self.unread.append((artifact.path, None, "is left out: there is too much of its kind to compare"))
                    continue
                found.append(artifact)
        return found

    @cached_property
    def interface(self) -> Interface | None:
        """The first interface description, in YAML or JSON."""
        for artifact in self._files(
            lambda artifact, path: (
                path.endswith((".yaml", ".yml", ".json"))
                and ("openapi" in artifact.content[:4000] or "swagger" in artifact.content[:4000])
            )
        ):
            try:
                view = read_interface(artifact.path, parse(artifact.path, artifact.content))
            except Unreadable as error:
                self.unread.append((artifact.path, None, str(error)))
                continue
            if view is not None:
                return view
        return None

    @cached_property
    def relational(self) -> Relational | None:
        """The tables of all SQL files; None when they define none."""
        files = self._files(lambda artifact, path: path.endswith(".sql") or artifact.media_type == "application/sql")
        view = read_relational([(artifact.path, artifact.content) for artifact in files])
        self.unread += [(path, line, "holds a statement that does not parse") for path, line in view.broken[:3]]
        return view if view.tables else None

    @cached_property
    def pages(self) -> Pages | None:
        """The pages and their calls; None when no page was handed in."""
        lists = self._files(
            lambda artifact, path: (
                path.endswith(".md")
                and (artifact.role == "frontend_dev" or path.startswith(("web/", "frontend/", "ui/", "client/")))
            )
        )
        sites = self._files(
            lambda artifact, path: (
                path.endswith((".html", ".htm"))
                and (artifact.role == "frontend_dev" or path.startswith(("web/", "frontend/", "ui/", "client/")))
            )
        )
        if not lists and not sites:
            return None
        view = Pages(tuple(artifact.path for artifact in [*lists, *sites]))
        for artifact in lists:
            read_list(view, Document(artifact.path, artifact.content))
        for artifact in sites:
            read_page(view, artifact.path, artifact.content)
        return view

    @cached_property
    def security_documents(self) -> list[Document]:
        """The Markdown files about security."""
        files = self._files(
            lambda artifact, path: (
                path.endswith(".md")
                and (artifact.role == "security_specialist" or path.startswith("security/") or "threat" in path)
            )
        )
        return [Document(artifact.path, artifact.content) for artifact in files]

    @cached_property
    def security(self) -> Security | None:
        if self.domain is None and self.interface is None and self.relational is None:
            return None  # nothing is designed yet that could be threatened, such as while a project is scoped
        return read_security(self.security_documents, self.actor_names)

    @cached_property
    def actor_names(self) -> dict[str, tuple[str, ...]]:
        actors = self.domain.actors if self.domain else []
        return {actor.key: (actor.key, actor.label) for actor in actors}

    @cached_property
    def compose_files(self) -> list[Compose]:
        found = []
        for artifact in self._files(
            lambda artifact, path: path.endswith((".yaml", ".yml")) and "services" in artifact.content
        ):
            try:
                view = read_compose(artifact.path, parse(artifact.path, artifact.content), artifact.content)
            except Unreadable as error:
                self.unread.append((artifact.path, None, str(error)))
                continue
            if view is not None:
                found.append(view)
        return found

    @cached_property
    def runbooks(self) -> list[Document]:
        """The Markdown files of who runs it."""
        files = self._files(
            lambda artifact, path: (
                path.endswith(".md")
                and (artifact.role == "it_admin" or path.startswith(("ops/", "deploy/", "operations/")))
            )
        )
        return [Document(artifact.path, artifact.content) for artifact in files]

    @cached_property
    def domain_lines(self) -> Mapping | None:
        """domain.json with its lines."""
        artifact = self.bundle.artifact(DOMAIN_PATH)
        try:
            value = parse(artifact.path, artifact.content) if artifact else None
        except Unreadable:
            return None
        return value if isinstance(value, Mapping) else None

    def domain_line(self, part: str, name: str) -> int | None:
        """Return the line of the entity, operation, limit or rule called `name` in domain.json."""
        document = self.domain_lines
        for entry, _ in document.items_of(part) if document is not None else []:
            if isinstance(entry, Mapping):
                for word in ("key", "name"):
                    if entry.text(word) == name:
                        return entry.line_of(word)
        return None

    @cached_property
    def names(self) -> EntityNames:
        """Which table and which schemas belong to which entity."""
        return EntityNames(self.domain, self.relational, self.interface)

    @cached_property
    def operations(self) -> OperationNames:
        """Which operation of the interface is which of the domain."""
        return OperationNames(self.domain, self.interface, self.names)

    def table_of(self, entity: Entity) -> Table | None:
        return self.names.tables.get(entity.name)

    def cited(self, key: str) -> tuple[str | None, int | None]:
        """Return where the architect's text says `key`: file and line."""
        for artifact in self.bundle.artifacts:
            if artifact.role == "architect" and artifact.path.endswith(".md"):
                at = f" {artifact.content} ".find(key)
                while at >= 0 and f" {artifact.content} "[at + len(key)].isdigit():
                    at = f" {artifact.content} ".find(key, at + 1)
                if at >= 0:
                    return artifact.path, artifact.content.count("\n", 0, max(0, at - 1)) + 1
        return None, None

    @cached_property
    def complete(self) -> bool:
        """Have all roles of the workflow handed in? What is missing before that may still come."""
        from agents.workflows import get_workflow

        try:
            workflow = get_workflow(self.bundle.workflow)
        except Exception:  # a workflow that is gone: the session must still be judged
            return True
        return {task.role for stage in workflow.stages for task in stage.tasks} <= self.bundle.roles
