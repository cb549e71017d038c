"""Which waste goes where: the transport problem of each class of hazardous waste."""

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieling_geo.operations.allocation import Allocation
from tieling_geo.operations.allocation_bounds import Market
from tieling_geo.operations.amounts import greatest_allowed, to_amounts
from tieling_geo.operations.haul import NO_WAY_REASONS, Hauls, no_way_reason, to_distances_mm
from tieling_geo.operations.licences import LICENCE_REASONS, licence
from tieling_geo.schemas import HazardousWasteFacilities
from tieling_geo.text import Text

#: Amounts are whole grams: the decimals of a tonne that `amounts.to_fraction` tells apart.
GRAMS_PER_T = 10**6
#: Hauls are whole gram-millimetres.
UNITS_PER_T_KM = 10**12
_MM_PER_KM = 10**6

_Integers = NDArray[np.int64]
#: What a capacity's record says, by the words of `capacities["state"]`.
_STATES = {
    "valid": Text("许可有效", "valid licence"),
    "capacity_unknown": Text("许可有效,能力缺失", "valid licence, capacity is missing"),
    **LICENCE_REASONS,
}


@dataclass(frozen=True, slots=True, eq=False)
class WasteAllocation:
    """Where the waste of all classes goes; grams and gram-millimetres, whole numbers."""

    sources: pd.DataFrame
    """n rows, index of the sources: `need_g`, `treated_g`, `haul_g_mm` and `no_way` (a word of
    `haul.NO_WAY_REASONS`, or empty)."""
    capacities: pd.DataFrame
    """m rows, sorted by their numbers: `state`, `room_g`, `room_most_g`, `used_g`."""
    ways: pd.DataFrame
    """One row a source and a capacity that takes some of it; sorted by both."""
    markets: tuple[Market, ...]
    sent: tuple[Allocation, ...]
    classes: tuple[str, ...]
    """The classes of `markets` and `sent`, sorted."""
    distance_kind: str

    @property
    def open_capacities(self) -> tuple[str, ...]:
        """List the capacities of which nobody knows how much they take, sorted."""
        is_open = self.capacities["room_g"] != self.capacities["room_most_g"]
        return tuple(self.capacities.loc[is_open, "capacity_id"])


def allocate_waste(
    sources: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    hauls: Hauls,
    *,
    key: str,
    need_most_t: float,
    as_of: date,
) -> WasteAllocation:
    """
    Send the waste of each class to licensed capacity for it: as much as possible, then as near.

    What is known goes to capacity that is sure: its licence is valid on the day, and its amount is
    stated. Everything else stands in the markets, for the bounds.

    Parameters
    ----------
    sources
        n points, metres: `key`, `waste_class` and `need_t` (t/a; missing: unknown).
    facilities
        `HazardousWasteFacilities` layer, m rows.
    hauls
        From `haul.to_hauls`.
    key
        Column of `sources` that names a source.
    need_most_t
        The greatest that a missing need may be, t/a.
    as_of
        The day (closed) on which a licence must be valid; see `licences.licence`.

    Returns
    -------
    allocation
        Nothing depends on the order of the rows.

    Raises
    ------
    CRSError
        If a layer is not in a projected CRS, or they are in different ones.
    """
    order = sources[key].astype(str).argsort(kind="stable")
    ranked = sources.iloc[order.to_numpy()]
    room = _capacities(facilities, as_of)
    distance_mm, is_snapped = to_distances_mm(hauls, ranked, room)
    amounts = to_amounts(ranked["need_t"], most=need_most_t)
    need, need_most = (_to_grams(numbers) for numbers in (amounts.known, amounts.most))
    told = _Told.of(ranked.index, need, len(room))
    takes = (room["room_most_g"] > 0).to_numpy(dtype=bool)
    surely, perhaps = (room[name].to_numpy() for name in ("room_g", "room_most_g"))
    classes = sorted({*ranked["waste_class"], *room["waste_class"]})
    found, ways = [], [_no_ways()]
    for word in classes:
        rows = np.flatnonzero(ranked["waste_class"] == word)
        columns = np.flatnonzero((room["waste_class"] == word) & takes)
        far = distance_mm[np.ix_(rows, columns)]
        market = Market(
            need=tuple(need[rows]),
            need_most=tuple(need_most[rows]),
            room=tuple(surely[columns]),
            room_most=tuple(perhaps[columns]),
            cost=far,
        )
        sent = market.sent()
        told.note(sent, far, rows, columns)
        told.no_way[rows] = no_way_reason(far, is_snapped[rows], ranked.index[rows])
        found.append((market, sent))
        ways.append(_ways(sent, far, rows, columns))
    return WasteAllocation(
        sources=told.sources().loc[sources.index],
        capacities=pd.DataFrame(room.drop(columns="geometry")).assign(used_g=told.used_g),
        ways=_named(pd.concat(ways), ranked[key], room),
        markets=tuple(market for market, _ in found),
        sent=tuple(sent for _, sent in found),
        classes=tuple(classes),
        distance_kind=hauls.kind,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What is found of each source and each capacity, class by class."""

    index: pd.Index
    need_g: NDArray[np.object_]
    treated_g: NDArray[np.object_]
    haul_g_mm: NDArray[np.object_]
    no_way: NDArray[np.object_]
    used_g: NDArray[np.object_]

    @classmethod
    def of(cls, index: pd.Index, need_g: NDArray[np.object_], capacities: int) -> "_Told":
        """Begin with nothing found."""
        n = len(index)
        treated, hauled = (np.zeros(n, dtype=object) for _ in range(2))
        words = np.full(n, "", dtype=object)
        return cls(index, need_g, treated, hauled, words, np.zeros(capacities, dtype=object))

    def note(self, sent: Allocation, far: _Integers, rows: _Integers, columns: _Integers) -> None:
        """Write down what one class's sources send, and what its capacities take."""
        self.treated_g[rows] = sent.amounts.sum(axis=1)
        self.haul_g_mm[rows] = (sent.amounts * np.maximum(far, 0).astype(object)).sum(axis=1)
        self.used_g[columns] = sent.amounts.sum(axis=0)

    def sources(self) -> pd.DataFrame:
        """Lay the sources out."""
        columns = {
            "need_g": self.need_g,
            "treated_g": self.treated_g,
            "haul_g_mm": self.haul_g_mm,
            "no_way": self.no_way.astype("str"),
        }
        return pd.DataFrame(columns, index=self.index).astype({"no_way": "str"})


def _capacities(facilities: gpd.GeoDataFrame, as_of: date) -> gpd.GeoDataFrame:
    """Say of each capacity, by its number, how much it surely takes and how much it may take."""
    ranked = facilities.sort_values("capacity_id", kind="stable").reset_index(drop=True)
    judged = licence(ranked["licensed_on"], ranked["expires_on"], as_of=as_of)
    most = greatest_allowed(HazardousWasteFacilities, "capacity_t_per_year")
    amounts = to_amounts(ranked["capacity_t_per_year"], most=most)
    is_valid = judged["is_valid"].to_numpy(dtype=bool, na_value=False)
    may_be = judged["is_valid"].to_numpy(dtype=bool, na_value=True)
    state = judged["reason"].mask(judged["reason"] == "", "valid")
    unstated = (state == "valid") & ranked["capacity_t_per_year"].isna()
    kept = ["capacity_id", "facility_id", "name", "waste_class", "geometry"]
    return ranked[kept].assign(
        state=state.mask(unstated, "capacity_unknown"),
        room_g=np.where(is_valid, _to_grams(amounts.known), 0),
        room_most_g=np.where(may_be, _to_grams(amounts.most), 0),
    )


def _to_grams(tonnes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Give exact tonnes as whole grams."""
    laid = np.empty(len(tonnes), dtype=object)
    laid[:] = [int(t * GRAMS_PER_T) for t in tonnes]
    return laid


def _no_ways() -> pd.DataFrame:
    """Give the ways of nothing."""
    return pd.DataFrame({name: [] for name in ("row", "column", "g", "mm")}, dtype=object)


def _ways(sent: Allocation, far: _Integers, rows: _Integers, columns: _Integers) -> pd.DataFrame:
    """List what goes where, by positions."""
    i, j = np.nonzero(sent.amounts)
    table = {"row": rows[i], "column": columns[j], "g": sent.amounts[i, j], "mm": far[i, j]}
    return pd.DataFrame(table).astype(object)


def _named(ways: pd.DataFrame, names: pd.Series, room: gpd.GeoDataFrame) -> pd.DataFrame:
    """Name both ends of the ways."""
    ways = ways.sort_values(["row", "column"], ignore_index=True)
    to = room.iloc[ways["column"].astype(int)]
    return pd.DataFrame({
        "source": names.iloc[ways["row"].astype(int)].to_numpy(dtype=object),
        "facility_id": to["facility_id"].to_numpy(dtype=object),
        "capacity_id": to["capacity_id"].to_numpy(dtype=object),
        "waste_class": to["waste_class"].to_numpy(dtype=object),
        "g": ways["g"],
        "mm": ways["mm"],
    })


def allocation_tables(found: WasteAllocation, sources: pd.Series) -> dict[str, pd.DataFrame]:
    """
    Lay out an allocation for people: tonnes, kilometres, and what is left.

    Parameters
    ----------
    found
        What `allocate_waste` gave.
    sources
        Names of the sources, index of `found.sources`; the name of the Series heads their column.

    Returns
    -------
    tables
        `allocation`: who sends how much where; `capacity_by_class`: need, sure capacity, the most
        it may be, their ratio, what is allocated, left over and spare, and the haul; `capacities`:
        each with its state and its use; `without_route`: sources that nothing leads from, and why.
        Sorted by their first columns.
    """
    heading = str(sources.name)
    return {
        "allocation": pd.DataFrame({
            heading: found.ways["source"].astype("str"),
            "facility_id": found.ways["facility_id"].astype("str"),
            "capacity_id": found.ways["capacity_id"].astype("str"),
            "waste_class": found.ways["waste_class"].astype("str"),
            "t_per_year": _to_t(found.ways["g"]),
            "haul_km": found.ways["mm"].astype("float64") / _MM_PER_KM,
            "t_km": (found.ways["g"] * found.ways["mm"]).astype("float64") / UNITS_PER_T_KM,
            "distance_kind": found.distance_kind,
        }),
        "capacity_by_class": _by_class(found),
        "capacities": _capacity_table(found.capacities),
        "without_route": _without_route(found, sources),
    }


def _to_t(grams: pd.Series) -> pd.Series:
    """Give whole grams as tonnes."""
    return grams.astype("float64") / GRAMS_PER_T


def _by_class(found: WasteAllocation) -> pd.DataFrame:
    """Hold need against capacity, class by class."""
    rows = []
    for word, market, sent in zip(found.classes, found.markets, found.sent, strict=True):
        need, room = sum(market.need), sum(market.room)
        rows.append({
            "waste_class": word,
            "need_t_per_year": need / GRAMS_PER_T,
            "sources_unknown": sum(market.is_open),
            "capacity_t_per_year": room / GRAMS_PER_T,
            "capacity_most_t_per_year": sum(market.room_most) / GRAMS_PER_T,
            "capacity_over_need_pct": 100 * room / need if need else np.nan,
            "allocated_t_per_year": sent.total / GRAMS_PER_T,
            "left_over_t_per_year": (need - sent.total) / GRAMS_PER_T,
            "spare_t_per_year": (room - sent.total) / GRAMS_PER_T,
            "haul_t_km": sent.cost / UNITS_PER_T_KM,
        })
    columns = [
        "waste_class",
        "need_t_per_year",
        "sources_unknown",
        "capacity_t_per_year",
        "capacity_most_t_per_year",
        "capacity_over_need_pct",
        "allocated_t_per_year",
        "left_over_t_per_year",
        "spare_t_per_year",
        "haul_t_km",
    ]
    return pd.DataFrame(rows, columns=columns)


def _capacity_table(capacities: pd.DataFrame) -> pd.DataFrame:
    """Say of each capacity whether it counts, and how much of it is used."""
    return pd.DataFrame({
        "capacity_id": capacities["capacity_id"].astype("str"),
        "facility_id": capacities["facility_id"].astype("str"),
        "waste_class": capacities["waste_class"].astype("str"),
        "state_zh": capacities["state"].map({k: t.zh for k, t in _STATES.items()}).astype("str"),
        "state_en": capacities["state"].map({k: t.en for k, t in _STATES.items()}).astype("str"),
        "capacity_t_per_year": _to_t(capacities["room_g"]),
        "capacity_most_t_per_year": _to_t(capacities["room_most_g"]),
        "used_t_per_year": _to_t(capacities["used_g"]),
    })


def _without_route(found: WasteAllocation, sources: pd.Series) -> pd.DataFrame:
    """List the sources from which nothing can be hauled, and why."""
    lost = found.sources[found.sources["no_way"] != ""]
    words = [NO_WAY_REASONS[word] for word in lost["no_way"]]
    table = pd.DataFrame({
        str(sources.name): sources.loc[lost.index].to_numpy(dtype=object),
        "t_per_year": _to_t(lost["need_g"]).to_numpy(),
        "reason_zh": [text.zh for text in words],
        "reason_en": [text.en for text in words],
    })
    return table.astype({
        str(sources.name): "str",
        "reason_zh": "str",
        "reason_en": "str",
    }).sort_values(str(sources.name), ignore_index=True)
