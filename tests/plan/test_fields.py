"""Fields of a record: whatever they hold, they are taken as what they are, or refused by name."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tieling_geo.errors import PlanError
from tieling_geo.plan.fields import Fields
from tieling_geo.text import Text

records = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


KINDS = {
    "word": str,
    "text": Text,
    "words": tuple,
    "flag": bool,
    "whole": int,
    "exact": Fraction,
    "day": date,
    "table": dict,
    "rows": list,
}


@given(records)
def test_whatever_a_field_holds_it_is_taken_or_refused(value: object) -> None:
    """No kind of value gets past its field, and none breaks it."""
    for kind, taken_as in KINDS.items():
        fields = Fields({"x": value, "x_zh": value, "x_en": value}, Text("文件", "file"))
        refused: PlanError | None = None
        taken: object = None
        try:
            taken = getattr(fields, kind)("x")
        except PlanError as error:
            refused = error
        assert (taken is None) or isinstance(taken, taken_as)
        if refused is not None:
            assert "x" in refused.message.en
            assert "x" in refused.message.zh
