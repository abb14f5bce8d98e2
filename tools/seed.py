#!/usr/bin/env python3
"""Checks the pages of a seed folder: `seed.py FOLDER [RAWI]`.

FOLDER has expected.json ("paragraphs", "byline", "must_not_contain") and page-*.html: WordPress, tables and
breaks, and the same in windows-1256. Every page must give exactly the paragraphs, in order, and the byline as
dateline. Pages of other outlets (page-other-*) are copies with edits and are left out.
"""
import json
import subprocess
import sys
from pathlib import Path


def main():
    folder, rawi = Path(sys.argv[1]), (sys.argv[2:] or ["rawi"])[0]
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    pages = [path for path in sorted(folder.glob("page-*.html")) if "other" not in path.name]
    lines = []
    for path in pages:
        html = path.read_bytes().decode("windows-1256" if "1256" in path.name else "utf-8")
        lines.append(json.dumps({"id": path.name, "url": "http://outlet.example/article", "html": html}))
    run = subprocess.run([rawi, "eval", "extract"], input="\n".join(lines), capture_output=True, text=True, check=True)
    failed = False
    for line in run.stdout.splitlines():
        found = json.loads(line)
        whole = found["text"].split("\n\n") == expected["paragraphs"]
        clean = not any(part in found["text"] for part in expected["must_not_contain"])
        dated = found["dateline"] == expected["byline"]
        failed |= not (whole and clean and dated)
        print(f"{found['id']}: paragraphs {whole}, clean {clean}, dateline {dated}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
