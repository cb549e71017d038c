"""The commands that assess and show: each takes its words, calls the pipeline, and prints."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from tieling_geo.cli.application import app, exit_if, print_json, progress_bar
from tieling_geo.cli.basemaps import (
    AssetsOption,
    BasemapOption,
    CreditOption,
    check_picture,
    tell_map_look,
    to_map_look,
)
from tieling_geo.cli.options import (
    AsOfOption,
    FormatOption,
    LanguageOption,
    WorkspaceOption,
    is_json,
    say,
    to_day,
    to_ids,
    to_language,
)
from tieling_geo.text import Text


@app.command(
    help=say("评估:读图层、判条文、出地图和报告", "assess: layers, verdicts, maps, reports")
)
def assess(  # noqa: PLR0913 - each is an option
    context: typer.Context,
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = "",
    out: Annotated[
        Path, typer.Option("--out", "-o", help=say("输出文件夹", "output folder"))
    ] = Path("out"),
    lang: LanguageOption = "",
    only: Annotated[
        str,
        typer.Option("--only", help=say("只判这些条文,逗号分隔", "only these clauses, by comma")),
    ] = "",
    *,
    plan_text: Annotated[
        Path | None,
        typer.Option(
            "--plan-text",
            help=say(
                "规划原文(纯文本),在转述旁显示原句", "the plan's own text, shown beside our words"
            ),
        ),
    ] = None,
    postgis: Annotated[
        str,
        typer.Option(
            "--postgis",
            help=say(
                "结果另存入数据库 postgis://用户@主机/数据库/模式;默认取工作区的设置",
                "also write results to postgis://user@host/database/schema; "
                "default: what the workspace states",
            ),
        ),
    ] = "",
    assets: AssetsOption = "inline",
    basemap: BasemapOption = "",
    basemap_attribution: CreditOption = "",
) -> None:
    """Assess a workspace and write the products."""
    from tieling_geo.pipeline import assess as run_assessment  # noqa: PLC0415 - heavy
    from tieling_geo.readers.postgis.address import to_postgis_schema  # noqa: PLC0415 - heavy
    from tieling_geo.render import read_maps  # noqa: PLC0415 - heavy
    from tieling_geo.reports import publish  # noqa: PLC0415 - heavy
    from tieling_geo.reports.folder import check_replaceable  # noqa: PLC0415 - heavy
    from tieling_geo.reports.postgis import write_postgis  # noqa: PLC0415 - heavy
    from tieling_geo.terminal import print_assessment  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    day, ids = to_day(as_of), to_ids(only)
    space = open_workspace(workspace)
    space = replace(space, plan_text=plan_text or space.plan_text)
    language = to_language(context, lang, space.language)
    stated = postgis or space.postgis
    database = to_postgis_schema(stated) if stated else None
    target = check_replaceable(out)  # before the work, not after it
    look = to_map_look(
        assets,
        basemap,
        basemap_attribution,
        page_folder=target / "maps",
        within=target.parent,  # what stands in the folder itself is replaced
    )
    drawn = read_maps(space.maps)
    with progress_bar(language) as progress:
        assessment = run_assessment(space, as_of=day, only=ids, maps=drawn, progress=progress)
        words = [f"--as-of {assessment.as_of}", f"--lang {language}"]
        words += [f"--only {','.join(ids)}"] if ids else []
        words += look.words()
        publish(
            assessment,
            out,
            maps=space.maps,
            language=language,
            command=" ".join(["tieling-geo assess", *words]),
            progress=progress,
            assets=look.assets,
            basemap=look.basemap,
        )
        if database is not None:
            write_postgis(assessment, database, language=language)
    print_assessment(assessment, out, language)
    tell_map_look(look, language)
    exit_if(assessment.rows_rejected)


@app.command(
    name="list", help=say("列出图层、分析、条文、地图", "list layers, analyses, clauses, maps")
)
def list_command(
    context: typer.Context,
    workspace: WorkspaceOption = None,
    lang: LanguageOption = "",
    output: FormatOption = "text",
) -> None:
    """List what is registered and what the workspace has."""
    from tieling_geo.terminal import print_registry, registry  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    as_json, space = is_json(output), open_workspace(workspace)
    language = to_language(context, lang, space.language)
    found = registry(space, language)
    if as_json:
        print_json(found)
    else:
        print_registry(found, language)


@app.command(
    name="map",
    help=say("画一幅地图,写成单个网页或图片", "draw one map into a single page or a picture"),
)
def map_command(  # noqa: PLR0913 - each is an option
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=say("地图名称,见 list", "name of the map, see list"))],
    workspace: WorkspaceOption = None,
    as_of: AsOfOption = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help=say(
                "输出文件;.png 为图片,其余为网页;默认 名称.html",
                "file: a picture if it ends in .png, else a page; default NAME.html",
            ),
        ),
    ] = None,
    lang: LanguageOption = "",
    *,
    assets: AssetsOption = "inline",
    basemap: BasemapOption = "",
    basemap_attribution: CreditOption = "",
) -> None:
    """Draw one published map."""
    from tieling_geo.pipeline import assess as run_assessment  # noqa: PLC0415 - heavy
    from tieling_geo.reports.publish import read_map, write_map  # noqa: PLC0415 - heavy
    from tieling_geo.reports.static_map import write_png  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    day, space = to_day(as_of), open_workspace(workspace)
    language = to_language(context, lang, space.language)
    published = read_map(name, space.maps)
    target = out if out is not None else Path(f"{name}.html")
    folder = target.parent
    look = to_map_look(assets, basemap, basemap_attribution, page_folder=folder, within=folder)
    check_picture(target, look)
    is_picture = target.suffix.lower() == ".png"
    with progress_bar(language) as progress:
        drawn = () if is_picture else (published,)  # a picture shows the assessment alone
        assessment = run_assessment(space, as_of=day, maps=drawn, progress=progress)
        if is_picture:
            write_png(assessment, published, target, language=language)
        else:
            write_map(
                assessment,
                published,
                target,
                language=language,
                assets=look.assets,
                basemap=look.basemap,
            )
    typer.echo(str(target))
    tell_map_look(look, language)
    exit_if(assessment.rows_rejected)


@app.command(help=say("生成示例工作区(虚构数据)", "draw a sample workspace (invented data)"))
def sample(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", "-o", help=say("输出文件夹", "output folder"))],
    scale: Annotated[
        float,
        typer.Option("--scale", help=say("规模,1 约 300 台锅炉", "size, 1: about 300 boilers")),
    ] = 1.0,
    seed: Annotated[int, typer.Option("--seed", help=say("随机种子", "random seed"))] = 20251231,
    *,
    force: Annotated[
        bool, typer.Option("--force", help=say("替换已有示例", "replace an earlier sample"))
    ] = False,
    lang: LanguageOption = "",
) -> None:
    """Draw a sample workspace."""
    from tieling_geo.sample import write_sample  # noqa: PLC0415 - heavy

    language = to_language(context, lang)
    write_sample(out, scale=scale, seed=seed, force=force)
    typer.echo(Text(f"示例工作区:{out}", f"sample workspace: {out}").to(language))


@app.command(help=say("解释一条条文如何判定", "explain how a clause is judged"))
def explain(
    context: typer.Context,
    clause: Annotated[str, typer.Argument(help=say("条文编号,如 I01", "clause id, such as I01"))],
    workspace: WorkspaceOption = None,
    lang: LanguageOption = "",
) -> None:
    """Tell what a clause asks and what decides it."""
    from tieling_geo.terminal import print_clause  # noqa: PLC0415 - heavy
    from tieling_geo.workspace import open_workspace  # noqa: PLC0415 - heavy

    space = open_workspace(workspace)
    print_clause(clause, space, to_language(context, lang, space.language))


@app.command(help=say("新建工作区,含带表头的空台账", "make a workspace with header-only ledgers"))
def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help=say("文件夹", "folder"))],
    lang: LanguageOption = "",
) -> None:
    """Make a new workspace."""
    from tieling_geo.template import write_template  # noqa: PLC0415 - heavy

    language = to_language(context, lang)
    files = write_template(folder)
    told = Text(
        f"已新建工作区 {folder},共 {len(files)} 个文件。请填写其中的台账和 card.toml,再运行:",
        f"new workspace {folder}, {len(files)} files; fill in its ledgers and cards, then run:",
    )
    typer.echo(told.to(language))
    typer.echo(f'tieling-geo check --workspace "{folder}"')
