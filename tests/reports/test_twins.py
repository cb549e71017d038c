"""Every published map and its picture tell the same: groups, letters, categories and counts."""

import pytest

from tieling_geo.records import Assessment
from tieling_geo.render import static_map
from tieling_geo.render.panel import Legend
from tieling_geo.render.published import read_maps
from tieling_geo.render.publishing import draw_published
from tieling_geo.render.states import own_position, states_of
from tieling_geo.workspace import open_workspace


def legend_of(drawn: object) -> Legend:
    """Return the legend of a drawn map."""
    children = drawn._children.values()  # type: ignore[attr-defined] # noqa: SLF001 - branca's
    return next(child for child in children if isinstance(child, Legend))


def test_the_picture_of_each_map_has_the_legend_of_its_page(
    small_assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of the background may stand in another order, as lines lie over areas."""
    caught: list[list[static_map.LegendBlock]] = []

    def catch(_printed: object, blocks: list[static_map.LegendBlock], **_others: object) -> bytes:
        caught.append(blocks)
        return b""

    monkeypatch.setattr(static_map, "draw_picture", catch)
    for published in read_maps(open_workspace().maps):
        static_map.draw_static(small_assessment, published)
        blocks = [block for block in caught[-1] if block.title]
        # A picture shows the assessment; the page can show other states, too.
        own = own_position(states_of(published, small_assessment))
        everything = legend_of(draw_published(published, small_assessment)).groups
        groups = [group for group in everything if group.state in {None, own}]
        assert [b.title for b in blocks] == [g.title for g in groups], published.map_id
        for block, group in zip(blocks, groups, strict=True):
            rows = sorted((row.title, row.count) for row in group.rows)
            assert sorted((e.title, e.count) for e in block.entries) == rows, published.map_id
            assert len(block.verdicts) == len(group.verdicts)
