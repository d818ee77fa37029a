"""The text tiny-gpt was trained on, as Debian's package bible-kjv-text holds it. Needs nothing but Python.

    python3 corpus.py --check     compares the text with ../vocabulary.json, ../validation.npz and ../calibration.npz
    python3 corpus.py             prints what the text consists of
"""

import argparse
import ast
import json
import re
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent
HELD_OUT = 0.05
VERSE_NUMBER = re.compile(r"^\d?[A-Za-z]+\d+:\d+ ")


def read_text():
    """Every verse on a line of its own, without its number."""
    command = ["bible", "-f", "gen1:1-rev22:21"]
    try:
        printed = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout
    except FileNotFoundError:
        sys.exit("The command `bible` was not found: install the Debian packages bible-kjv and bible-kjv-text.")
    verses = printed.decode("ascii").splitlines()
    for verse in verses:
        if not VERSE_NUMBER.match(verse):
            sys.exit(f"Expected a verse with its number, found: {verse!r}")
    return "\n".join(VERSE_NUMBER.sub("", verse) for verse in verses)


def vocabulary_of(text):
    """The characters that occur, in code point order; a character's token is its index."""
    return sorted(set(text))


def split(text):
    """The text to train on and the last part, which is held out."""
    boundary = len(text) - int(len(text) * HELD_OUT)
    return text[:boundary], text[boundary:]


def read_vocabulary():
    return json.loads((SAMPLE / "vocabulary.json").read_text(encoding="utf-8"))


def read_windows(archive, name):
    """An int64 matrix of a .npz file as a list of rows."""
    with zipfile.ZipFile(archive) as file:
        data = file.read(f"{name}.npy")
    if data[:8] != b"\x93NUMPY\x01\x00":
        sys.exit(f"{archive}: {name} is not a NumPy array of format 1.0")
    (length,) = struct.unpack_from("<H", data, 8)
    header = ast.literal_eval(data[10 : 10 + length].decode("latin-1"))
    if header["descr"] != "<i8" or header["fortran_order"] or len(header["shape"]) != 2:
        sys.exit(f"{archive}: {name} should be a row-major int64 matrix, but is {header}")
    rows, columns = header["shape"]
    values = struct.unpack_from(f"<{rows * columns}q", data, 10 + length)
    return [list(values[row * columns : (row + 1) * columns]) for row in range(rows)]


def check(text):
    """Whether the committed vocabulary and windows come from this text; returns what does not."""
    characters = read_vocabulary()
    training, held_out = split(text)
    problems = []

    def decoded(tokens):
        return "".join(characters[token] for token in tokens)

    if vocabulary_of(text) != characters:
        problems.append("vocabulary.json is not the sorted list of the characters of the text")

    inputs = read_windows(SAMPLE / "validation.npz", "tokens")
    targets = read_windows(SAMPLE / "validation.npz", "targets")
    for index, (window, target) in enumerate(zip(inputs, targets, strict=True)):
        if decoded(window + target[-1:]) not in held_out:
            problems.append(f"validation window {index} does not occur in the held-out text")
        if window[1:] != target[:-1]:
            problems.append(f"the targets of validation window {index} are not its tokens moved by one")
        if decoded(window) in training:
            problems.append(f"validation window {index} occurs in the training text as well")

    calibration = read_windows(SAMPLE / "calibration.npz", "tokens")
    for index, window in enumerate(calibration):
        if decoded(window) not in training:
            problems.append(f"calibration window {index} does not occur in the training text")

    print(f"{len(characters)} characters, {len(inputs)} validation windows, {len(calibration)} calibration windows")
    return problems


def main():
    arguments = argparse.ArgumentParser(description="The text of tiny-gpt.")
    arguments.add_argument("--check", action="store_true", help="compare the text with the committed files")
    options = arguments.parse_args()

    text = read_text()
    training, held_out = split(text)
    print(f"{len(text):,} characters: {len(training):,} to train on, {len(held_out):,} held out")
    if not options.check:
        print("".join(vocabulary_of(text)).replace("\n", "\\n"))
        return 0

    problems = check(text)
    for problem in problems:
        print(problem, file=sys.stderr)
    print("Everything matches." if not problems else f"{len(problems)} differences.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
