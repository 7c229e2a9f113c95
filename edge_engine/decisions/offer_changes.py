"""What new offers suggest that the old ones did not: to whom, where, how often and with what care."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_engine.consent.comparison import Figure, figures, members, otherwise, told, worded
from edge_engine.decisions.predicate_changes import predicate_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.consent.policy_changes import Change
    from edge_engine.decisions.catalog import Catalog
    from edge_engine.decisions.offer import Offer

_CONTACT: Final = (
    Figure("rest_days", "it may come again after {} days", larger_widens=False),
    Figure("a_year", "it may come {} times a year", larger_widens=True),
)
_SAYS: Final = {"kind": "what it is", "purpose": "the consent that it rests on"}


def offer_changes(old: Catalog, new: Catalog) -> Iterator[Change]:
    """Compare the offers of two folders. A consent does not pin these: they hold at once."""
    for name in dict.fromkeys((*old.offers, *new.offers)):
        before, after = old.offers.get(name), new.offers.get(name)
        if after is None:
            assert before is not None  # noqa: S101 - a name of either
            yield told(False, f"offers.toml: “{before.title}” is suggested no longer.")
        elif before is None:
            over = ", ".join(after.channels)
            yield told(
                True,
                f"offers.toml: “{after.title}” may newly be suggested over {over}, under consent to {after.purpose}"
                f" and with the care of level {after.level}.",
            )
        else:
            yield from _offer(before, after)
    kept = [name for name in old.offers if name in new.offers]
    if kept != [name for name in new.offers if name in old.offers]:
        yield told(
            None, "offers.toml: the offers stand in another order, which is theirs where nothing was learned."
        )


def _offer(old: Offer, new: Offer) -> Iterator[Change]:
    subject = f"offers.toml: “{new.title}”"
    yield from members(
        old.channels, new.channels, subject, "may now be shown over {}", "is no longer shown over {}"
    )
    yield from figures(
        old, new, subject, (Figure("level", "it takes the care of level {}", larger_widens=False),)
    )
    yield from figures(old.contact, new.contact, subject, _CONTACT)
    yield from members(
        old.tells, new.tells, subject, "now also tells the {} of the moment", "no longer tells the {}"
    )
    yield from otherwise(old, new, subject, _SAYS)
    yield from _moments(old, new, subject)
    yield from predicate_changes(old.where, new.where, f"{subject} is suggested where", loosening_widens=True)
    if old.value != new.value:
        yield told(None, f"{subject}: its value comes from {new.value} instead of {old.value}.")
    yield from worded(old, new, subject, ("title", "worth"))


def _moments(old: Offer, new: Offer, subject: str) -> Iterator[Change]:
    if bool(old.moments) != bool(new.moments):
        # Without moments an offer may come at any time.
        when = f"only at {', '.join(new.moments)}" if new.moments else "at any time"
        yield told(not new.moments, f"{subject} may come {when}.")
    else:
        yield from members(old.moments, new.moments, subject, "may also come at {}", "no longer comes at {}")
