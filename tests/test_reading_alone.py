"""Reading needs neither Django’s settings nor a database: any program can turn saved articles into stories."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCRIPT = """
import json, sys, tempfile
from pathlib import Path
from django.conf import settings
from articles import photos
from articles.ingest.inputs.files import Search
from articles.ingest.inputs.limits import UnpackLimits
from articles.ingest.pool import Plan, read_piece
from articles.ingest.tagging import Vocabulary

plan = Plan(Vocabulary(), 32_000_000, photos.Limits(100_000_000, 150_000_000), media_root=None)
with Search(plan.max_bytes, UnpackLimits(10_000, 10**9, 200), Path(tempfile.mkdtemp())) as search:
    readings = [read_piece(piece, plan) for piece in search.find([Path(sys.argv[1])])]
loaded = [name for name in sys.modules if name.startswith(("django.db", "articles.models"))]
headlines = [reading.story.headline for reading in readings if reading.story]
print(json.dumps({"headlines": headlines, "loaded": loaded, "has settings": settings.configured}))
"""


def test_articles_are_read_in_a_process_without_settings_or_database(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment |= {"PYTHONPATH": str(ROOT), "VAR_DIR": str(tmp_path / "var"), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", SCRIPT, str(ROOT / "fixtures")]
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    found = json.loads(run.stdout)
    assert "Demonstration zone in Qingdao promotes partnership with SCO countries" in found.pop("headlines")
    assert found == {"loaded": [], "has settings": False}
    assert not (tmp_path / "var").exists()  # nor a secret key
