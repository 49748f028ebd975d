"""Nobody is heard both in training and in the reports."""

import pytest

pytest.importorskip("soundfile")
from scripts.train import corpus

if not (corpus.RECORDINGS / "clips.tsv").exists():
    pytest.skip("the recordings are not here (COACH_RECORDINGS)", allow_module_level=True)

ROWS = corpus.rows()


def test_each_known_speaker_is_in_one_split():
    """Speech Commands shares its speaker codes between the two versions; they count as one person."""
    places = {}
    for row in ROWS:
        if row["speaker"]:
            family = row["source"][:3]
            places.setdefault((family, row["speaker"]), set()).add(corpus.split(row))
    assert {len(found) for found in places.values()} == {1}


def test_the_test_sentences_stay_out_of_training():
    """speechocean762 comes with its own test speakers."""
    assert "train" not in {corpus.split(row) for row in ROWS if row["source"] == "so762-test"}


def test_enough_is_kept_for_the_reports():
    """A tenth of the single stops at least, and not so many that too few are learnt from."""
    stops = [row for row in ROWS if row["source"] == "gsc_test" and row["text"] == "stop"]
    kept = [row for row in stops if corpus.split(row) != "train"]
    assert 0.1 < len(kept) / len(stops) < 0.4


def test_clips_are_read_at_16_kilohertz():
    """Also those of FSDD, which are 8 kHz."""
    row = next(row for row in ROWS if row["source"] == "fsdd")
    assert len(corpus.read(row)) == pytest.approx(float(row["seconds"]) * 16000, abs=20)
