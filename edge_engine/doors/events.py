"""What the engine tells its host unasked. Names of kinds and fields are append-only."""

from __future__ import annotations

from typing import Final

import msgspec

from edge_engine.actions.channels import Suggestion
from edge_engine.actions.review import ReviewView
from edge_engine.consent.purpose import DeliveryChannel
from edge_engine.insights.moment import Moment
from edge_engine.signals.preview import SyncReport


class MomentEvent(msgspec.Struct, frozen=True, tag_field="kind", tag="moment"):
    """Something is worth a word that was not before.

    Attributes:
        moment: What.
    """

    moment: Moment


class DecisionEvent(msgspec.Struct, frozen=True, tag_field="kind", tag="decision"):
    """Something was suggested, or silence was chosen.

    Attributes:
        id: Of the decision; ``decision`` tells how it came about.
        channel: Where.
        delivered: Whether it is in the feed or was shown.
        suggestion: What; null for silence.
    """

    id: str
    channel: DeliveryChannel
    delivered: bool
    suggestion: Suggestion | None


class ReviewEvent(msgspec.Struct, frozen=True, tag_field="kind", tag="review"):
    """Something waits for a person's word that did not before.

    Attributes:
        review: What.
    """

    review: ReviewView


class SyncEvent(msgspec.Struct, frozen=True, tag_field="kind", tag="sync"):
    """Signals were measured, sealed or sent.

    Attributes:
        report: What became of each.
    """

    report: SyncReport


class ProgressEvent(msgspec.Struct, frozen=True, tag_field="kind", tag="progress"):
    """How far a long request is; the last one before its answer need not be told.

    Attributes:
        id: Of the request.
        done: Bytes that were read.
        total: Bytes there are; 0 where that is not known.
        added: Transactions that are new so far.
        duplicates: Transactions that were known already.
    """

    id: int
    done: int
    total: int
    added: int
    duplicates: int


Event = MomentEvent | DecisionEvent | ReviewEvent | SyncEvent | ProgressEvent

EVENTS: Final = (MomentEvent, DecisionEvent, ReviewEvent, SyncEvent, ProgressEvent)
