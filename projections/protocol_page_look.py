"""How the printed protocol looks: colours, type and the sign of each decision. Paper is always light."""

from __future__ import annotations

from collections.abc import Mapping

CLASSES: Mapping[str, str] = {
    "EMERGENCY": "emergency", "REFER_SAME_DAY": "refer", "PAUSE": "pause", "REQUIRE_CLEARANCE": "clearance",
    "STOP_SESSION": "stop", "HOLD_SESSION": "hold", "MODIFY": "modify", "NOTE": "note", "PROCEED": "proceed",
}

SIGNS: Mapping[str, str] = {
    "emergency": '<path d="M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3z"/><path d="M8 4.8v3.7M8 11.1v.1"/>',
    "refer": '<path d="M6.2 3 2.5 6.6l3.7 3.6M2.8 6.6h7.4a3.3 3.3 0 0 1 0 6.6H7"/>',
    "pause": '<circle cx="8" cy="8" r="6.2"/><path d="M6.3 5.7v4.6M9.7 5.7v4.6"/>',
    "clearance": '<path d="M3.5 1.8h6l3 3v9.4h-9zM9.3 2v3h3"/><path d="m5.8 9.6 1.6 1.6 3-3.2"/>',
    "stop": '<circle cx="8" cy="8" r="6.2"/><path d="M6 6h4v4H6z" fill="currentColor"/>',
    "hold": '<path d="M4 1.9h8M4 14.1h8M5 2v2.4L8 8l3-3.6V2M5 14v-2.4L8 8l3 3.6V14"/>',
    "modify": '<path d="M2 4.6h6.2M11.4 4.6H14M2 11.4h2.6M7.8 11.4H14"/><circle cx="9.8" cy="4.6" r="1.6"/>'
              '<circle cx="6.2" cy="11.4" r="1.6"/>',
    "note": '<path d="M2.5 4h11M2.5 8h11M2.5 12h6.5"/>',
    "proceed": '<path d="M2.5 8h10.6M9 3.8 13.2 8 9 12.2"/>',
}

STYLE = """
:root {
  color-scheme: light; --paper: #f1f4ef; --sheet: #fff; --wash: #e8ede6; --line: #d2d9d0; --margin: #b9c2e8;
  --ink: #13201a; --ink-2: #3f4d46; --ink-3: #56645c; --accent: #2b3fae; --on-solid: #fff;
  --red: #a3121f; --red-wash: #fbe8e6; --plum: #692a77; --plum-wash: #f3e9f5;
  --amber: #7a4700; --amber-wash: #fcefd4; --green: #17643a;
  --sans: -apple-system, "Segoe UI Variable Text", "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial,
  sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Noto Serif", "Liberation Serif", Georgia, serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "Liberation Mono", monospace;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 .9375rem/1.5 var(--sans);
  font-variant-numeric: tabular-nums lining-nums; }
h1, h2, h3, p, ul, dl, dd { margin: 0; padding: 0; }
h1 { font-size: 1.75rem; line-height: 1.15; font-weight: 640; letter-spacing: -.018em; }
h2 { font-size: 1.3125rem; line-height: 1.3; font-weight: 640; margin-block: 2rem .75rem; break-after: avoid; }
h3 { font-size: 1.0625rem; line-height: 1.35; font-weight: 640; }
a { color: var(--accent); } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; inset-inline-start: -99rem; } .skip:focus { inset-inline-start: 1rem;
  background: var(--sheet); }
.sheet { inline-size: 100%; max-inline-size: 62rem; margin: 0 auto; border-collapse: collapse; }
.sheet > * > tr > td { padding: 0 1.5rem; } .about, .id, .hash { font-family: var(--mono); font-size: .85em; }
.about { color: var(--ink-2); overflow-wrap: anywhere; padding-block: .5rem;
  border-block-start: 1px solid var(--line); }
main { padding-block: 2rem; } .lede { display: grid; gap: .5rem; margin-block: 1rem; max-inline-size: 68ch; }
nav ul { list-style: none; columns: 2; } nav li { padding-block: .15rem; }
article { background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; padding: 1rem;
  margin-block-end: .75rem;
  break-inside: avoid; }
.head { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; margin-block-end: .5rem; }
.id { color: var(--accent); font-weight: 600; } .head h3 { flex: 1 1 20rem; }
dl { display: grid; grid-template-columns: 9.5rem minmax(0, 1fr); gap: .15rem .75rem; }
dt { color: var(--ink-3); font-size: .8125rem; padding-block-start: .1rem; } dd { overflow-wrap: anywhere;
  max-inline-size: 72ch; }
dd.said { font-family: var(--serif); border-inline-start: 2px solid var(--margin); padding-inline-start: .6rem; }
.dec { --c: var(--ink-2); --w: var(--sheet); display: inline-flex; gap: .4em; align-items: center;
  padding: .16em .6em .16em .45em;
  font-size: .8125rem; font-weight: 640; white-space: nowrap; color: var(--c); background: var(--w);
  border: 1.5px solid var(--c); border-radius: 3px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.dec svg { inline-size: 1.15em; block-size: 1.15em; fill: none; stroke: currentColor; stroke-width: 1.6;
  stroke-linecap: round; stroke-linejoin: round; }
.dec.emergency, .dec.refer { --c: var(--red); --w: var(--red-wash); }
.dec.pause, .dec.clearance { --c: var(--plum); --w: var(--plum-wash); }
.dec.stop, .dec.hold, .dec.modify { --c: var(--amber); --w: var(--amber-wash); } .dec.proceed { --c: var(--green); }
.dec.emergency, .dec.pause, .dec.stop { background: var(--c); color: var(--on-solid); }
.dec.modify, .dec.note { border-color: transparent; } .dec.note { --w: var(--wash); }
.sign { break-inside: avoid; } .sign dl { grid-template-columns: 14rem minmax(0, 1fr); gap: 0 .75rem;
  margin-block-start: 1rem; }
.sign dt, .sign dd { padding-block: 1.75rem .25rem; } .sign dd { border-block-end: 1px solid var(--ink-3);
  max-inline-size: none; }
@media (max-width: 40rem) { dl, .sign dl { grid-template-columns: 1fr; } nav ul { columns: 1; }
  dd { margin-block-end: .35rem; } }
@page { size: A4; margin: 14mm; }
@media print {
  body { background: #fff; font-size: 9.5pt; } .skip, nav { display: none; } main { padding: 0; }
  .sheet > * > tr > td { padding: 0; } tfoot { display: table-footer-group; } a { color: inherit;
  text-decoration: none; }
}
"""
