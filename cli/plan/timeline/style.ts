/**
 * How the timeline looks, in light and dark. Text stands on `--paper` alone, never on a shade, and has a contrast of
 * 4.5 to 1 and more.
 */
export const TIMELINE_STYLE = `
svg{--paper:#fff;--ink:#1f2328;--muted:#57606a;--grid:#d8dee4;--lane:#f6f8fa;--course:#1f2328;--clock:#9a3412;--bad:#b42318;
--s0:#2f6fd0;--s1:#b26a00;--s2:#7a48c9;--s3:#1a7f37;--s4:#b3317a;--s5:#0e7490;font-family:system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;font-size:12px}
@media(prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--muted:#9ea7b3;--grid:#2b323b;--lane:#151b23;--course:#e6edf3;--clock:#ffab70;--bad:#ff8a80;
--s0:#6ea8ff;--s1:#e0a143;--s2:#b392f0;--s3:#56c271;--s4:#f08cc0;--s5:#4fc3d9}}
text{fill:var(--ink)}
.paper{fill:var(--paper)}.lane{fill:var(--lane)}
.title{font-size:17px;font-weight:600}.strong{font-weight:600}
.muted{fill:var(--muted)}
.level{font-size:11px;text-anchor:end;fill:var(--muted)}
.tick-label{font-size:11px;text-anchor:middle}
.clock-label{text-anchor:middle;fill:var(--clock)}
.length{fill:var(--muted)}
.length,.clock-label{font-size:11px;paint-order:stroke;stroke:var(--paper);stroke-width:4px}
.grid{stroke:var(--grid)}.tick{stroke:var(--grid)}.axis{stroke:var(--muted)}
.course{fill:none;stroke:var(--course);stroke-width:2;stroke-linejoin:round}.dense{stroke-width:.5}
.clock{stroke:var(--clock);stroke-width:1.5;stroke-dasharray:5 3}
.window{fill-opacity:.85}.shade{fill-opacity:.22}
.outage{fill:var(--bad)}.failure{fill:var(--bad)}
.omission{fill:none;stroke:var(--bad);stroke-width:2}
.s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}.s4{fill:var(--s4)}.s5{fill:var(--s5)}
`.trim();
