#!/usr/bin/env python3
"""Draws which folder of core includes which, as input for Graphviz: docs/rooms.py [root] | dot -Tsvg > docs/rooms.svg

Folders stand in the order of tests/tst_layering.cmake, the lowest at the bottom. An arrow's number is how many headers it takes, its width
follows that; one that leads upwards, or is half of a circle, is red."""

import collections
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
headers = collections.defaultdict(set)
files = collections.Counter()
for path in sorted((root / "core").rglob("*")):
    if path.suffix not in (".h", ".cpp") or path.parent == root / "core":
        continue
    room = path.relative_to(root / "core").parts[0]
    files[room] += 1
    for other, header in re.findall(r'^#include "core/([a-z0-9]+)/([^"]+)"', path.read_text(), re.M):
        if other != room:
            headers[room, other].add(header)

declared = re.search(r"set\(rooms ([a-z ]+)\)", (root / "tests/tst_layering.cmake").read_text())
order = declared.group(1).split() if declared else []
# Where nothing is declared: whoever needs the fewest rooms that do not stand yet is next.
while missing := sorted(set(files) - set(order)):
    order.append(min(missing, key=lambda room: sum(1 for a, b in headers if a == room and b not in order)))
height = {room: at for at, room in enumerate(order)}

print('digraph rooms { rankdir=BT; newrank=true; nodesep=0.35; ranksep=0.35; bgcolor="white";')
print('node [shape=box style="rounded,filled" fillcolor="#eef3fb" color="#5b7bb0" fontname="sans-serif" fontsize=12];')
print('edge [fontname="sans-serif" fontsize=8 fontcolor="#666666" dir=forward];')
for room in order:
    print(f'{room} [label="{room}\\n{files[room]} files"];')
for (room, other), taken in sorted(headers.items()):
    wrong = height[other] > height[room] or (other, room) in headers
    colour = "#cc2222" if wrong else "#7a8aa0"
    print(f'{other} -> {room} [dir=back arrowtail=normal label="{len(taken)}" penwidth={0.6 + 0.25 * len(taken):.2f} color="{colour}"];')
print("}")
