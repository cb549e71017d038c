"""
The command line: parse words, call the pipeline, print, exit with the error's status.

The only reader of environment variables. Nothing heavy is imported at the top of its modules: the
help comes at once.
"""

from tieling_geo.cli import commands as commands
from tieling_geo.cli import intake as intake
from tieling_geo.cli import planning as planning
from tieling_geo.cli.application import app as app
from tieling_geo.cli.running import main as main
