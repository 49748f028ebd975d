"""From recordings and synthetic voices to `models/en`: the recogniser of the coach, trained on a CPU.

Read in this order, which is also the order of the work: `corpus` (whose clip is whose), `lexicon` (words and
phones), `synth` (voices for words that nobody recorded), `align` (when each phone was said), `cuts` (single words
out of sentences), all collected by `prepare`; `augment`, `slots` and `features` (rooms and noise; what may be heard when; MFCC), packed by
`copies`; `net` and `units` (the network and its outputs), `batches` and `parallel` (pieces of the data, on all cores), `frames` (first
training: a phone for every frame), `words` (second training: whole words against everything else); `graph`, `kaldi` and `export` (the
folder that Vosk loads), `evaluate`. The second detector: `neural` and `cries` (more voices), `pretrained` and `spotnet` (the embedding, and
the network on top of it), `spotter`. `__main__` does it all.
"""
