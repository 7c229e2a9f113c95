"""The words of consent: purposes, data categories, recipients, gates."""

from __future__ import annotations

from enum import StrEnum


class Gate(StrEnum):
    """The five places where consent is asked for, in the order that data passes them."""

    READ = "read"
    INFER = "infer"
    DECIDE = "decide"
    DELIVER = "deliver"
    SEND = "send"


class Recipient(StrEnum):
    """Who would see the data."""

    PERSON = "person"
    DEVICE = "device"
    HOST_APP = "host_app"
    ADVISER = "adviser"
    AGGREGATORS = "aggregators"


class DeliveryChannel(StrEnum):
    """Where something may reach the person."""

    FEED = "feed"
    MODAL = "modal"
    PUSH = "push"
    EMAIL = "email"
    SMS = "sms"
    ADVISER = "adviser"
