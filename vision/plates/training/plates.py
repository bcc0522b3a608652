"""Flat Chinese number plates after GA 36: layouts, colours and numbers.

`draw(rng)` gives a random plate, `draw(rng, kind)` one of that kind, `draw(rng, kind, text)` exactly that one. The scene
generator of the detector and the generator of the reader both draw their plates here.
"""
import dataclasses

import cv2
import numpy as np

import glyphs

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
SPECIALS = "学警港澳挂使领试超应急民航"
DIGITS = "0123456789"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and no O
CHARACTERS = PROVINCES + SPECIALS + DIGITS + LETTERS + "O"  # the letter O is only an office of old official plates
COLOURS = ("blue", "green", "yellow", "white", "black")  # the order of the reader's second output

# BGR of new plates; a drawn plate varies around them.
_BLUE, _YELLOW, _WHITE, _BLACK = (170, 75, 15), (25, 180, 245), (235, 238, 238), (28, 26, 26)
_GREEN, _INK, _RED, _PALE = (110, 190, 75), (25, 25, 25), (40, 35, 190), (240, 242, 240)


@dataclasses.dataclass
class Kind:
    colour: str
    size: tuple = (440, 140)  # millimetres
    ground: tuple = _BLUE
    ink: tuple = _PALE
    series: str = "plain"
    share: float = 1.0  # of the plates drawn without a kind


KINDS = {
    "blue": Kind("blue", share=50),
    "yellow": Kind("yellow", ground=_YELLOW, ink=_INK, share=9),
    "learner": Kind("yellow", ground=_YELLOW, ink=_INK, share=3),
    "yellow double": Kind("yellow", (440, 220), _YELLOW, _INK, share=6),
    "trailer": Kind("yellow", (440, 220), _YELLOW, _INK, share=2.5),
    "green": Kind("green", (480, 140), _GREEN, _INK, "green", share=16),
    "green large": Kind("green", (480, 140), _GREEN, _INK, "green", share=4),
    "police": Kind("white", ground=_WHITE, ink=_INK, share=4),
    "armed police": Kind("white", ground=_WHITE, ink=_INK, share=1),
    "military": Kind("white", ground=_WHITE, ink=_INK, share=1),
    "emergency": Kind("white", ground=_WHITE, ink=_INK, share=0.7),
    "airport": Kind("green", ground=(90, 130, 40), ink=_PALE, share=0.7),
    "trial": Kind("white", ground=_WHITE, ink=_INK, share=0.7),
    "border": Kind("black", ground=_BLACK, ink=_PALE, share=2.5),
    "embassy": Kind("black", ground=_BLACK, ink=_PALE, share=1),
    "consulate": Kind("black", ground=_BLACK, ink=_PALE, share=1),
    "old black": Kind("black", ground=_BLACK, ink=_PALE, share=0.7),
}
_SHARES = np.array([kind.share for kind in KINDS.values()])


@dataclasses.dataclass
class Plate:
    picture: np.ndarray  # BGR, 1 millimetre = `scale` pixels
    text: str
    colour: str
    rows: int
    kind: str


def draw(rng, kind=None, text=None, scale=1.0):
    kind = kind or str(rng.choice(list(KINDS), p=_SHARES / _SHARES.sum()))
    text = text or number(rng, kind)
    look = KINDS[kind]
    picture = _ground(rng, look, kind, scale)
    series, weight = _hand(rng, look)
    ink = np.clip(np.array(look.ink) + rng.normal(0, 10, 3), 0, 255)
    if look.series == "green":  # faded, or pale by the paint below
        ink += (np.array(look.ground) - ink) * max(0.0, rng.uniform(-0.3, 0.5))
    red = np.clip(np.array(_RED) + rng.normal(0, 15, 3), 0, 255)
    _border(rng, picture, look, ink, scale)
    for place, (character, (x, y, w, h)) in enumerate(zip(text, layout(kind, len(text)))):
        colour = red if _is_red(kind, text, place) else ink
        _stamp(picture, series, character, [v * scale for v in (x, y, w, h)], colour, weight)
    if look.size[1] == 220:
        _dot(picture, (220, 45), scale, ink)
    elif look.size[0] == 440 and rng.random() < 0.95:
        _dot(picture, _dot_place(kind), scale, ink)
    return Plate(np.clip(picture, 0, 255).astype(np.uint8), text, look.colour, 2 if look.size[1] == 220 else 1, kind)


def _hand(rng, look):
    """Series and boldness of the characters. Makers differ, most of all in new-energy plates, whose strokes are thinner too."""
    if look.series == "plain":
        return "plain", float(rng.choice([0.84, 0.92, 1.0, 1.0, 1.08, 1.18]))
    return ("green" if rng.random() < 0.6 else "plain"), float(rng.choice([0.66, 0.75, 0.84, 0.92, 1.0, 1.1]))


def layout(kind, count):
    """Cells (x, y, w, h) in millimetres, one per character."""
    if KINDS[kind].size == (440, 220):
        return [(110, 15, 80, 60), (250, 15, 80, 60)] + [(27.5 + 80 * i, 90, 65, 110) for i in range(count - 2)]
    if KINDS[kind].size[0] == 480:
        return [(15.5, 25, 45, 90), (69.5, 25, 43, 90)] + [(161.5 + 52 * i, 25, 43, 90) for i in range(count - 2)]
    after = _wide_gap_after(kind)
    if count == 8:  # armed police: narrower cells
        return [(12 + 52.5 * i + (12 if i > after else 0), 25, 42, 90) for i in range(count)]
    return [(15.5 + 57 * i + (22 if i > after else 0), 25, 45, 90) for i in range(count)]


def _wide_gap_after(kind):
    return {"embassy": 3, "armed police": 2}.get(kind, 1)


def _dot_place(kind):
    after = _wide_gap_after(kind)
    return (12 + 52.5 * (after + 1) + 0.5, 70) if kind == "armed police" else (15.5 + 57 * (after + 1) + 5, 70)


def number(rng, kind):
    """A random number that the kind may carry: provinces in equal numbers, and more of what is easily confused."""
    head = _province(rng) + _office(rng)
    if kind in ("green", "green large"):
        energy = str(rng.choice(list("DDDDDFFFABCEGHJK")))
        if kind == "green large":
            return head + _digits(rng, 5) + energy
        return head + energy + str(rng.choice(list(DIGITS * 2 + LETTERS))) + _digits(rng, 4)
    if kind == "police":
        return head + _serial(rng, 4) + "警"
    if kind == "armed police":
        return "WJ" + _province(rng) + _serial(rng, 5)
    if kind == "military":
        return "".join(rng.choice(list("VKHBSLJNGC"), 1)) + str(rng.choice(list(LETTERS))) + _serial(rng, 5)
    if kind == "emergency":
        return head[0] + str(rng.choice(list("XS"))) + _digits(rng, 3) + "应急"
    if kind == "airport":
        return "民航" + str(rng.choice(list(LETTERS))) + _digits(rng, 4)
    if kind == "border":
        return "粤Z" + _serial(rng, 4) + str(rng.choice(["港", "澳"]))
    if kind == "embassy":
        return "使" + _digits(rng, 6)
    tail = {"learner": "学", "trailer": "挂", "consulate": "领", "trial": str(rng.choice(["试", "超"]))}.get(kind, "")
    return head + _serial(rng, 5 - len(tail)) + tail


def _province(rng):
    hard = "京津沪渝湘浙苏皖鲁鄂晋冀吉贵青赣粤辽"
    return str(rng.choice(list(hard if rng.random() < 0.25 else PROVINCES)))


def _office(rng):
    if rng.random() < 0.01:
        return "O"
    return str(rng.choice(list("ABCDE" if rng.random() < 0.25 else LETTERS)))


def _digits(rng, count):
    if rng.random() < 0.12:
        return _repeated(rng, DIGITS, count)
    return "".join(rng.choice(list(DIGITS), count))


def _serial(rng, count):
    """Mostly digits as on the road, sometimes any mixture, sometimes a lucky number."""
    dice = rng.random()
    if dice < 0.10:
        return _repeated(rng, DIGITS, count)
    if dice < 0.40:
        return "".join(rng.choice(list(DIGITS + LETTERS), count))
    return "".join(str(rng.choice(list(LETTERS if rng.random() < 0.25 else DIGITS))) for _ in range(count))


def _repeated(rng, alphabet, count):
    characters = [str(rng.choice(list(alphabet)))]
    while len(characters) < count:
        characters.append(characters[-1] if rng.random() < 0.7 else str(rng.choice(list(alphabet))))
    return "".join(characters)


def _is_red(kind, text, place):
    return (kind in ("police", "emergency") and text[place] in "警应急") or (kind in ("armed police", "military") and place < 2)


def _ground(rng, look, kind, scale):
    width, height = (int(round(v * scale)) for v in look.size)
    colour = np.clip(np.array(look.ground) * rng.uniform(0.85, 1.12) + rng.normal(0, 9, 3), 0, 255)
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = colour
    if kind == "green":  # white above, green below
        palest = rng.uniform(-0.3, 0.1) if rng.random() < 0.65 else rng.uniform(0.2, 0.7)
        ramp = np.clip(np.linspace(palest, rng.uniform(0.9, 1.3), height), 0, 1)[:, None, None]
        ramp = ramp.astype(np.float32)
        picture = np.float32(_WHITE) * (1 - ramp) + picture * ramp
    if kind == "green large":  # yellow behind province and office
        picture[:, : int(137 * scale)] = np.clip(np.array(_YELLOW) + rng.normal(0, 9, 3), 0, 255)
    return picture


def _border(rng, picture, look, ink, scale):
    height, width = picture.shape[:2]
    inset, line = rng.uniform(2.5, 5) * scale, max(1, int(round(rng.uniform(1.5, 3.5) * scale)))
    radius = 8 * scale
    left, top, right, bottom = inset, inset, width - 1 - inset, height - 1 - inset
    turn = np.linspace(0, np.pi / 2, 6)
    corners = ((right - radius, bottom - radius, 0), (left + radius, bottom - radius, 1),
               (left + radius, top + radius, 2), (right - radius, top + radius, 3))
    points = np.array([[cx + radius * np.cos(q * np.pi / 2 + t), cy + radius * np.sin(q * np.pi / 2 + t)]
                       for cx, cy, q in corners for t in turn])
    cv2.polylines(picture, [np.round(points * 16).astype(np.int32)], True, tuple(float(v) for v in ink), line, cv2.LINE_AA, 4)


def _stamp(picture, series, character, cell, ink, weight):
    x, y, w, h = (int(round(v)) for v in cell)
    cover = glyphs.mask(series, character, w, h, weight)[:, :, None]
    area = picture[y:y + h, x:x + w]
    area += (np.float32(ink) - area) * cover


def _dot(picture, place, scale, ink):
    x, y = (int(round(v * scale * 16)) for v in place)
    cv2.circle(picture, (x, y), int(5.5 * scale * 16), tuple(float(v) for v in ink), -1, cv2.LINE_AA, 4)
