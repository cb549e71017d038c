"""What leaves beside the maps: the dashboard, the evidence, the verdicts and their provenance."""

from tieling_geo.reports.publish import publish as publish
