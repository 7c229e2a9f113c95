"""Names that clients rely on stay: methods, fields, events, values and codes."""

from __future__ import annotations

import json
from copy import deepcopy

from edge_engine.doors.generation.shapes import describe
from tests.vectors.freeze_door_names import FILE, broken, names

FROZEN = json.loads(FILE.read_text("utf-8"))
NOW = names(describe())


def test_no_name_is_gone_and_none_means_something_else() -> None:
    wrong = broken(FROZEN, NOW)
    assert wrong == [], (
        "clients in other languages rely on these names: put them back, and give what is new a name of its own beside "
        "them (a field with a default, a method, a value)"
    )


def test_every_new_name_is_frozen_with_the_change_that_brings_it() -> None:
    new = {kind: sorted(set(NOW[kind]) - set(FROZEN[kind])) for kind in NOW}
    assert not any(new.values()), (
        f"these are new: {new}; run `python -m tests.vectors.freeze_door_names`, after which they stay for ever"
    )


def test_a_renamed_field_is_noticed() -> None:
    renamed = deepcopy(NOW)
    renamed["fields"]["Spending.month_count"] = renamed["fields"].pop("Spending.months")
    assert broken(NOW, renamed) == ["fields: `Spending.months` is gone or renamed"]


def test_a_field_of_another_type_or_a_new_duty_is_noticed() -> None:
    changed = deepcopy(NOW)
    changed["fields"]["Spending.months"] = "text"
    changed["required"]["Spending.why"] = True
    assert [line.partition(":")[0] for line in broken(NOW, changed)] == ["fields", "required"]


def test_a_method_a_value_and_a_code_are_noticed() -> None:
    less = deepcopy(NOW)
    del less["methods"]["streams"], less["values"]["Severity.urgent"], less["errors"]["vault.busy"]
    assert len(broken(NOW, less)) == 3


def test_an_answer_may_be_one_of_more_records_and_a_request_may_not() -> None:
    before = deepcopy(NOW)
    moments = before["fields"]["Moment.message"]
    before["fields"]["Moment.message"] = moments.replace("either[Shortfall, ", "either[")
    assert before != NOW
    assert broken(before, NOW) == []
    assert len(broken(NOW, before)) == 1
    before = deepcopy(NOW)
    before["fields"]["StartWorkflow.fields"] = "either[text, whole]"
    more = deepcopy(NOW)
    more["fields"]["StartWorkflow.fields"] = "either[text, whole, Shortfall]"
    assert len(broken(before, more)) == 1


def test_what_is_added_breaks_nobody() -> None:
    more = deepcopy(NOW)
    more["methods"]["dance"] = "Dance -> Decision"
    more["fields"]["Spending.since"] = "text"
    more["required"]["Dance.steps"] = True
    assert broken(NOW, more) == []
