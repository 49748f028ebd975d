"""A hands-free voice coach for a two-person stretch.

Sound flows one way, in blocks of 10 ms, and the modules read in that order::

    card | room  ->  echo  ->  ears  ->  phrases  ->  session  ->  scheduler  ->  card | room

`loop` passes each block along; `cli` is the thin edge on top.
"""
