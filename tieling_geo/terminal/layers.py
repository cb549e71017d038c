"""Print how layers were read, and give the same as plain records."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Console

from tieling_geo.datum_doctor import DatumFinding, to_record
from tieling_geo.records import Account, Layer
from tieling_geo.schemas import LAYERS
from tieling_geo.terminal.parts import missing_layers, new_table, print_missing, shown
from tieling_geo.text import Language, Text

#: Rejected values that the terminal shows a layer; the rest is counted.
MOST_REJECTED = 20
_SET_ASIDE = {
    "total": Text("合计行", "total"),
    "subtotal": Text("小计行", "subtotal"),
    "example": Text("模板示例行", "the template's example"),
    "note": Text("说明行", "remark"),
    "repeated_header": Text("重复的表头", "repeated header"),
    "units": Text("单位行", "units"),
    "no_value": Text("无值单元", "cells without a value"),
}
_VERDICTS = {
    "agrees": Text("相符", "agrees"),
    "contradicts": Text("矛盾", "contradicts"),
    "undecided": Text("无法判断", "undecided"),
}
_FORMS = {
    "": Text("无", "none"),
    "degrees": Text("十进制度", "decimal degrees"),
    "dms": Text("度分秒", "degrees, minutes, seconds"),
    "projected": Text("投影坐标", "projected"),
    "wkt": Text("WKT", "WKT"),
    "geometry": Text("文件自带图形", "the file's geometry"),
}


def layers_record(
    layers: Mapping[str, Layer], language: Language, findings: Sequence[DatumFinding] = ()
) -> dict[str, Any]:
    """Give how each layer was read, its row account, what was rejected, and what is missing."""
    return {
        "layers": [reading_record(layer, language, findings) for layer in layers.values()],
        "missing": missing_layers(layers),
    }


def reading_record(
    layer: Layer, language: Language, findings: Sequence[DatumFinding] = ()
) -> dict[str, Any]:
    """Give how one layer was read, its row account, and what was rejected, as JSON takes it."""
    reading = layer.reading
    return {
        "layer": layer.name,
        "file": layer.source,
        "sha256": layer.sha256,
        "kind": reading.kind,
        "encoding": reading.encoding,
        "sheet": reading.sheet,
        "header_rows": list(reading.header_rows),
        "columns": dict(reading.mapping),
        "unread": list(reading.unread),
        "absent": list(reading.absent),
        "coordinates": list(reading.coordinates),
        "coordinate_form": reading.coordinate_form,
        "crs": reading.crs,
        "datum": layer.card.datum,
        "converted_from": reading.converted_from,
        "datum_check": [to_record(f, language) for f in findings if f.layer == layer.name],
        "rows_in": layer.rows_in,
        "accepted": len(layer.features),
        "rejected": layer.rows_rejected,
        "publisher": layer.card.publisher,
        "reference_date": layer.card.reference_date,
        "is_sample": layer.card.is_sample,
        "accounts": [account_record(account) for account in layer.accounts],
        "notes": [note.to(language) for note in layer.notes],
        "set_aside": [
            {"row": one.row, "kind": one.kind, "value": one.value, "told": one.told.to(language)}
            for one in layer.set_aside
        ],
        "rejected_values": _values(layer.rejected, language),
        "flagged_values": _values(layer.flagged, language),
        "censored_values": [
            {**row, "limit": None if pd.isna(row["limit"]) else row["limit"]}
            for row in layer.censored.drop(columns=["layer", "source"]).to_dict("records")
        ],
    }


def account_record(account: Account) -> dict[str, Any]:
    """Give an account as JSON takes it."""
    return {
        "step": account.step,
        "source": account.source,
        "in": account.rows_in,
        "accepted": account.accepted,
        "rejected": account.rejected,
        "set_aside": account.set_aside,
        "merged": account.merged,
        "control": account.control,
        "control_in": account.control_in,
        "control_accepted": account.control_accepted,
        "control_rejected": account.control_rejected,
        "keys_sha256": account.keys_sha256,
    }


def _values(listed: pd.DataFrame, language: Language) -> list[dict[str, Any]]:
    """Give rejected or flagged values as JSON takes them."""
    return [
        {
            "sheet": row["sheet"],
            "row": int(row["row"]),
            "column": row["column"],
            "cell": row["cell"],
            "value": row["value"],
            "reason": row[f"reason_{language}"],
        }
        for row in listed.to_dict("records")
    ]


def print_layers(
    layers: Mapping[str, Layer], language: Language, findings: Sequence[DatumFinding] = ()
) -> None:
    """Print each layer's row account, then what was rejected and why."""
    console = Console()
    table = new_table(
        language,
        Text("图层检查", "Layers"),
        Text("图层", "layer"),
        Text("文件", "file"),
        Text("读入", "in"),
        Text("接受", "accepted"),
        Text("退回", "rejected"),
        Text("数据日期", "dated"),
    )
    for column in table.columns[2:]:
        column.no_wrap = True
    for layer in layers.values():
        counts = (layer.rows_in, len(layer.features), layer.rows_rejected)
        table.add_row(
            LAYERS[layer.name].card().title.to(language),
            shown(layer.source),
            *map(str, counts),
            layer.card.reference_date or "?",
        )
    console.print(table)
    for layer in layers.values():
        _print_rejected(console, layer, language)
        _print_flagged(console, layer, language)
    _print_datums(console, findings, language)
    print_missing(console, layers, language)


def print_reading(layer: Layer, language: Language, findings: Sequence[DatumFinding] = ()) -> None:
    """Print how one file was understood: encoding, sheet, columns, datum, row account, faults."""
    console = Console()
    title = LAYERS[layer.name].card().title
    table = new_table(
        language,
        Text(f"读取 {layer.source} 为{title.zh}", f"{layer.source} read as {title.en}"),
        Text("项目", "item"),
        Text("结果", "found"),
    )
    for item, found in _reading_rows(layer, language):
        table.add_row(item.to(language), shown(found))
    console.print(table)
    _print_mapping(console, layer, language)
    _print_accounts(console, layer.accounts, language)
    for note in layer.notes:
        console.print(shown(note.to(language)), style="cyan", soft_wrap=True)
    for aside in layer.set_aside:
        kind = _SET_ASIDE[aside.kind]
        told = Text(
            f"第 {aside.row} 行({kind.zh})不作为要素:{aside.value} {aside.told.zh}",
            f"row {aside.row} ({kind.en}) is no feature: {aside.value} {aside.told.en}",
        )
        console.print(shown(told.to(language)), style="cyan", soft_wrap=True)
    _print_rejected(console, layer, language)
    _print_flagged(console, layer, language)
    _print_findings(console, findings, language)


def _reading_rows(layer: Layer, language: Language) -> list[tuple[Text, str]]:
    """Give what was found in a file, item by item; what a file of its kind has not is left out."""
    reading = layer.reading
    rows = [
        (Text("格式", "kind"), reading.kind),
        (Text("编码", "encoding"), reading.encoding),
        (Text("工作表", "sheet"), reading.sheet),
        (Text("表头行", "header rows"), ", ".join(map(str, reading.header_rows))),
        (Text("坐标列", "coordinates"), ", ".join(reading.coordinates)),
        (Text("坐标写法", "written as"), _FORMS[reading.coordinate_form].to(language)),
        (Text("坐标系", "CRS"), reading.crs),
        (Text("声明的基准", "datum stated"), reading.datum),
        (Text("由此转换", "converted from"), reading.converted_from),
        (Text("读入行数", "rows in"), str(layer.rows_in)),
        (Text("接受", "accepted"), str(len(layer.features))),
        (Text("退回", "rejected"), str(layer.rows_rejected)),
        (Text("非要素行", "set aside"), str(sum(one.count for one in layer.set_aside))),
        (Text("存疑值", "doubtful values"), str(len(layer.flagged))),
        (Text("限值(未检出等)", "limits, such as <0.5"), str(len(layer.censored))),
        (Text("SHA-256", "SHA-256"), layer.sha256),
    ]
    return [(item, found) for item, found in rows if found]


def _print_mapping(console: Console, layer: Layer, language: Language) -> None:
    """Print which header carries which column, in the form that `tieling.toml` takes."""
    reading = layer.reading
    titles = {column.name: column.title for column in LAYERS[layer.name].columns()}
    table = new_table(
        language,
        Text("列对应关系", "Columns"),
        Text("表头", "header"),
        Text("列名", "column"),
        Text("含义", "meaning"),
    )
    for name, header in reading.mapping.items():
        table.add_row(shown(header), name, titles[name].to(language))
    for name in reading.absent:
        table.add_row("–", name, titles[name].to(language))
    console.print(table)
    told = Text(
        f'如需更正,请在 tieling.toml 的 [layers.{layer.name}.columns] 写“"表头" = "列名"”',
        f'to change it, write "header" = "column" in [layers.{layer.name}.columns] of tieling.toml',
    )
    console.print(shown(told.to(language)), soft_wrap=True)


def _print_accounts(console: Console, accounts: Sequence[Account], language: Language) -> None:
    """Print the row accounts with their control totals."""
    for account in accounts:
        line = (
            f"{account.step}: {account.rows_in} = {account.accepted} + {account.rejected} "
            f"+ {account.set_aside}"
        )
        if account.control_in is not None:
            line += (
                f"; {account.control}: {account.control_in:.10g} = "
                f"{account.control_accepted:.10g} + {account.control_rejected:.10g}"
            )
        told = Text(
            f"账目 {line}(读入 = 接受 + 退回 + 非要素)",
            f"account {line} (in = accepted + rejected + set aside)",
        )
        console.print(shown(told.to(language)), soft_wrap=True)


def _place(row: Mapping[Any, Any]) -> Text:
    """Say where a value stands: file, sheet, row, column, cell."""
    sheet = row["sheet"]
    cell = f" ({row['cell']})" if row["cell"] else ""
    return Text(
        f"文件 {row['source']}{f' / 工作表“{sheet}”' if sheet else ''} / 第 {row['row']} 行 / "
        f"列“{row['column']}”{cell}:值“{row['value']}” {row['reason_zh']}",
        f"file {row['source']}{f', sheet {sheet!r}' if sheet else ''}, row {row['row']}, "
        f"column {row['column']}{cell}: value {row['value']!r} {row['reason_en']}",
    )


def _print_rejected(console: Console, layer: Layer, language: Language) -> None:
    """Print the first rejected values of a layer, and how many more there are."""
    _print_values(console, layer.rejected, language, "yellow")


def _print_flagged(console: Console, layer: Layer, language: Language) -> None:
    """Print the first values of a layer that were taken but look wrong."""
    if len(layer.flagged):
        told = Text("以下值已接受,但存疑:", "these values were accepted, but look wrong:")
        console.print(told.to(language), style="magenta")
        _print_values(console, layer.flagged, language, "magenta")


def _print_values(console: Console, listed: pd.DataFrame, language: Language, style: str) -> None:
    """Print the first values of a list, and how many more there are."""
    rows = listed.to_dict("records")
    for row in rows[:MOST_REJECTED]:
        console.print(shown(_place(row).to(language)), style=style, soft_wrap=True)
    if len(rows) > MOST_REJECTED:
        more = len(rows) - MOST_REJECTED
        console.print(Text(f"…另有 {more} 处", f"... and {more} more").to(language))


def _print_datums(console: Console, findings: Sequence[DatumFinding], language: Language) -> None:
    """Print what each layer's datum was held against; the evidence of those that contradict."""
    if findings:
        table = new_table(
            language,
            Text("坐标基准核对", "Datums"),
            Text("图层", "layer"),
            Text("参照", "reference"),
            Text("结论", "found"),
        )
        for finding in findings:
            titles = (LAYERS[n].card().title for n in (finding.layer, finding.reference))
            words = [title.to(language) for title in titles]
            table.add_row(*words, _VERDICTS[finding.verdict].to(language))
        console.print(table)
    _print_findings(console, [f for f in findings if f.verdict == "contradicts"], language)


def _print_findings(console: Console, findings: Sequence[DatumFinding], language: Language) -> None:
    """Print what the datum doctor found, layer by layer."""
    for finding in findings:
        style = "red" if finding.verdict == "contradicts" else "cyan"
        console.print(shown(finding.told.to(language)), style=style, soft_wrap=True)
