"""Opening a workspace: what it says is taken exactly, and what nothing would read is refused."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
from hand_made_workspaces import five_boilers, say, say_more

from tieling_geo import workspace
from tieling_geo.errors import WorkspaceError
from tieling_geo.records import ReadOptions
from tieling_geo.schemas import LAYERS
from tieling_geo.text import Text
from tieling_geo.workspace import embedded_folder, open_workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Write a workspace of five boilers."""
    return five_boilers(tmp_path / "workspace")


def refusal(root: Path) -> Text:
    """Return what a workspace is refused with; both languages say something of their own."""
    with pytest.raises(WorkspaceError) as caught:
        open_workspace(root)
    message = caught.value.message
    assert message.zh != message.en
    assert any("\u4e00" <= letter <= "\u9fff" for letter in message.zh)
    return message


def test_the_embedded_workspace_says_that_it_is_a_sample() -> None:
    """Without a folder, the sample that comes with the package is opened, whole."""
    space = open_workspace()
    assert space.is_sample
    assert list(space.layers) == list(LAYERS)
    assert all(source.path.is_file() for source in space.layers.values() if source.path)
    assert space.maps == embedded_folder("maps")
    assert [path.name for path in space.settings] == ["tieling.toml", "tieling_145.toml"]


def test_everything_that_the_file_says_is_taken(root: Path) -> None:
    """Title, day, language, plan, approval number, sample flag, a layer's place, a parameter."""
    (root / "far").mkdir()
    (root / "boilers" / "boilers.csv").rename(root / "far" / "ledger.csv")
    text = (root / "tieling.toml").read_text(encoding="utf-8")
    text = text.replace('language = "zh"', 'language = "en"').replace(
        'map_approval_no = ""', 'map_approval_no = "辽S(2025)1号"\nis_sample = true'
    )
    (root / "tieling.toml").write_text(text, encoding="utf-8")
    say_more(root, '[layers.boilers]\npath = "far/ledger.csv"')
    say_more(root, "[parameters.boilers_in_heating_coverage]\npipe_buffer_m = 300")
    space = open_workspace(root)
    assert space.title == Text("新工作区", "New workspace")
    assert space.as_of == date(2025, 12, 31)
    assert space.language == "en"
    assert space.is_sample
    assert space.map_approval_no == "辽S(2025)1号"
    assert space.layers["boilers"].path == root / "far" / "ledger.csv"
    assert space.layers["parks"].path == root / "parks" / "parks.csv"
    assert space.parameters == {"boilers_in_heating_coverage": {"pipe_buffer_m": 300.0}}
    assert isinstance(space.parameters["boilers_in_heating_coverage"]["pipe_buffer_m"], float)


def test_a_file_that_says_nothing_has_defaults(tmp_path: Path) -> None:
    """An empty `tieling.toml` is a workspace without layers, named after its folder."""
    (tmp_path / "tieling.toml").touch()
    space = open_workspace(tmp_path)
    assert space.title == Text(tmp_path.name, tmp_path.name)
    assert (space.as_of, space.language, space.is_sample, dict(space.layers)) == (
        None,
        "zh",
        False,
        {},
    )
    assert space.plan.name == "tieling_145.toml"


def test_what_is_stated_of_a_file_is_taken(root: Path) -> None:
    """Sheet, header rows, columns, CRS, datum, conversion and repair reach the reader."""
    text = """[layers.boilers]
sheet = "在用"
header_rows = [3, 4]
crs = "EPSG:4550"
datum = "gcj02"
convert = true
repair = true
datum_confirmed = "王工"
[layers.boilers.columns]
"锅炉登记号" = "boiler_id"
[layers.outfalls]
header_rows = [2]"""
    say_more(root, text)
    layers = open_workspace(root).layers
    assert layers["boilers"].options == ReadOptions(
        sheet="在用",
        header_rows=(3, 4),
        columns={"锅炉登记号": "boiler_id"},
        crs="EPSG:4550",
        datum="gcj02",
        convert=True,
        repair=True,
        datum_confirmed="王工",
    )
    assert layers["outfalls"].options.header_rows == (2, 2)
    assert layers["parks"].options == ReadOptions()


def test_a_table_of_a_database(root: Path) -> None:
    """An address is taken apart at once; its name tells neither host nor user."""
    say_more(root, '[layers.boilers]\npath = "postgis://gis@db.local/tieling/public.boilers"')
    source = open_workspace(root).layers["boilers"]
    assert source.path is None
    assert source.card == root / "boilers" / "card.toml"
    assert source.name == "tieling/public.boilers"


@pytest.mark.parametrize(
    "line",
    [
        '[layers.boilers]\npath = "postgis://gis:canary@db/tieling/public.boilers"',
        '[layers.boilers]\npath = "postgis://gis@db/tieling"',
        '[layers.boilers]\npath = "PG:host=db password=canary"',
    ],
)
def test_an_address_that_is_none_is_not_repeated(root: Path, line: str) -> None:
    """A password, a missing table and a connection string are refused without showing them."""
    say_more(root, line)
    message = refusal(root)
    assert "canary" not in message.zh + message.en
    assert "layers.boilers" in message.en


def test_where_results_go(root: Path) -> None:
    """The database for results is stated at the head; a password in it is refused unseen."""
    say(root, 'postgis = "postgis://gis@db/tieling/results"')
    assert open_workspace(root).postgis == "postgis://gis@db/tieling/results"
    path = root / "tieling.toml"
    path.write_text(path.read_text("utf-8").replace("gis@db", "gis:canary@db"), "utf-8")
    assert "canary" not in refusal(root).en


def test_where_openstreetmap_is_asked(root: Path) -> None:
    """Servers of one's own, and how patiently they are asked."""
    say_more(root, '[osm]\noverpass_url = "http://osm.local/api"\ntries = 2')
    osm = open_workspace(root).osm
    assert (osm.overpass_url, osm.tries, osm.timeout_s) == ("http://osm.local/api", 2, None)


def test_files_that_programs_leave_are_no_layers(root: Path) -> None:
    """Excel's lock file, a hidden file: neither is a second ledger."""
    (root / "boilers" / "~$boilers.xlsx").touch()
    (root / "boilers" / ".~lock.boilers.csv#").touch()
    assert open_workspace(root).layers["boilers"].name == "boilers.csv"


@pytest.mark.parametrize("suffix", [".xlsx", ".zip", ".osm", ".osm.bz2", ".osm.pbf", ".XLSX"])
def test_every_kind_of_file_is_found(root: Path, suffix: str) -> None:
    """A layer's file is found by its name, whatever its kind."""
    (root / "parks" / "parks.csv").rename(root / "parks" / f"parks{suffix}")
    assert open_workspace(root).layers["parks"].name == f"parks{suffix}"


def test_own_maps_and_own_plan(root: Path) -> None:
    """A `maps` folder and a plan beside `tieling.toml` take the place of those that come along."""
    bundled = open_workspace(root).plan
    (root / "maps").mkdir()
    (root / "next.toml").write_bytes(bundled.read_bytes())
    text = (root / "tieling.toml").read_text(encoding="utf-8")
    (root / "tieling.toml").write_text(text.replace('"tieling_145"', '"next.toml"'), "utf-8")
    space = open_workspace(root)
    assert space.maps == root / "maps"
    assert space.plan == root / "next.toml"


def test_the_layers_come_in_the_order_of_the_registry(root: Path) -> None:
    """The order of the folders on disk says nothing."""
    here = {path.name for path in root.iterdir() if path.is_dir()}
    assert list(open_workspace(root).layers) == [name for name in LAYERS if name in here]


def test_a_folder_without_the_file(tmp_path: Path) -> None:
    """No `tieling.toml`: the folder is named, and how to make one; not its whole path."""
    message = refusal(tmp_path)
    assert tmp_path.name in message.zh
    assert "tieling-geo init" in message.zh
    assert str(tmp_path) not in message.en


@pytest.mark.parametrize("content", [b"[workspace", b'title_zh = "\xff"', b"a = 1\na = 2"])
def test_a_file_that_is_no_toml(tmp_path: Path, content: bytes) -> None:
    """Broken syntax, bytes that are no UTF-8, and a key that stands twice are refused."""
    (tmp_path / "tieling.toml").write_bytes(content)
    assert "tieling.toml" in refusal(tmp_path).zh


@pytest.mark.parametrize(
    ("line", "named", "known"),
    [
        ('as_off = "x"', "workspace.as_off", "as_of"),
        ('as_of = "2025-12-31"', "workspace.as_of", "2025-12-31"),
        ("as_of = 2025-12-31T00:00:00", "workspace.as_of", "2025-12-31"),
        ("as_of = 2025", "workspace.as_of", "2025-12-31"),
        ("is_sample = 1", "workspace.is_sample", "true"),
        ('is_sample = "true"', "workspace.is_sample", "true"),
    ],
)
def test_keys_and_kinds_of_the_first_table(root: Path, line: str, named: str, known: str) -> None:
    """A key that nothing reads and a value of another kind are refused, with what is known."""
    path = root / "tieling.toml"
    text = path.read_text(encoding="utf-8").replace("as_of = 2025-12-31\n", "", 1)
    path.write_text(text, encoding="utf-8")
    say(root, line)
    message = refusal(root)
    assert named in message.zh
    assert named in message.en
    assert known in message.zh
    assert known in message.en


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("language", '"fr"'),
        ("language", '["zh"]'),
        ("plan", '"tieling_146"'),
        ("plan", '"missing.toml"'),
        ("plan", "145"),
        ("title_zh", "1"),
        ("map_approval_no", "7"),
    ],
)
def test_values_that_are_not_known(root: Path, key: str, value: str) -> None:
    """A language, a plan or a title that is none is refused by the name of its key."""
    path = root / "tieling.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    changed = [f"{key} = {value}" if line.startswith(f"{key} =") else line for line in lines]
    path.write_text("\n".join(changed), encoding="utf-8")
    assert tomllib.loads("\n".join(changed))["workspace"][key] is not None
    assert f"workspace.{key}" in refusal(root).zh


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[layer.boilers]\npath = 'a.csv'", "layer"),
        ("[layers.boiler]\npath = 'a.csv'", "[layers.boiler]"),
        ("[layers.boilers]\nfile = 'a.csv'", "layers.boilers.file"),
        ("[layers.boilers]\npath = 'a.csv'\ncrs = 'x'", "[layers.boilers]"),
        ("[layers.boilers]\npath = 3", "layers.boilers.path"),
        ("[layers.boilers]\ndatum = 'mars'", "[layers.boilers]"),
        ("[layers.boilers]\nconvert = 1", "layers.boilers.convert"),
        ("[layers.boilers]\nheader_rows = [3, 2]", "layers.boilers.header_rows"),
        ("[layers.boilers]\nheader_rows = [0]", "layers.boilers.header_rows"),
        ("[layers.boilers]\nheader_rows = [1, 2, 3]", "layers.boilers.header_rows"),
        ("[layers.boilers.columns]\n'锅炉登记号' = 3", "layers.boilers.columns"),
        ("[osm]\nurl = 'x'", "osm.url"),
        ("[osm]\ntries = 0", "osm.tries"),
        ("[osm]\ntries = '5'", "osm.tries"),
        ("[layers]\nboilers = 'a.csv'", "[layers.boilers]"),
        ("[parameters.boilers]\npipe_buffer_m = 3.0", "[parameters.boilers]"),
        ("[parameters]\nboilers_in_heating_coverage = 3", "[parameters.boilers_in_heating"),
        ("[parameters.boilers_in_heating_coverage]\nbuffer = 3.0", "buffer"),
        ("[parameters.boilers_in_heating_coverage]\npipe_buffer_m = '3'", "pipe_buffer_m"),
        ("[parameters.boilers_in_heating_coverage]\npipe_buffer_m = true", "pipe_buffer_m"),
    ],
)
def test_tables_that_are_not_known(root: Path, text: str, named: str) -> None:
    """An unknown table, layer, analysis or parameter is refused by its name."""
    say_more(root, text)
    message = refusal(root)
    assert named in message.zh
    assert named in message.en


@pytest.mark.parametrize("name", ["workspace", "layers", "parameters"])
def test_a_table_that_is_a_value(tmp_path: Path, name: str) -> None:
    """A known name that holds no table is refused, too."""
    (tmp_path / "tieling.toml").write_text(f"{name} = 3", encoding="utf-8")
    assert name in refusal(tmp_path).en


def test_two_files_of_one_layer(root: Path) -> None:
    """Which of two files is the layer is not ours to guess: both are named."""
    (root / "boilers" / "boilers.geojson").write_text("{}", encoding="utf-8")
    message = refusal(root)
    assert "boilers.csv" in message.zh
    assert "boilers.geojson" in message.zh


def test_a_layer_under_another_name_is_not_passed_over(root: Path) -> None:
    """A folder of a layer's name that holds only a file we would not read is no missing layer."""
    (root / "boilers" / "boilers.csv").rename(root / "boilers" / "锅炉台账.xlsx")
    message = refusal(root)
    assert "锅炉台账.xlsx" in message.zh
    assert ".csv" in message.en


def test_what_lies_beside_a_layer_does_no_harm(root: Path) -> None:
    """Notes, and a shapefile's other parts, are no second layer; a card alone is no layer."""
    for name in ("notes.txt", "scan.pdf", "README.md", ".DS_Store"):
        (root / "boilers" / name).touch()
    (root / "parks" / "parks.csv").unlink()
    for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
        (root / "outfalls" / f"outfalls{suffix}").touch()
    (root / "outfalls" / "outfalls.csv").unlink()
    layers = open_workspace(root).layers
    assert layers["boilers"].name == "boilers.csv"
    assert layers["outfalls"].name == "outfalls.shp"
    assert "parks" not in layers


def test_an_incomplete_installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A package without its embedded folders says so."""
    inside_package = tmp_path / "package" / "workspace" / "opening.py"
    monkeypatch.setattr(workspace.opening, "__file__", str(inside_package))
    with pytest.raises(WorkspaceError, match="incomplete installation: no embedded maps"):
        embedded_folder("maps")


def test_an_installed_package_carries_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of a folder inside the package and one beside it, the one inside is taken."""
    inside = tmp_path / "package" / "_embedded" / "maps"
    inside.mkdir(parents=True)
    (tmp_path / "maps").mkdir()
    inside_package = tmp_path / "package" / "workspace" / "opening.py"
    monkeypatch.setattr(workspace.opening, "__file__", str(inside_package))
    assert embedded_folder("maps") == inside
