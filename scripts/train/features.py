"""MFCC features as Vosk computes them, and the packed training data: one long stream of frames with two labels each.

Training cuts random pieces from the stream, so clips of strangers follow one another without any padding.
"""

from dataclasses import dataclass
from multiprocessing import Pool

import kaldi_native_fbank
import numpy as np

from . import lexicon
from .augment import Surroundings, augment
from .corpus import RATE
from .slots import SILENCE, SPEECH, slot_of

DIM = 40
HOP = RATE // 100
HIGHEST = -400  # Hz, from half the rate
CONF = f"""--use-energy=false
--num-mel-bins=40
--num-ceps=40
--low-freq=20
--high-freq={HIGHEST}
--sample-frequency=16000
--dither=0
"""


def options():
    """The same settings as CONF, for kaldi-native-fbank."""
    opts = kaldi_native_fbank.MfccOptions()
    opts.frame_opts.dither = 0
    opts.frame_opts.samp_freq = RATE
    opts.frame_opts.snip_edges = True
    opts.frame_opts.window_type = "povey"
    opts.num_ceps = opts.mel_opts.num_bins = DIM
    opts.mel_opts.low_freq, opts.mel_opts.high_freq = 20, HIGHEST
    opts.use_energy = False
    return opts


def mfcc(sound):
    """(frames, 40) float32, a frame every 10 ms, from samples at int16 scale."""
    online = kaldi_native_fbank.OnlineMfcc(options())
    online.accept_waveform(RATE, np.asarray(sound, np.float32))
    online.input_finished()
    frames = [online.get_frame(i) for i in range(online.num_frames_ready)]
    return np.array(frames, np.float32).reshape(-1, DIM)


@dataclass
class Packed:
    """`frames` (n, 40) float16; `phone` (n,) class of lexicon.phones() or -1 for unknown; `slot` (n,) see slots.py."""

    frames: np.ndarray
    phone: np.ndarray
    slot: np.ndarray

    def save(self, path):
        np.savez(path, frames=self.frames, phone=self.phone, slot=self.slot, words=lexicon.words())

    @classmethod
    def load(cls, path):
        """Raises ValueError for a file whose slots are those of other words."""
        with np.load(path) as data:
            if list(data.get("words", ())) != lexicon.words():
                raise ValueError(f"{path} was packed for other words (lexicon.py). Delete it, and it is made anew.")
            return cls(data["frames"], data["phone"], data["slot"])


def labels(clip, count, speed, before, talk=False):
    """The phone and the slot of each of `count` frames of an augmented clip; around its words may be `talk` of others."""
    phone = np.full(count, -1 if clip.source == "s2i" else 0, np.int8)  # coffee orders come without a transcript
    slot = np.full(count, SILENCE if clip.text and not talk else SPEECH, np.int16)

    def place(first, last):
        return slice(*(max(0, round(frame / speed + before / HOP)) for frame in (first, last)))

    for name, first, last in clip.phones:
        phone[place(first, last)] = PHONE[name]
    following = [name for name, *_ in clip.words[1:]] + [""]
    for (name, first, last), after in zip(clip.words, following):
        slot[place(first, last)] = slot_of(name, after)
    return phone, slot


PHONE = {name: number for number, name in enumerate(lexicon.phones())}

_surroundings = None


def _start(surroundings):
    global _surroundings
    _surroundings = surroundings


def _features(job):
    clip, seed = job
    rng = np.random.default_rng(seed)
    sound, speed, before, talk = augment(clip.sound, _surroundings, rng, clip.synthetic)
    frames = mfcc(sound)
    frames = frames[: len(frames) // 3 * 3]
    return frames.astype(np.float16), *labels(clip, len(frames), speed, before, talk)


def pack(clips, surroundings, seed):
    """One augmented copy of every clip, in random order."""
    order = np.random.default_rng(seed).permutation(len(clips))
    jobs = ((clips[i], (seed, int(i))) for i in order)
    with Pool(2, _start, (surroundings,)) as pool:
        parts = list(pool.imap(_features, jobs, 50))
    return Packed(*(np.concatenate(column) for column in zip(*parts)))


def surroundings(clips):
    """Noise and talk of the training speakers; a clip without words is noise unless it is talk."""
    noises = [clip.sound.astype(np.float32) for clip in clips if not clip.text and clip.source in ("noise", "gsc_test")]
    calls = set(lexicon.ALONE)  # an actor's "stop!" is not what to learn to miss
    talkers = [clip for clip in clips if clip.source in ("so762-train", "s2i") or (clip.source == "acted" and not calls & set(clip.text))]
    talk = [clip.sound.astype(np.float32) for clip in talkers]
    return Surroundings(noises, talk)
