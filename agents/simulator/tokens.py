"""Design tokens of a product: colours whose contrast is worked out, type scale, spacing, and a look for each state.

The form is that of the Design Tokens Community Group: `$value` and `$type`.
"""

from typing import Any

from agents.simulator.binding import effects
from agents.simulator.colours import WHITE, colour, contrast, readable
from agents.simulator.material import Material
from agents.simulator.page_html import hue
from agents.simulator.pages import pages
from agents.simulator.shape import released, state_of

MOST_STATES = 24
_DENIED = 27.0  # hue of refusal: red


def palette(material: Material) -> dict[str, tuple[str, str]]:
    """Return each colour with the one it stands on; all text reaches 4.5:1, lines and focus 3:1 (1.4.3, 1.4.11)."""
    tone = float(hue(material))
    canvas = colour(0.985, 0.006, tone)
    return {
        "canvas": (canvas, canvas),
        "surface": (WHITE, WHITE),
        "text": (readable(tone, chroma=0.03, on=canvas, least=12.0), canvas),
        "quiet": (readable(tone, chroma=0.03, on=canvas, least=5.5), canvas),
        "act": (readable(tone, chroma=0.11, on=WHITE, least=5.5), WHITE),
        "line": (readable(tone, chroma=0.03, on=canvas, least=3.2), canvas),
        "focus": (readable((tone + 180) % 360, chroma=0.13, on=canvas, least=4.5), canvas),
        "refusal": (readable(_DENIED, chroma=0.16, on=canvas, least=5.5), canvas),
    }


def state_looks(material: Material) -> dict[str, dict[str, Any]]:
    """Return for each state of each entity its word, mark and colour, by "entity.state"."""
    tone, canvas = float(hue(material)), palette(material)["canvas"][0]
    found: dict[str, dict[str, Any]] = {}
    for page in pages(material):
        ended = set(released(state_of(material, page.entity)))
        for number, state in enumerate(page.states):
            if len(found) >= MOST_STATES:
                return found
            ink = readable((tone + 47 * (number + 1)) % 360, chroma=0.0 if state in ended else 0.12, on=canvas)
            found[f"{page.entity.name}.{state}"] = {
                "word": state.replace("_", " "),
                "mark": "first" if number == 0 else "ended" if state in ended else f"step {number}",
                "colour": ink,
                "contrast": round(contrast(ink, canvas), 2),
            }
    return found


def tokens(material: Material) -> dict[str, Any]:
    """Return the tokens; colours say what they stand on and with which contrast."""
    title = material.title[:80]
    colours = {
        name: {"$type": "color", "$value": ink, "on": ground, "contrast": round(contrast(ink, ground), 2)}
        if ink != ground
        else {"$type": "color", "$value": ink, "for": title}
        for name, (ink, ground) in palette(material).items()
    }
    longest = max((len(field.label) for entity in material.entities for field in entity.fields), default=8)
    widest = max((len(entity.fields) for entity in material.entities), default=1)
    return {
        "product": title,
        **({"bound by people": effects(material)} if material.human_decisions else {}),
        "colour": colours,
        "state": state_looks(material),
        "type": {
            "family": {"$type": "fontFamily", "$value": ["system-ui", "sans-serif"]},
            # Each step is a fifth more than the one before; forms with long labels get a smaller one.
            "scale": {f"step {step}": f"{1.2**step:.3f}rem" for step in range(-1, 4)},
            "label": {"$type": "dimension", "$value": "1rem" if longest <= 24 else "0.9375rem", "longest": longest},
            "measure": {"$type": "dimension", "$value": "66ch"},
        },
        "space": {str(step): f"{step * 4}px" for step in (1, 2, 3, 4, 6, 8, 12)},
        "table": {"columns at most": widest + 1, "row": "56px" if material.raised("mobile") else "44px"},
        "target": {"$type": "dimension", "$value": "48px" if material.raised("mobile") else "44px"},
        "pages": {page.key: page.route for page in pages(material)},
    }
