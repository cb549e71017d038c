"""What the command line prints: tables for people, plain records for machines."""

from tieling_geo.terminal.layers import MOST_REJECTED as MOST_REJECTED
from tieling_geo.terminal.layers import layers_record as layers_record
from tieling_geo.terminal.layers import print_layers as print_layers
from tieling_geo.terminal.layers import print_reading as print_reading
from tieling_geo.terminal.layers import reading_record as reading_record
from tieling_geo.terminal.lint import findings_record as findings_record
from tieling_geo.terminal.lint import print_findings as print_findings
from tieling_geo.terminal.parts import missing_layers as missing_layers
from tieling_geo.terminal.registry import print_clause as print_clause
from tieling_geo.terminal.registry import print_registry as print_registry
from tieling_geo.terminal.registry import registry as registry
from tieling_geo.terminal.verdicts import print_assessment as print_assessment
