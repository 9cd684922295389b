"""Diagrams as SVG, drawn by rules: no script, no style in the markup, every word escaped, the same for the same "
"input.

`domain_diagrams` draws a domain, `mermaid_diagram` a block of Mermaid text.
"""

from agents.diagrams.blocks import mermaid_diagram
from agents.diagrams.diagram import Diagram
from agents.diagrams.domain import domain_diagrams, entity_diagram, state_diagram

__all__ = ["Diagram", "domain_diagrams", "entity_diagram", "mermaid_diagram", "state_diagram"]
