"""What each reaction to a suggestion is worth to learning, between -1 and 1."""

from __future__ import annotations

from typing import Final

from edge_engine.decisions.story import Reaction

WAIT_DAYS: Final = 7

REWARDS: Final = {
    Reaction.NONE: 0.0,
    Reaction.OPENED: 0.2,
    Reaction.ACTED: 1.0,
    Reaction.CLOSED: -0.3,
    Reaction.NOT_NOW: -0.1,
    Reaction.NEVER: -1.0,
}
