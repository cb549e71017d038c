"""What a finding says to the user: the evidence in one sentence, the likely cause, what to do."""

from dataclasses import replace

import numpy as np
import shapely

from tieling_geo.crs import to_geographic_crs
from tieling_geo.datum_doctor.findings import CandidateFit, DatumFinding
from tieling_geo.datum_doctor.judgement import LEAST_MATCHED
from tieling_geo.records import Layer
from tieling_geo.schemas import LAYERS
from tieling_geo.text import NOTHING, Text

_DATUMS = {
    "cgcs2000": "CGCS2000",
    "wgs84": "WGS 84",
    "gcj02": "GCJ-02",
    "bd09": "BD-09",
}
# Map services hand out degrees with so many decimals.
_MAP_SERVICE_DECIMALS = 6
# A reading is taken back from the working CRS within this, degrees.
_ROUNDING = 1e-9
_SURVEY = Text(
    "请由测绘部门将原数据转换为 CGCS2000 后再交",
    "let a survey office convert the original data to CGCS2000",
)
_CRS = Text(
    "请核实坐标系与带号,改正 card.toml 中的 crs(矢量文件请改正其坐标系说明)",
    "check CRS and zone, and correct `crs` in card.toml (or the CRS inside a vector file)",
)


def declared(layer: Layer) -> str:
    """Return the datum and CRS that a layer states, as words."""
    datum = layer.reading.datum or layer.card.datum
    crs = layer.reading.crs
    stated = _DATUMS.get(datum, datum)
    if layer.reading.converted_from:
        stated = f"{_DATUMS[layer.reading.converted_from]} -> CGCS2000"
    return f"{stated}, {crs}" if crs else stated


def _title(name: str) -> Text:
    """Return a layer's title."""
    return LAYERS[name].card().title


def unmatched(layer: Layer, reference: Layer) -> DatumFinding:
    """Return the finding for a layer of which nothing could be matched."""
    own, other = _title(layer.name), _title(reference.name)
    told_ = Text(
        f"图层 {layer.name}({layer.source}):没有要素能与参照图层“{other.zh}”对应,未核对坐标基准",
        f"layer {layer.name} ({layer.source}): none of the {own.en} has a counterpart in "
        f"{reference.name}; its datum was not checked",
    )
    return DatumFinding(
        layer.name, reference.name, declared(layer), "declared", "undecided", 0, (), told_
    )


def doubted(finding: DatumFinding, agreed: DatumFinding) -> DatumFinding:
    """Return a contradiction as undecided, because another reference agrees with the layer."""
    note = Text(
        f"但参照图层 {agreed.reference} 与所写基准相符,故不判定;请核对参照图层 {finding.reference}",
        f"but {agreed.reference} agrees with what is declared, so nothing is decided: check the "
        f"reference {finding.reference}",
    )
    told_ = Text(f"{finding.told.zh};{note.zh}", f"{finding.told.en}; {note.en}")
    return replace(finding, verdict="undecided", told=told_)


def told(
    finding: DatumFinding, layer: Layer, reference: Layer, *, rivals: list[Text]
) -> DatumFinding:
    """Return the finding with its words."""
    head = Text(
        f"图层 {layer.name}(文件 {layer.source},所写基准 {finding.declared})"
        f"对照“{_title(reference.name).zh}”:",
        f"layer {layer.name} (file {layer.source}, declared {finding.declared}) against "
        f"{reference.name}: ",
    )
    body = {
        "contradicts": _contradicts(finding, rivals),
        "agrees": _agrees(rivals),
        "undecided": _undecided(finding),
    }[finding.verdict]
    numbers, clue = _numbers(finding), _clue(layer)
    words = Text(
        f"{head.zh}{body.zh}。依据:{numbers.zh}{clue.zh}",
        f"{head.en}{body.en}. Evidence: {numbers.en}{clue.en}",
    )
    return replace(finding, told=words)


def confirmed(finding: DatumFinding, by: str) -> DatumFinding:
    """Say that a contradiction stands, but that somebody answers for the datum."""
    if finding.verdict != "contradicts" or not by:
        return finding
    told = Text(
        f"{finding.told.zh}。基准已由人工确认,不停止运行:{by}",
        f"{finding.told.en}. The datum was confirmed, so the run goes on: {by}",
    )
    return replace(finding, told=told, confirmed=by)


def _contradicts(finding: DatumFinding, rivals: list[Text]) -> Text:
    """Say what the coordinates are instead, and what to do."""
    best = _fit(finding, finding.best)
    names = [best.title, *rivals]
    zh, en = "或".join(t.zh for t in names), " or ".join(t.en for t in names)
    todo = _todo(finding.best)
    return Text(
        f"位置与所写基准明显矛盾,坐标很可能是{zh}。处理:{todo.zh};"
        f"若基准确实无误,请核对图层 {finding.reference},"
        f"并在 tieling.toml 的 [layers.{finding.layer}] 用 datum_confirmed 写明确认人与依据",
        f"its places clearly contradict what is declared; the coordinates are most likely {en}. "
        f"What to do: {todo.en}; if the datum is right, check the layer {finding.reference} "
        f"and say who confirms it in datum_confirmed of [layers.{finding.layer}] in tieling.toml",
    )


def _agrees(rivals: list[Text]) -> Text:
    """Say that nothing contradicts, and what the reference cannot part from it."""
    if not rivals:
        return Text("与所写基准相符", "it agrees with what is declared")
    zh, en = "、".join(t.zh for t in rivals), ", ".join(t.en for t in rivals)
    return Text(
        f"与所写基准相符(参照精度不足以排除{zh})",
        f"it agrees with what is declared (the reference cannot rule out {en})",
    )


def _todo(candidate: str) -> Text:
    """Say what to do about a layer that is in another datum or CRS."""
    if candidate in {"gcj02", "bd09"}:
        return Text(
            f'核实后在 card.toml 中写 datum = "{candidate}" 和 convert = true',
            f'if that is so, write datum = "{candidate}" and convert = true in card.toml',
        )
    if candidate == "unshifted":
        return Text(
            '核实后在 card.toml 中写 datum = "cgcs2000",并去掉 convert = true',
            'if that is so, write datum = "cgcs2000" in card.toml and take convert = true out',
        )
    return _SURVEY if candidate in {"beijing54", "xian80"} else _CRS


def _undecided(finding: DatumFinding) -> Text:
    """Say why nothing could be decided."""
    if finding.matched < LEAST_MATCHED:
        return Text(
            f"可对应的位置只有 {finding.matched} 处(至少 {LEAST_MATCHED} 处),不足以判定",
            f"only {finding.matched} places could be matched ({LEAST_MATCHED} at least): undecided",
        )
    return Text(
        "各种假设与参照的偏差相近,或参照图层精度不足,不能判定",
        "no reading fits clearly better, or the reference is too coarse: undecided",
    )


def _fit(finding: DatumFinding, candidate: str) -> CandidateFit:
    """Return the numbers of one reading."""
    return next(fit for fit in finding.evidence if fit.candidate == candidate)


def _numbers(finding: DatumFinding) -> Text:
    """List the numbers of every reading, the best first; then those that are not possible."""
    fits = sorted(
        (fit for fit in finding.evidence if fit.feasible),
        key=lambda fit: (-(fit.inside or 0), fit.median_m or 0.0),
    )
    listed = [_number(fit, finding.matched) for fit in fits]
    outside = [fit.title for fit in finding.evidence if not fit.feasible]
    if outside:
        zh, en = "、".join(t.zh for t in outside), ", ".join(t.en for t in outside)
        listed.append(Text(f"{zh}:将落在范围之外", f"{en}: outside the region"))
    count = Text(f"对应 {finding.matched} 处;", f"{finding.matched} matched; ")
    return Text(
        count.zh + ";".join(t.zh for t in listed), count.en + "; ".join(t.en for t in listed)
    )


def _number(fit: CandidateFit, matched: int) -> Text:
    """Write the numbers of one reading."""
    median_m = f"{fit.median_m:,.0f}"
    if fit.inside is not None:
        zh, en = f"{fit.inside}/{matched} 处在区内", f"{fit.inside} of {matched} inside"
    else:
        zh, en = f"偏差中位数 {median_m} 米", f"median misfit {median_m} m"
    if fit.candidate != "declared":
        zh += f",{fit.nearer} 处更近、{fit.farther} 处更远"
        en += f", {fit.nearer} nearer, {fit.farther} farther"
    return Text(f"{fit.title.zh}:{zh}", f"{fit.title.en}: {en}")


def _clue(layer: Layer) -> Text:
    """Say so if every coordinate has the decimals of a map service; it proves nothing alone."""
    if layer.reading.converted_from or not _has_map_service_decimals(layer):
        return NOTHING
    return Text(
        ";全部坐标恰为 6 位小数,常见于地图接口导出",
        "; every coordinate has exactly 6 decimals, as exports of map services do",
    )


def _has_map_service_decimals(layer: Layer) -> bool:
    """Tell whether all degrees have six decimals, and not all of them fewer."""
    degrees = shapely.get_coordinates(to_geographic_crs(layer.features).geometry.to_numpy())
    scaled = degrees * 10.0**_MAP_SERVICE_DECIMALS
    off = np.abs(scaled - np.round(scaled)) / 10.0**_MAP_SERVICE_DECIMALS
    coarser = np.abs(scaled / 10 - np.round(scaled / 10)) / 10.0 ** (_MAP_SERVICE_DECIMALS - 1)
    if len(degrees) < LEAST_MATCHED or (off > _ROUNDING).any():
        return False
    # One number in ten ends in 0 by chance; were all of them to, they have five decimals.
    return bool((coarser > _ROUNDING).any())
