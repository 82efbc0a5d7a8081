"""The door under arbitrary input; `python -m tests.bench.door` tries a hundred thousand."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.commands import NAMES
from tests.door import check_request, check_set, names, payloads

EXAMPLES = 600
few = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(name=names, payload=payloads)
def test_every_request_has_an_answer_in_the_contract_s_words(name: str, payload: bytes) -> None:
    check_request(name, payload)


@few
@given(name=st.sampled_from(NAMES) | names, payload=payloads | st.binary(max_size=5))
def test_every_plain_value_gives_one_event(name: str, payload: bytes) -> None:
    check_set(name, payload)
