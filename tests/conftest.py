"""What every test may use."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real data, `TIELING_GEO_REAL_DATA`; skip where it is absent."""
    folder = Path(os.environ.get("TIELING_GEO_REAL_DATA", _BESIDE))
    if not folder.is_dir():
        pytest.skip("no real data: set TIELING_GEO_REAL_DATA to its folder")
    return folder
