"""The commands that look at files and fetch them: `check`, `read` and `fetch`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieling_geo.cli.application import app, exit_if, print_json, progress_bar
from tieling_geo.cli.options import (
    FormatOption,
    LanguageOption,
    WorkspaceOption,
    is_json,
    say,
    to_columns,
    to_header_rows,
    to_ids,
    to_language,
)
from tieling_geo.text import Language, Text

if TYPE_CHECKING:
    from tieling_geo.records import Layer

REJECTED_FILE = "rejected.xlsx"


@app.command(
    help=say(
        "检查图层,不作分析;有退回的行则写出 rejected.xlsx 供更正",
        "check the layers; rejected rows go into rejected.xlsx, to be put right",
    )
)
def check(
    context: typer.Context,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = "",
    output: FormatOption = "text",
    rejected: Annotated[
        Path,
        typer.Option("--rejected", help=say("退回清单文件", "file for the rejected rows")),
    ] = Path(REJECTED_FILE),
) -> None:
    """Read every layer and tell what was accepted and rejected, and whether datums agree."""
    from tieling_geo.datum_doctor import (  # noqa: PLC0415 - heavy
        examine_datums,
        refuse_contradicted,
    )
    from tieling_geo.pipeline import prepare, read_layers  # noqa: PLC0415 - heavy
    from tieling_geo.plan import read_plan  # noqa: PLC0415 - heavy
    from tieling_geo.terminal import layers_record, print_layers  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    as_json, space = is_json(output), open_workspace(workspace)
    language = to_language(context, lang, space.language)
    with progress_bar(language) as progress:
        plan = read_plan(space.plan)
        read = read_layers(space, progress=progress)
        findings = examine_datums(read)
    # What the plan and the overrides ask of rows is checked, too; what persons set is not shown.
    checked = prepare(read, plan)
    layers = {**checked.plain, **{n: checked.layers[n] for n in ("overrides",) if n in read}}
    if as_json:
        print_json(layers_record(layers, language, findings))
    else:
        print_layers(layers, language, findings)
    paths = {name: source.path for name, source in space.layers.items() if source.path}
    _write_rejected(layers, paths, rejected, language, quiet=as_json)
    refuse_contradicted(findings)  # once everything is told
    exit_if(sum(layer.rows_rejected for layer in layers.values()))


def _write_rejected(
    layers: dict[str, "Layer"],
    paths: dict[str, Path],
    target: Path,
    language: Language,
    *,
    quiet: bool,
) -> None:
    """Write the rejected rows for the clerk, if there are any, and say where."""
    from tieling_geo.reports.rejected import write_rejected  # noqa: PLC0415 - heavy

    written = write_rejected(layers, target, originals=paths, language=language)
    if written is not None and not quiet:
        told = Text(
            f"退回的行已写入 {written}:出错的单元格标红并附原因,改正后可作为台账重新提交",
            f"rejected rows are in {written}: bad cells are red and say why; put them right and "
            "send the sheet in again",
        )
        typer.echo(told.to(language))


@app.command(help=say("读一个文件,说明会怎样理解它", "read one file and tell how it is understood"))
def read(  # noqa: PLR0913, PLR0917 - a command line has as many options as a file has oddities
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=say("文件", "file"))],
    layer: Annotated[
        str, typer.Option("--as", help=say("作为哪个图层,见 list", "as which layer, see list"))
    ],
    sheet: Annotated[
        str, typer.Option("--sheet", help=say("工作表名称", "name of the sheet"))
    ] = "",
    header_rows: Annotated[
        str,
        typer.Option("--header-rows", help=say("表头行,如 2-3", "rows of the header, such as 2-3")),
    ] = "",
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            help=say("指定列:表头=列名,可重复", "a column: HEADER=COLUMN; may be repeated"),
        ),
    ] = None,
    crs: Annotated[
        str, typer.Option("--crs", help=say("坐标系,如 EPSG:4550", "CRS, such as EPSG:4550"))
    ] = "",
    datum: Annotated[
        str,
        typer.Option("--datum", help=say("坐标基准,如 gcj02", "datum, such as gcj02")),
    ] = "",
    *,
    convert: Annotated[
        bool,
        typer.Option("--convert", help=say("由声明的基准转换", "convert from the stated datum")),
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help=say("修复无效图形", "repair invalid geometry"))
    ] = False,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace",
            "-w",
            help=say("用其图层核对坐标基准", "hold the datum against its layers"),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help=say("接受的行写成 GeoPackage", "accepted rows, as a GeoPackage")
        ),
    ] = None,
    rejected: Annotated[
        Path | None,
        typer.Option("--rejected", help=say("退回清单文件", "file for the rejected rows")),
    ] = None,
    lang: LanguageOption = "",
    output: FormatOption = "text",
) -> None:
    """Read one file as a layer and tell what would happen to it."""
    from tieling_geo.datum_doctor import refuse_contradicted  # noqa: PLC0415 - heavy
    from tieling_geo.pipeline import read_one  # noqa: PLC0415 - heavy
    from tieling_geo.records import ReadOptions  # noqa: PLC0415 - heavy
    from tieling_geo.reports.accepted import check_accepted, write_accepted  # noqa: PLC0415 - heavy
    from tieling_geo.terminal import print_reading, reading_record  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    as_json, language = is_json(output), to_language(context, lang)
    options = ReadOptions(
        sheet=sheet,
        header_rows=to_header_rows(header_rows),
        columns=to_columns(column or []),
        crs=crs,
        datum=datum,
        convert=convert,
        repair=repair,
    )
    if out is not None:
        check_accepted(out)  # before the work, not after it
    space = None if workspace is None else open_workspace(workspace)
    found, findings = read_one(layer, file, options, references=space)
    if as_json:
        print_json(reading_record(found, language, findings))
    else:
        print_reading(found, language, findings)
    if rejected is not None:
        _write_rejected({layer: found}, {layer: file}, rejected, language, quiet=as_json)
    refuse_contradicted(findings)  # once everything is told
    if out is not None:
        write_accepted(found, out)
    exit_if(found.rows_rejected)


@app.command(
    help=say(
        "从 OpenStreetMap 下载图层到工作区(只在此命令下联网)",
        "fetch layers from OpenStreetMap into a workspace; no other command goes online",
    )
)
def fetch(
    context: typer.Context,
    layer: Annotated[str, typer.Option("--layer", help=say("图层,逗号分隔", "layers, by comma"))],
    workspace: Annotated[
        Path,
        typer.Option(
            "--workspace",
            "-w",
            help=say("工作区文件夹;默认为当前文件夹", "workspace folder; default: the current one"),
        ),
    ] = Path(),
    place: Annotated[
        str,
        typer.Option(
            "--place",
            help=say(
                "地名;工作区有县级行政区图层时以其范围为准",
                "a place; if the workspace has counties, their outline is taken",
            ),
        ),
    ] = "",
    *,
    force: Annotated[
        bool, typer.Option("--force", help=say("替换先前下载的图层", "replace fetched layers"))
    ] = False,
    cached: Annotated[
        bool,
        typer.Option(
            "--cached",
            help=say("服务不通时用先前的下载", "use an earlier answer if the service fails"),
        ),
    ] = False,
    lang: LanguageOption = "",
) -> None:
    """Fetch layers from OpenStreetMap."""
    import platformdirs  # noqa: PLC0415 - needed by this command only

    from tieling_geo.pipeline import fetch_osm  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    space = open_workspace(workspace)
    language = to_language(context, lang, space.language)
    with progress_bar(language) as progress:
        fetched = fetch_osm(
            space,
            to_ids(layer) or [],
            place=place,
            force=force,
            use_cache=cached,
            cache_folder=Path(platformdirs.user_cache_dir("tieling-geo")) / "osm",
            progress=progress,
        )
    for one in fetched:
        for note in one.notes:
            typer.echo(f"{one.layer}: {note.to(language)}")
