"""
Tell whether a layer's places are in the datum that its card states, by a reference they must fit.

A shift of 560 m (GCJ-02) is more than any buffer of the plan, and nothing in the numbers shows it.
So each layer is laid over its references (outfalls over rivers, boilers over counties and named
places) once as declared and once for each hypothesis; a clear contradiction stops the run. Nothing
is ever converted here, and where the reference is too coarse to tell, that is said.
"""

from tieling_geo.datum_doctor.examination import check_datums, examine_datums, refuse_contradicted
from tieling_geo.datum_doctor.findings import CandidateFit, DatumFinding, to_record

__all__ = [
    "CandidateFit",
    "DatumFinding",
    "check_datums",
    "examine_datums",
    "refuse_contradicted",
    "to_record",
]
