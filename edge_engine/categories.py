"""What a transaction may be corrected to, with words for people."""

from __future__ import annotations

from edge_engine.domain.category import Taxonomy
from edge_engine.views import CategoryView


def known_categories() -> list[CategoryView]:
    """Return every leaf of the taxonomy in its order, which keeps groups together."""
    taxonomy = Taxonomy.default()
    return [
        CategoryView(leaf.id, leaf.label(), leaf.group, taxonomy.group(leaf.group).label(), leaf.sensitive)
        for leaf in taxonomy.leaves
    ]
