"""What a rule of the lint finds, and the thresholds and words that the rules go by, as data."""

from dataclasses import dataclass

from tieling_geo.records import Parameter
from tieling_geo.text import Text


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One oddity of a plan. It is told, never mended."""

    rule: str
    place: str
    """Ids of the clauses, a section, or the plan's name."""
    told: Text


@dataclass(frozen=True, slots=True)
class PerHeadBand:
    """How much of a thing one person plausibly makes or uses in a day."""

    words: tuple[str, ...]
    """Words of a clause that say that it is about this thing."""
    title: Text
    least_kg: float
    most_kg: float
    """Closed: exactly so much a person and day is plausible. A litre of water is a kilogram."""
    source: Text
    verified: bool = False


@dataclass(frozen=True, slots=True)
class UnusualTerm:
    """A term that is seldom written so, and the usual one."""

    written: str
    usual: str
    why: Text


_DECLARED = Text("本工具约定", "declared")

#: A cumulative target below this share of another one in its sentence may have slipped a decimal.
SMALLEST_RATIO = Parameter(
    name="smallest_ratio_pct",
    value=5.0,
    unit="%",
    interval="closed",
    title=Text("同句同单位目标之比的下限", "least ratio of two targets in one sentence"),
    source=_DECLARED,
    verified=False,
)
#: A percentage is read as a rounded fraction of at most so many parts (closed); more fit by chance.
MOST_PARTS = 20
#: Every set up to so many members is listed that would round to the same percentage.
LISTED_PARTS = 100
#: A percentage with fewer decimals rounds to some small fraction by chance.
LEAST_DECIMALS = 2
#: A deadline in the year of a document that the plan cites, or the next one, is short notice.
SHORT_NOTICE_YEARS = 1
#: Phrases of fewer signs are repeated as a matter of course.
REPEATED_LENGTH = 8

PER_HEAD_BANDS = (
    PerHeadBand(
        ("污水", "供水", "用水", "再生水"),
        Text("水", "water"),
        1.0,
        220.0,
        Text(
            "本工具约定;上限取 GB/T 50331-2002 各分区居民用水量的最高值(凭记忆)",
            "declared; the upper end is the highest residential use in GB/T 50331-2002 (memory)",
        ),
    ),
    PerHeadBand(
        ("垃圾",),
        Text("垃圾", "waste"),
        0.1,
        2.0,
        Text("本工具约定", "declared"),
    ),
)
#: Units that one sentence should not mix unnoticed.
UNITS_APART = (
    ("%", "percentage_point"),
    ("t", "wan_t"),
    ("t_per_d", "wan_t_per_d"),
    ("mu", "wan_mu"),
    ("mu_times", "wan_mu_times"),
    ("mu", "mu_times"),
    ("wan_mu", "wan_mu_times"),
    ("t_per_h", "mw"),
)
#: Words that point to a list or a measure which must stand somewhere.
SELECTING_WORDS = ("重要", "主要", "重点", "较大")
#: Terms with such a word whose members are laid down elsewhere.
DEFINED_TERMS = ("主要污染物", "主要目标", "重点工作", "重要依据", "主要负责")
#: Words that compare with a threshold.
THRESHOLD_WORDS = ("异常", "偏低", "偏高", "过低", "过高")
#: Urban scopes, longest first: each is another set of polygons. Two spellings may mean one.
URBAN_SCOPES = {
    "城市建成区": "城市建成区",
    "建成区": "城市建成区",
    "城镇": "城镇",
    "城市": "城市",
}
UNUSUAL_TERMS = (
    UnusualTerm(
        "燃料禁烧",
        "燃料禁燃",
        Text("“禁烧”通常指秸秆", "the written word is commonly used of straw"),
    ),
    UnusualTerm(
        "挥发性有机化合物",
        "挥发性有机物",
        Text("标准和排污许可中用后者", "standards and permits use the other"),
    ),
    UnusualTerm(
        "电源使用效率",
        "电能利用效率",
        Text("数据中心的指标通用后者", "the other is usual for data centres"),
    ),
)
