"""Colours in OKLCH turned into sRGB, and their contrast by WCAG 2.2."""

import math

# Björn Ottosson, "A perceptual color space for image processing" (2020): OKLab to linear sRGB.
_TO_LMS = ((1.0, 0.3963377774, 0.2158037573), (1.0, -0.1055613458, -0.0638541728), (1.0, -0.0894841775, -1.2914855480))
_TO_RGB = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
WHITE = "#ffffff"


def colour(lightness: float, chroma: float, hue: float) -> str:
    """Return the colour as #rrggbb; channels outside sRGB are cut off."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    lms = [(row[0] * lightness + row[1] * a + row[2] * b) ** 3 for row in _TO_LMS]
    linear = [sum(weight * value for weight, value in zip(row, lms, strict=True)) for row in _TO_RGB]
    return "#" + "".join(f"{round(255 * _encoded(min(1.0, max(0.0, value)))):02x}" for value in linear)


def _encoded(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def luminance(hexadecimal: str) -> float:
    """Return the relative luminance of #rrggbb, from 0 to 1 (WCAG 2.2, "relative luminance")."""
    channels = [int(hexadecimal[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(hue: float, *, chroma: float, on: str, least: float = 4.5) -> str:
    """Return the lightest colour of a hue that keeps `least` contrast on `on`, which must be light."""
    lightness = 0.62
    while lightness > 0.05:
        found = colour(lightness, chroma, hue)
        if contrast(found, on) >= least:
            return found
        lightness -= 0.01
    return "#000000"
