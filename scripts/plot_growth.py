#!/usr/bin/env python3
"""Prints Markdown tables and Mermaid plots of the curves in a Google Benchmark JSON file.

Usage: plot_growth.py growth.json. Benchmarks are named Growth/CURVE/POINT/...; of the repetitions of
a point the quickest counts. Plotted is processor time, which other programs on the machine hardly
change, and wall time where threads are counted.
"""
import datetime
import json
import sys


def cpu_name():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown CPU"


def curves(document):
    """{curve: {point: (wall ms, CPU ms)}}, both the least of all repetitions."""
    found = {}
    for row in document["benchmarks"]:
        if row.get("run_type") == "aggregate" or row.get("error_occurred"):
            continue
        _, curve, point = row["name"].split("/")[:3]
        wall, cpu = found.setdefault(curve, {}).get(int(point), (float("inf"), float("inf")))
        found[curve][int(point)] = (min(wall, row["real_time"]), min(cpu, row["cpu_time"]))
    return found


def print_curve(curve, points):
    rows = sorted(points.items())
    by_wall = curve == "threads"
    print(f"### {curve}\n")
    print(f"| {curve} | wall ms | processor ms |\n|---|---|---|")
    for point, (wall, cpu) in rows:
        print(f"| {point} | {wall:.1f} | {cpu:.1f} |")
    values = [round(wall if by_wall else cpu, 1) for _, (wall, cpu) in rows]
    print("\n```mermaid\nxychart-beta")
    print(f"    x-axis \"{curve}\" [{', '.join(str(point) for point, _ in rows)}]")
    print(f"    y-axis \"{'wall' if by_wall else 'processor'} ms\" 0 --> {max(values) * 1.1:.0f}")
    print(f"    line [{', '.join(str(v) for v in values)}]\n```\n")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    print(f"{datetime.date.today()}, {cpu_name()}, {document['context']['num_cpus']} cores.\n")
    for curve, points in curves(document).items():
        print_curve(curve, points)


if __name__ == "__main__":
    main()
