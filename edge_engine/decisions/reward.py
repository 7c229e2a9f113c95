"""What each reaction to a suggestion is worth: one table, for whoever decides, learns or simulates.

========= ====== =====================================================================================
what came reward why
========= ====== =====================================================================================
acted       0.6  what a suggestion is for; what it is worth in money adds up to 0.4
opened      0.1  somebody wanted to know more, and it cost them a moment
nothing     0    silence says little: it may not have been seen
not now    -0.05 a wrong moment, told kindly
closed     -0.2  it cost attention and gave nothing
never      -1    the worst: something is lost for ever
========= ====== =====================================================================================

Five who close weigh as much as one never; one who acts makes up for three who close. These are judgements, not
measurements. A reward is always within -1 and 1, which is what the posterior and every prior rest on.
"""

from __future__ import annotations

import math
from typing import Final

from edge_engine.decisions.story import Reaction
from edge_engine.errors import DecisionError

WAIT_DAYS: Final = 7
"""Days after which a suggestion without an answer counts as one that nothing came of: people look weekly at least."""

REWARDS: Final = {
    Reaction.NONE: 0.0,
    Reaction.OPENED: 0.1,
    Reaction.ACTED: 0.6,
    Reaction.NOT_NOW: -0.05,
    Reaction.CLOSED: -0.2,
    Reaction.NEVER: -1.0,
}
"""The reward of each, before what was received in money."""

VALUE: Final = 0.4
"""What value received adds at most."""


def reward(reaction: Reaction, value: float = 0.0) -> float:
    """Return the reward of what came, between -1 and 1.

    Args:
        reaction: What came.
        value: What the person has from having acted, as :func:`edge_engine.decisions.features.value` gives it: a share
            of a usual month's spending. It counts for those who acted, and what is below 0 counts as 0.

    Raises:
        DecisionError: The value is not a number.
    """
    if not math.isfinite(value):
        raise DecisionError("the value of a reward is a number")
    base = REWARDS[reaction]
    return base + VALUE * min(max(value, 0.0), 1.0) if reaction is Reaction.ACTED else base
