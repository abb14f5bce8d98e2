#!/usr/bin/env python3
"""Which differences between two extractors are beyond noise (paired bootstrap, standard library only).

  bootstrap.py OURS.jsonl THEIRS.jsonl [--gold DIR] [--by source] [--rounds 10000]

Both files are per-page rows as `score.py --per-page` writes them: {"id", "p", "r", "f4", "empty", …}.
Pages are drawn with replacement, the same pages for both; in each draw F4 is the harmonic mean of the
mean precision (over pages with text) and the mean recall, as the scorer has it. A difference is beyond
noise if the interval of 95 % of the draws leaves out 0; else it is a tie. Pages that only have snippets
("with", "without") are compared by the mean of snippets found and snippets kept out.
"""
import argparse
import json
import random
from collections import defaultdict
from pathlib import Path


def rows(path):
    with open(path, encoding="utf-8") as lines:
        return {row["id"]: row for row in map(json.loads, lines)}


def f4(pages):
    text = [page["p"] for page in pages if not page["empty"]]
    precision = sum(text) / len(text) if text else 0.0
    recall = sum(page["r"] for page in pages) / len(pages)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def snippets(pages):
    found = [page["with"] for page in pages if "with" in page]
    kept = [1 - page["without"] for page in pages if "without" in page]
    means = [sum(part) / len(part) for part in (found, kept) if part]
    return sum(means) / len(means) if means else 0.0


def compare(ours, theirs, measure, rounds, rng):
    """The difference, the interval of 95 % of the draws, and the share of draws on the other side of 0."""
    difference = measure(ours) - measure(theirs)
    draws = []
    for _ in range(rounds):
        drawn = rng.choices(range(len(ours)), k=len(ours))
        draws.append(measure([ours[at] for at in drawn]) - measure([theirs[at] for at in drawn]))
    draws.sort()
    low, high = draws[int(rounds * 0.025)], draws[int(rounds * 0.975) - 1]
    return difference, low, high


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ours")
    parser.add_argument("theirs")
    parser.add_argument("--gold", type=Path, help="folder of <id>.json: groups by what they say")
    parser.add_argument("--rounds", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    ours, theirs = rows(arguments.ours), rows(arguments.theirs)
    groups = defaultdict(list)
    for page in sorted(ours.keys() & theirs.keys()):
        groups["all"].append(page)
        if arguments.gold:
            gold = json.loads((arguments.gold / f"{page}.json").read_text("utf-8"))
            source, kind = gold.get("source"), gold.get("kind")
            groups[source].append(page)
            if source in ("zyte", "fundus"):
                groups["NEWS"].append(page)
            if source in ("zyte", "fundus") or (source, kind) == ("wcxb", "article"):
                groups["NEWS + wcxb articles"].append(page)
    print(f"{'group':24}{'pages':>6}{'ours':>9}{'theirs':>9}{'diff':>9}   95 % of the draws")
    for name, pages in sorted(groups.items()):
        full = [page for page in pages if "p" in ours[page] and "p" in theirs[page]]
        measure = f4 if full else snippets
        pages = full or pages
        pair = [[side[page] for page in pages] for side in (ours, theirs)]
        difference, low, high = compare(*pair, measure, arguments.rounds, random.Random(arguments.seed))
        verdict = "tie" if low <= 0 <= high else "ours" if difference > 0 else "theirs"
        print(f"{name:24}{len(pages):6}{measure(pair[0]):9.4f}{measure(pair[1]):9.4f}"
              f"{difference:+9.4f}   [{low:+.4f}, {high:+.4f}]  {verdict}")


if __name__ == "__main__":
    main()
