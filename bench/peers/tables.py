"""How tables and numbers are written in Markdown."""


def table(header, rows):
    """A Markdown table; a header that ends in `>` is a column of numbers."""
    names = [name.rstrip(">").strip() for name in header]
    rules = ["--:" if name.endswith(">") else "---" for name in header]
    lines = [names, rules, *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def ms(value):
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.1f} ms"


def times(value):
    return f"{value:.1f} ×" if value >= 9.95 else f"{value:.2f} ×"


def percent(value):
    return f"{100 * value:.0f}%"


def mib(value):
    return f"{value / 2 ** 20:,.1f} MiB"


def spread(row, invert=False):
    low, high = row["ratio_least"], row["ratio_most"]
    if invert:
        low, high = 1 / high, 1 / low
    return f"{low:.2f} – {high:.2f}"


def verdict(reached):
    return "yes" if reached else "**no**"


def elsewhere(results, section):
    """The machine of a section, if it is not that of the whole."""
    here = results.get("measured_on", {}).get(section)
    main = results.get("machine")
    return here if here and main and any(here[key] != main[key] for key in ("cpu", "kernels")) else None


def named(results, section):
    """A mark behind a value of another machine."""
    there = elsewhere(results, section)
    return f" (on {there['cpu']}, {there['kernels']})" if there else ""
