"""Oddities of the bureaus that a plan names: variants, misspellings, lists unlike the text's."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from tieling_geo.plan.lint_finding import LintFinding
from tieling_geo.plan.lint_text import PlanText, has_label, listed_bureaus
from tieling_geo.records import Plan
from tieling_geo.text import Text

#: Shorter names differ by one sign and are two bureaus.
_LEAST_LENGTH = 5
_PARTICLES = "和与及"


def find_bureau_variants(plan: Plan, _text: PlanText | None) -> Iterator[LintFinding]:
    """Find names of one bureau in several spellings, and names that look misspelt."""
    times = Counter(name for s in plan.sections.values() for name in dict.fromkeys(s.bureaus))
    for first, second in combinations(times, 2):
        # The rarer spelling is the doubtful one; of two as frequent ones, the later.
        usual, rare = sorted((first, second), key=lambda name: -times[name])
        if plan.bureau_aliases.get(usual) == rare:
            usual, rare = rare, usual
        told = _why_one(usual, rare, plan)
        if told is None:
            continue
        yield LintFinding(
            "bureau_variant",
            "、".join(s.section for s in plan.sections.values() if rare in s.bureaus),
            Text(
                f"“{rare}”({times[rare]} 节)与“{usual}”({times[usual]} 节):{told.zh};照原文保留",
                f"{rare} ({times[rare]} sections) beside {usual} ({times[usual]}): {told.en}; kept "
                "as written",
            ),
        )


def _why_one(usual: str, rare: str, plan: Plan) -> Text | None:
    """Say why two names seem to be of one bureau; None where they do not."""
    aliases = plan.bureau_aliases
    if aliases.get(rare) == aliases.get(usual, ""):
        return None  # each is told beside the usual name
    plain = [_plain(name, plan.city.zh) for name in (usual, rare)]
    found = []
    if plain[0] == plain[1]:
        found.append(Text("只差虚字或地名", "a particle or the city's name is all that differs"))
    elif _is_one_off(*plain):
        found.append(Text("只差一个字,疑有误", "one sign differs, perhaps misspelt"))
    if aliases.get(rare) == usual:
        found.append(Text("已列为别名", "listed as another name"))
    if not found:
        return None
    return Text(",".join(one.zh for one in found), ", ".join(one.en for one in found))


def _plain(name: str, city: str) -> str:
    """Leave out the city and the particles of a name."""
    for place in (city, city.removesuffix("市")):
        if place:
            name = name.replace(place, "")
    return "".join(sign for sign in name.removeprefix("市") if sign not in _PARTICLES)


def _is_one_off(one: str, other: str) -> bool:
    """Tell whether two longer names differ by one sign: changed, added or left out."""
    short, long = sorted((one, other), key=len)
    if len(short) < _LEAST_LENGTH or len(long) - len(short) > 1:
        return False
    start = next(
        (n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short)
    )
    rest = long[start + 1 :]
    return rest in {short[start:], short[start + 1 :]} and one != other


def find_bureau_lists(plan: Plan, text: PlanText | None) -> Iterator[LintFinding]:
    """Find sections whose bureaus are not those of the text, or whose list has another form."""
    if text is None:
        return
    labelled = [name for name in plan.sections if has_label(text.sections.get(name, ""))]
    for name, section in plan.sections.items():
        listed = listed_bureaus(text.sections.get(name, ""))
        if listed != section.bureaus:
            yield LintFinding(
                "bureaus_differ",
                name,
                Text(
                    f"单位名单与文本不同,文本为:{'、'.join(listed) or '无'}",
                    f"the bureaus are not those of the text: {', '.join(listed) or 'none'}",
                ),
            )
        if name in labelled and len(labelled) < len(plan.sections):
            yield LintFinding(
                "bureau_list_form",
                name,
                Text(
                    "单位名单前有“责任单位”字样,其他各节没有",
                    "the list of bureaus begins with a label that other sections do not have",
                ),
            )
