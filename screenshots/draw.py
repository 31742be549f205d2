"""Draws the cells of a terminal as a PNG: draw.py CELLS.json PICTURE.png

Lines and blocks are drawn as geometry, so that they meet between cells; all else is DejaVu Sans Mono.
"""

import json
import sys

from PIL import Image, ImageDraw, ImageFont

SIZE = 25
WIDTH, HEIGHT = 15, 30
MARGIN = 24
FONTS = "/usr/share/fonts/truetype/dejavu/"
PAPER, INK = "#12161c", "#d3d9e2"
PALETTE = [
    "#2a313b", "#f2777a", "#8cc98c", "#e8c268", "#7aa9f0", "#cc99e8", "#6cc7cf", "#d3d9e2",
    "#7d8794", "#ff9a9c", "#aee6ae", "#ffdf94", "#a5c8ff", "#e3bdfa", "#98e4ea", "#ffffff",
]
LEVELS = [0, 95, 135, 175, 215, 255]

# Which arms a line character has, and how thick: left, right, up, down.
LINES = {
    "─": (1, 1, 0, 0), "│": (0, 0, 1, 1), "┌": (0, 1, 0, 1), "┐": (1, 0, 0, 1),
    "└": (0, 1, 1, 0), "┘": (1, 0, 1, 0), "├": (0, 1, 1, 1), "┤": (1, 0, 1, 1),
    "┬": (1, 1, 0, 1), "┴": (1, 1, 1, 0), "┼": (1, 1, 1, 1), "━": (2, 2, 0, 0),
    "┃": (0, 0, 2, 2), "╭": (0, 1, 0, 1), "╮": (1, 0, 0, 1), "╰": (0, 1, 1, 0),
    "╯": (1, 0, 1, 0), "╴": (1, 0, 0, 0), "╶": (0, 1, 0, 0),
}


def color(index, usual):
    if index < 0:
        return usual
    if index < 16:
        return PALETTE[index]
    if index < 232:
        index -= 16
        return tuple(LEVELS[part] for part in (index // 36, index // 6 % 6, index % 6))
    return (8 + (index - 232) * 10,) * 3


def draw_line(canvas, arms, x, y, ink):
    middle_x, middle_y = x + WIDTH // 2, y + HEIGHT // 2
    left, right, up, down = (arm * 2 for arm in arms)
    if left:
        canvas.rectangle((x, middle_y - left // 2, middle_x, middle_y + left // 2 - 1), ink)
    if right:
        box = (middle_x - 1, middle_y - right // 2, x + WIDTH - 1, middle_y + right // 2 - 1)
        canvas.rectangle(box, ink)
    if up:
        canvas.rectangle((middle_x - up // 2, y, middle_x + up // 2 - 1, middle_y), ink)
    if down:
        box = (middle_x - down // 2, middle_y - 1, middle_x + down // 2 - 1, y + HEIGHT - 1)
        canvas.rectangle(box, ink)


def draw_block(canvas, text, x, y, ink, paper):
    code = ord(text)
    if text == "▀":
        canvas.rectangle((x, y, x + WIDTH - 1, y + HEIGHT // 2 - 1), ink)
    elif 0x2581 <= code <= 0x2588:
        top = y + HEIGHT - round(HEIGHT * (code - 0x2580) / 8)
        canvas.rectangle((x, top, x + WIDTH - 1, y + HEIGHT - 1), ink)
    elif 0x2589 <= code <= 0x258F:
        canvas.rectangle((x, y, x + round(WIDTH * (0x2590 - code) / 8) - 1, y + HEIGHT - 1), ink)
    else:
        share = {"░": 0.25, "▒": 0.5, "▓": 0.75}[text]
        mixed = tuple(
            round(p + (i - p) * share) for i, p in zip(rgb(ink), rgb(paper), strict=True))
        canvas.rectangle((x, y, x + WIDTH - 1, y + HEIGHT - 1), mixed)


def rgb(value):
    if isinstance(value, tuple):
        return value
    return tuple(int(value[at:at + 2], 16) for at in (1, 3, 5))


def draw_cell(canvas, cell, fonts, x, y):
    ink, paper = color(cell["foreground"], INK), color(cell["background"], PAPER)
    if cell["isReverse"]:
        ink, paper = paper, ink
    if paper != PAPER:
        canvas.rectangle((x, y, x + WIDTH - 1, y + HEIGHT - 1), paper)
    text = cell["text"]
    if text in LINES:
        draw_line(canvas, LINES[text], x, y, ink)
    elif len(text) == 1 and ("\u2580" <= text <= "\u258f" or text in "░▒▓"):
        draw_block(canvas, text, x, y, ink, paper)
    elif text != " ":
        baseline = y + HEIGHT - 8
        canvas.text((x, baseline), text, ink, fonts[cell["isBold"]], anchor="ls")
    if cell["isUnderlined"]:
        canvas.rectangle((x, y + HEIGHT - 4, x + WIDTH - 1, y + HEIGHT - 3), ink)


def main(source, target):
    with open(source, encoding="utf-8") as file:
        screen = json.load(file)
    size = (screen["columns"] * WIDTH + 2 * MARGIN, screen["rows"] * HEIGHT + 2 * MARGIN)
    picture = Image.new("RGB", size, PAPER)
    canvas = ImageDraw.Draw(picture)
    fonts = {
        False: ImageFont.truetype(FONTS + "DejaVuSansMono.ttf", SIZE),
        True: ImageFont.truetype(FONTS + "DejaVuSansMono-Bold.ttf", SIZE),
    }
    for row, cells in enumerate(screen["cells"]):
        for column, cell in enumerate(cells):
            draw_cell(canvas, cell, fonts, MARGIN + column * WIDTH, MARGIN + row * HEIGHT)
    # A palette of 64 holds the smooth edges of the letters and a third of the bytes.
    picture.quantize(64, dither=Image.Dither.NONE).save(target, optimize=True)


main(*sys.argv[1:])
