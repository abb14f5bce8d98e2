#!/usr/bin/env python3
"""Trafilatura (PyPI) behind the protocol of `rawi eval extract`.

Reads {"id","url","html"} lines on stdin and writes {"id","text"} lines, so that a scorer can run both
over the same pages. Needs `pip install trafilatura lxml_html_clean`; rawi itself needs none of this.
"""
import json
import sys

import trafilatura


def main():
    for line in sys.stdin:
        page = json.loads(line)
        try:
            text = trafilatura.extract(page["html"], include_comments=False)
        except Exception as error:  # a page that breaks it is a page without text
            print(page["id"], error, file=sys.stderr)
            text = None
        print(json.dumps({"id": page["id"], "text": text or ""}), flush=True)


if __name__ == "__main__":
    main()
