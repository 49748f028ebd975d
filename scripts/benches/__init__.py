"""What `scripts/bench` can measure: every module here with a click command named `command` is one measurement."""
