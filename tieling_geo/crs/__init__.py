"""
Coordinate reference systems and datums: the only room that reprojects or moves coordinates.

`reference_systems` holds the CRSs of the toolkit, `shifted_datums` the shifted degrees of web maps,
`old_datums` the hypotheses for Beijing 1954 and Xi'an 1980, and `candidates` what numbers could be.
"""

from tieling_geo.crs.reference_systems import (
    CHINA_BOUNDS,
    GEOGRAPHIC_CRS,
    WEB_CRS,
    WORKING_CRS,
    check_crs,
    check_metric,
    check_transformation,
    to_degrees,
    to_epsg_crs,
    to_geodesic_area_m2,
    to_geographic_crs,
    to_web_crs,
    to_working_crs,
)
from tieling_geo.crs.shifted_datums import convert_shifted

__all__ = [
    "CHINA_BOUNDS",
    "GEOGRAPHIC_CRS",
    "WEB_CRS",
    "WORKING_CRS",
    "check_crs",
    "check_metric",
    "check_transformation",
    "convert_shifted",
    "to_degrees",
    "to_epsg_crs",
    "to_geodesic_area_m2",
    "to_geographic_crs",
    "to_web_crs",
    "to_working_crs",
]
