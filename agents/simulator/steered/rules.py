"""What a clause decides. A clause counts only when a pattern fits all of it, so that no word is passed over."""

import re
from collections.abc import Iterator

from agents.simulator.steered.directives import Directive
from agents.simulator.steered.patterns import (
    AND,
    CHANNEL,
    CHOOSE,
    JOINED,
    LEAD,
    NAME,
    NOTHING,
    ONLY,
    REFUSE,
    REFUSE_KNOWN,
    RENAME,
    SPARE,
    STOP,
    STORE,
    SWAP,
)
from agents.simulator.steered.words import bare, canonical

_PRONOUNS = frozenset("it this that they them these es das sie le la lo los las to je il elle".split())


def read_clause(clause: str) -> list[Directive]:
    """Return what a clause decides about technologies, channels, features and names; nothing when it is not clear."""
    text = LEAD.sub("", clause.strip(" .,;!")).strip()
    for reader in (_renamed, _swapped, _spared, _refused, _only, _channel, _chosen):
        found = list(reader(text))
        if found:
            return found
    return []


def is_renaming(sentence: str) -> bool:
    """Does the sentence as a whole give something a name? Then its parts mean nothing by themselves."""
    return any(pattern.fullmatch(LEAD.sub("", sentence)) for pattern in RENAME)


def _renamed(text: str) -> Iterator[Directive]:
    for match in _matches(RENAME, text):
        old, new = bare(match["old"]), bare(match["new"])
        good = old.casefold() not in _PRONOUNS and all(NAME.fullmatch(name) and len(name) <= 60 for name in (old, new))
        both_known = canonical(old) is not None and canonical(new) is not None
        if good and old.casefold() != new.casefold() and not both_known:
            yield Directive("rename", old, value=new)
            return


def _swapped(text: str) -> Iterator[Directive]:
    for match in _matches(SWAP, text):
        new, old = _known(match["new"]), _known(match["old"])
        if new is None or old is None or len(new) != 1:
            continue
        yield from (Directive("refuse", name, category) for name, category, _ in old if name != new[0][0])
        yield _choose(new[0])
        return


def _spared(text: str) -> Iterator[Directive]:
    for match in _matches(SPARE, text):
        for name, category, _ in _listed(_object(match)) or []:
            yield Directive("keep", name, category)
        return


def _refused(text: str) -> Iterator[Directive]:
    for patterns, reader in ((REFUSE, _listed), (REFUSE_KNOWN, _known)):
        for match in _matches(patterns, text):
            both = [reader(match[group]) for group in ("o", "o2") if match.groupdict().get(group)]
            if both and all(both):
                items = [item for found in both for item in found or ()]
                yield from (Directive("refuse", name, category) for name, category, _ in items)
                return


def _only(text: str) -> Iterator[Directive]:
    for match in _matches(ONLY, text):
        items = _known(match["o"])
        if items and all(category == "channel" for _, category, _ in items):
            yield from (Directive("choose", name, category, full, mode="only") for name, category, full in items)
            return


def _channel(text: str) -> Iterator[Directive]:
    for match in _matches(CHANNEL, text):
        items = _known(match["o"])
        if items and all(category == "channel" for _, category, _ in items):
            yield from (Directive("choose", name, category, full) for name, category, full in items)
            return


def _chosen(text: str) -> Iterator[Directive]:
    for place, pattern in enumerate(CHOOSE):
        match = pattern.fullmatch(text)
        items = _known(match["o"]) if match else None
        if match is None or not items:
            continue
        names = [category for _, category, _ in items]
        purpose = match.groupdict().get("purpose") or ""
        alone = place == len(CHOOSE) - 1
        if len(set(names)) < len(names) and set(names) & {"database", "key"}:
            return  # two databases are no decision
        if "database" in names and purpose and not STORE.fullmatch(purpose.strip()):
            return  # for one purpose only: nothing for the whole
        if (alone and "channel" in names) or " or " in f" {match['o']} ":
            return
        yield from (_choose(item) for item in items)
        return


def _choose(item: tuple[str, str, str]) -> Directive:
    name, category, full = item
    return Directive("choose", name, category, full)


def _matches(patterns: list[re.Pattern[str]], text: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        match = pattern.fullmatch(text)
        if match:
            yield match


def _object(match: re.Match[str]) -> str:
    return next(match[group] for group in ("o", "o2") if match.groupdict().get(group))


def _known(words: str) -> list[tuple[str, str, str]] | None:
    """Return the technologies and channels of a list, None when one of its items is neither."""
    items = [canonical(item) for item in _items(words)]
    return [item for item in items if item] if items and all(items) else None


def _listed(words: str) -> list[tuple[str, str, str]] | None:
    """Return the items of a list that may be left out: known ones, and short noun phrases as features."""
    found: list[tuple[str, str, str]] = []
    for item in _items(words):
        known = canonical(item)
        if known:
            found.append(known)
            continue
        phrase = _plain_feature(bare(item))
        if not phrase or len(phrase.split()) > 3 or STOP.search(phrase) or phrase.casefold() in NOTHING:
            return None
        if not NAME.fullmatch(phrase) or (re.search(r"(?:ed|ing)$", phrase.split()[-1]) and len(phrase.split()) > 1):
            return None
        found.append((phrase, "feature", phrase))
    return found or None


def _plain_feature(phrase: str) -> str:
    """ "the export function" and "export feature" are the export."""
    return re.sub(r"\s+(?:features?|functions?|functionality|modules?|part|pages?|screens?|altogether)$", "", phrase)


def _items(words: str) -> list[str]:
    """Return the items of “a, b and c”; none for “a, b”, which says too little about how they belong together."""
    if "," in words and not JOINED.search(words):
        return []
    return [item for item in (part.strip() for part in AND.split(words)) if item]
