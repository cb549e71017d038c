"""A workspace: the folder that says where each layer lives and as of which day it is judged."""

from tieling_geo.workspace.opening import OsmSettings as OsmSettings
from tieling_geo.workspace.opening import Workspace as Workspace
from tieling_geo.workspace.opening import embedded_folder as embedded_folder
from tieling_geo.workspace.opening import open_workspace as open_workspace
from tieling_geo.workspace.words import WORKSPACE_FILE as WORKSPACE_FILE
