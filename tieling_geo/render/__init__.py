"""Draw results on offline maps: the only user of folium. Nothing here is written to disk."""

from tieling_geo.render.offline import OfflineMap as OfflineMap
from tieling_geo.render.offline import to_html as to_html
from tieling_geo.render.own_layers import packed_layer as packed_layer
from tieling_geo.render.published import read_maps as read_maps
from tieling_geo.render.publishing import draw_published as draw_published
from tieling_geo.render.states import states_left_out as states_left_out
from tieling_geo.render.states import states_of as states_of
from tieling_geo.render.web_map import web_map as web_map
