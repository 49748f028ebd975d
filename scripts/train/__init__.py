"""From recordings and synthetic voices to `models/en`: the recogniser of the coach, trained on a CPU.

Read in this order, which is also the order of the work: `corpus` (whose clip is whose), `lexicon` (words and
phones), `synth` (voices for words that nobody recorded), `align` (when each phone was said), `cuts` (single words
out of sentences), `augment` and `features` (rooms, noise, MFCC), `net` (the network), `frames` (first training: a
phone for every frame), `words` (second training: whole words against everything else), `graph`, `kaldi` and
`export` (the folder that Vosk loads), `evaluate`.
"""
