"""Mixtures of voices are voices."""

import random

import numpy as np
import pytest

pytest.importorskip("soundfile")
from scripts.train import neural  # noqa: E402


def test_a_mixture_lies_between_its_voices_and_is_another_one_each_time():
    voices = np.random.default_rng(0).normal(size=(5, 7, 2 * neural.TIMBRE)).astype(np.float32)
    rng = random.Random(3)
    mixtures = [neural._mixture(voices, 4, rng) for _ in range(200)]
    assert len({mixture.tobytes() for mixture in mixtures}) > 150
    used = set()
    for mixture in mixtures:
        shares, *_ = np.linalg.lstsq(voices[:, 4].T, mixture, rcond=None)
        assert shares.sum() == pytest.approx(1, abs=1e-3) and shares.min() > -1e-3
        used |= set(np.flatnonzero(shares > 1e-3))
        assert np.count_nonzero(shares > 1e-3) <= max(neural.BLENDED)
    assert used == set(range(5))


def test_training_never_hears_the_voices_that_are_kept_back(monkeypatch):
    names = [*neural.KEPT_BACK, "af_heart", "bm_lewis", "jf_alpha"]
    styles = {name: np.full((3, 2 * neural.TIMBRE), number, np.float32) for number, name in enumerate(names)}
    monkeypatch.setattr(neural, "_styles", lambda: styles)
    english, others = neural._voices.__wrapped__()
    assert [names[int(style[0, 0])] for style in english] == ["af_heart", "bm_lewis"]
    assert [names[int(style[0, 0])] for style in others] == ["jf_alpha"]
