"""Words of the part of a map's page that shows its states."""

from tieling_geo.text import Text

STATE_WORDS = {
    "states": Text("时点与口径", "days and parameters"),
    "stateOn": Text("{title}（截至 {day}）", "{title} (as of {day})"),
    "stateOf": Text("时点或口径", "day or parameters"),
    "stateNow": Text("图上所示：", "On the map: "),
    "statePlay": Text("播放各时点", "play the days"),
    "statePause": Text("暂停", "pause"),
    "compare": Text("对比", "Compare"),
    "compareEnd": Text("结束对比", "End comparing"),
    "compareLeft": Text("左", "left"),
    "compareRight": Text("右", "right"),
    "compareNow": Text(
        "图上所示：左 {left}，右 {right}；图例为右侧",
        "On the map: {left} (left), {right} (right); the legend is that of the right",
    ),
    "compareDivider": Text("左右两侧的分界，可用方向键移动", "divider, moved by the arrow keys"),
    "compareChanges": Text("两时点之间的变化", "What changed between the two"),
    "compareCount": Text("要素数", "features"),
    "compareNone": Text("类别有变化的要素", "features whose category changed"),
    "compareSame": Text("类别相同", "same category"),
    "compareOnlyLeft": Text("只在左侧有", "only on the left"),
    "compareOnlyRight": Text("只在右侧有", "only on the right"),
}
