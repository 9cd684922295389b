"""Gives a thing of the domain another name, everywhere it is named."""

import re
from collections.abc import Callable

from agents.brief.identifiers import ascii_word, identifier, slug
from agents.brief.words import LEXICONS, UNKNOWN
from agents.deliverable import Domain, Entity

Rename = Callable[[str], str]


def renamed(domain: Domain, old: str, new: str, *, names_fixed: bool) -> Domain:
    """Return the domain in which `old` is called `new`; unchanged when nothing is called so or the name is taken.

    With `names_fixed` only what people read changes.
    """
    lexicon = LEXICONS.get(domain.language, UNKNOWN)
    forms = _forms(old, new, lexicon.singular, lexicon.plural)
    labels = [entity.label for entity in domain.entities] + [actor.label for actor in domain.actors]
    labels += [field.label or field.name.replace("_", " ") for entity in domain.entities for field in entity.fields]
    if not any(_spoken(label, forms) != label for label in labels):
        return domain
    taken = {entity.label.casefold() for entity in domain.entities}
    if any(
        _spoken(entity.label, forms) != entity.label and _spoken(entity.label, forms).casefold() in taken
        for entity in domain.entities
    ):
        return domain

    def say(text: str) -> str:
        return _spoken(text, forms)

    def name(text: str) -> str:
        return text if names_fixed else _written(text, forms)

    return domain.model_copy(
        update={
            "actors": [a.model_copy(update={"key": name(a.key), "label": say(a.label)}) for a in domain.actors],
            "entities": [_entity(entity, say, name, names_fixed=names_fixed) for entity in domain.entities],
            "relations": [
                r.model_copy(update={"source": name(r.source), "target": name(r.target), "label": say(r.label)})
                for r in domain.relations
            ],
            "operations": [
                o.model_copy(
                    update={
                        "key": name(o.key),
                        "title": say(o.title),
                        "entity": name(o.entity),
                        "actors": [name(actor) for actor in o.actors],
                    }
                )
                for o in domain.operations
            ],
            "limits": [
                limit.model_copy(update={"entity": name(limit.entity)}) if limit.entity else limit
                for limit in domain.limits
            ],
            "rules": [
                rule.model_copy(update={"entity": name(rule.entity), "fields": [name(field) for field in rule.fields]})
                for rule in domain.rules
            ],
            "events": [
                e.model_copy(
                    update={
                        "key": name(e.key),
                        "label": say(e.label),
                        "entity": name(e.entity),
                        "operation": name(e.operation),
                    }
                )
                for e in domain.events
            ],
        }
    )


def _entity(entity: Entity, say: Rename, name: Rename, *, names_fixed: bool) -> Entity:
    taken = {field.name for field in entity.fields}
    fields = []
    for field in entity.fields:
        changed = name(field.name)
        fields.append(
            field.model_copy(
                update={
                    "name": changed if changed == field.name or changed not in taken else field.name,
                    "label": say(field.label),
                    "references": name(field.references) if field.references else field.references,
                }
            )
        )
    plural = say(entity.label_plural)
    is_other = plural != entity.label_plural and not names_fixed
    return entity.model_copy(
        update={
            "name": name(entity.name),
            "label": say(entity.label),
            "label_plural": plural,
            "table": identifier(plural) if is_other else name(entity.table),
            "path": slug(plural) if is_other else entity.path,
            "fields": fields,
            "transitions": [t.model_copy(update={"operation": name(t.operation)}) for t in entity.transitions],
        }
    )


def _forms(old: str, new: str, singular: Rename, plural: Rename) -> list[tuple[str, str]]:
    """Return (former form, new form), the plural first, so that “rentals” is not read as “rental” and an s."""
    *before, last = old.split()
    *new_before, new_last = new.split()
    one, many = singular(last), plural(singular(last))
    new_one = singular(new_last) if new_last.islower() else new_last
    pairs = [
        (" ".join([*before, many]), " ".join([*new_before, plural(new_one)])),
        (" ".join([*before, one]), " ".join([*new_before, new_one])),
        (old, new),
    ]
    return sorted(dict(reversed(pairs)).items(), key=lambda pair: -len(pair[0]))


def _spoken(text: str, forms: list[tuple[str, str]]) -> str:
    """Return a label with the new name; a capital in front stays one."""
    for old, new in forms:
        found = re.search(rf"(?<!\w){re.escape(old)}(?!\w)", text, re.IGNORECASE)
        if found:
            capital = found[0][:1].isupper() and not old[:1].isupper()
            put = new[:1].upper() + new[1:] if capital else new
            return f"{text[: found.start()]}{put}{text[found.end() :]}"
    return text


def _written(name: str, forms: list[tuple[str, str]]) -> str:
    """Return a name for machines with the new word in place of the former one, whole words only."""
    for old, new in forms:
        former, later = ascii_word(old), ascii_word(new)
        if former and later and re.search(rf"(?:^|_){former}(?:_|$)", name):
            return identifier(re.sub(rf"(^|_){former}(?=_|$)", rf"\g<1>{later}", name, count=1), reserved=False)
    return name
