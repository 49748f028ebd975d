"""What has been said in one utterance, and what of it is new: the words of a partial result stay in it after they were acted on."""

from coach import phrases
from coach.phrases import Intent, Meaning, Window


class Said:
    """One utterance as it grows; `text`, everywhere, is all its words up to now."""

    def __init__(self) -> None:
        self._acted: Meaning | None = None
        self._consumed = ""
        """Its text when something in it was last acted on."""

    def acted_on(self, meaning: Meaning, text: str) -> None:
        """That is done; what is added to the text is new."""
        self._acted, self._consumed = meaning, text

    def rest(self, text: str) -> str:
        """What has been added since something was acted on."""
        return f" {text}".removeprefix(f" {self._consumed}".rstrip())

    def meaning(self, text: str, window: Window) -> Meaning | None:
        """What it means, without what was acted on already: "six" may have become "six or seven".

        Within one utterance a number never becomes a lower one.
        """
        whole, acted = phrases.understand(text, window), self._acted
        if acted is None:
            return whole
        if whole is not None and not whole.alike(acted):
            meaning = whole
        else:
            rest = self.rest(text)
            if not rest.startswith(" ") or (whole is not None and whole.intent is not Intent.STOP):
                return None
            meaning = phrases.understand(rest.strip(), window)
        lower = meaning is not None and None not in (meaning.value, acted.value) and meaning.value < acted.value
        return None if lower else meaning

    def behind(self, stop: tuple[int, str], text: str, window: Window) -> Meaning | None:
        """What is said behind a stop word that was none or the coach's own; neither a number below another, nor the same again."""
        place, word = stop
        consumed = len(self._consumed) if text.startswith(self._consumed) else 0
        meaning = phrases.understand(text[max(place + len(word), consumed) :].strip(), window)
        if meaning is None or meaning.intent is Intent.STOP:
            return meaning
        lower = meaning.value is not None and meaning.value < phrases.highest(text)
        return None if lower or (self._acted is not None and meaning.alike(self._acted)) else meaning


def stops(text: str, meaning: Meaning | None) -> list[tuple[int, str]]:
    """The stop words in an utterance that means that, each with its place: "much" is one only behind what was acted on."""
    found = phrases.stops(text)
    if meaning is not None and phrases.urgent(meaning) and not found:
        return [(len(text) - len(meaning.text) + place, word) for place, word in phrases.stops(meaning.text)]
    return found
