import { paletteOf } from "../charts/palette.ts";
import type { Theme } from "../charts/chart.ts";

function chartColours(theme: Theme): string {
  const { background, ink, muted, grid, series } = paletteOf(theme);
  const lines = series.map((colour, index) => `--chart-${index + 1}:${colour}`);
  return [
    `--chart-surface:${background}`,
    `--chart-ink:${ink}`,
    `--chart-muted:${muted}`,
    `--chart-grid:${grid}`,
    ...lines,
  ].join(";");
}

const LIGHT = `color-scheme:light;--page:#f5f6f8;--surface:#fff;--ink:#16202e;--muted:#5b6675;--edge:#e1e5eb;--accent:#2456d6;--good:#0a6b48;--bad:#b3261e;--notice:#fff4d6;--notice-ink:#5c4300;${chartColours("light")}`;
const DARK = `color-scheme:dark;--page:#0e1014;--surface:#15181e;--ink:#eef1f5;--muted:#a0a9b6;--edge:#282d36;--accent:#7ba4ff;--good:#5fd3a2;--bad:#ff9389;--notice:#3a2f10;--notice-ink:#ffe2a0;${chartColours("dark")}`;

/** The whole style of the page. Its hash goes into the Content-Security-Policy. */
export const STYLE = `
@font-face{font-family:Inter;font-weight:400;src:url(/metrics/inter-400.woff2) format("woff2");font-display:swap}
@font-face{font-family:Inter;font-weight:600;src:url(/metrics/inter-600.woff2) format("woff2");font-display:swap}
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:400 15px/1.5 Inter,system-ui,sans-serif;font-variant-numeric:tabular-nums}
a{color:var(--accent)}
a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.sheet{max-width:1160px;margin:0 auto;padding:24px 20px 40px}
.top{display:flex;flex-wrap:wrap;gap:12px 24px;align-items:center;justify-content:space-between;margin-bottom:20px}
h1{font-size:22px;line-height:1.3;font-weight:600;margin:0}
h2{font-size:17px;line-height:1.35;font-weight:600;margin:0}
h3{font-size:14px;font-weight:600;margin:0}
.quiet{color:var(--muted);font-size:13px;margin:0}
.periods{display:flex;flex-wrap:wrap;gap:4px;background:var(--edge);padding:3px;border-radius:9px;list-style:none;margin:0}
.periods a{display:block;padding:5px 12px;border-radius:7px;color:var(--ink);text-decoration:none;font-size:14px}
.periods a[aria-current]{background:var(--surface);font-weight:600}
.choice{display:flex;flex-direction:column;gap:8px;align-items:flex-end}
.choice .dates{margin:0}
.choice .dates .periods{margin-top:8px}
.days{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center;margin-top:8px;font-size:14px}
.days input,.days select{font:inherit;color:var(--ink);background:var(--surface);border:1px solid var(--edge);border-radius:7px;padding:4px 8px}
.banner{background:var(--notice);color:var(--notice-ink);padding:8px 20px;text-align:center;font-size:14px;margin:0}
.complaint{background:var(--surface);border-left:4px solid var(--bad);border-radius:6px;padding:12px 16px;margin:0 0 20px}
.complaint p{margin:0}
.cards{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:14px;margin:0 0 14px;padding:0;list-style:none}
.panel{background:var(--surface);border:1px solid var(--edge);border-radius:12px;padding:16px 18px;min-width:0}
.card{display:flex;flex-direction:column;gap:2px}
.card h2{font-size:14px;font-weight:400;color:var(--muted)}
.value{font-size:27px;line-height:1.25;font-weight:600;margin:0;overflow-wrap:anywhere}
.value.unknown{font-size:20px;color:var(--muted);font-weight:400}
.change{font-size:13px;margin:0}
.good{color:var(--good)}.bad{color:var(--bad)}.neutral{color:var(--muted)}
.sparkline{display:block;width:100%;height:32px;margin-top:auto;padding-top:6px;box-sizing:content-box}
.charts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:14px;margin-bottom:14px}
.charts .panel:first-child{grid-column:1/-1}
.panel header{display:flex;flex-wrap:wrap;gap:2px 16px;justify-content:space-between;align-items:baseline;margin-bottom:8px}
.drawing svg{display:block;width:100%;height:auto;font-family:inherit}
.middle,.narrow{display:none}
details{margin-top:8px;font-size:14px}
summary{cursor:pointer;color:var(--muted);width:fit-content}
.scroll{overflow:auto;max-height:340px;margin-top:8px}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{padding:6px 14px 6px 0;text-align:left;border-bottom:1px solid var(--edge);white-space:nowrap}
th{font-weight:600;color:var(--muted);font-size:13px}
td.right,th.right{text-align:right;padding-right:0;padding-left:14px}
td.route{white-space:normal;overflow-wrap:anywhere;min-width:150px}
.today{margin-bottom:14px}
.facts{display:flex;flex-wrap:wrap;gap:10px 32px;margin:12px 0 0}
.facts div{min-width:90px}
.facts dt{color:var(--muted);font-size:13px}
.facts dd{margin:0;font-size:19px;font-weight:600}
footer{color:var(--muted);font-size:13px;margin-top:20px;display:flex;flex-wrap:wrap;gap:8px 24px;justify-content:space-between;align-items:center}
footer p{margin:0}
button{font:inherit;font-weight:600;color:var(--surface);background:var(--accent);border:0;border-radius:8px;padding:9px 18px;cursor:pointer}
button.plain{background:none;color:var(--muted);font-weight:400;padding:0;font-size:13px;text-decoration:underline}
.door{max-width:440px;margin:12vh auto 0}
.door form,.door .panel{display:grid;gap:12px}
label{font-weight:600;font-size:14px}
input{font:inherit;width:100%;padding:9px 12px;border:1px solid var(--muted);border-radius:8px;background:var(--page);color:var(--ink)}
pre{background:var(--page);border:1px solid var(--edge);border-radius:8px;padding:14px;overflow:auto;font-size:13px;line-height:1.6;margin:10px 0}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.93em}
@media (max-width:980px){.cards{grid-template-columns:repeat(2,minmax(0,1fr))}.charts{grid-template-columns:minmax(0,1fr)}.wide{display:none}.middle{display:block}}
@media (max-width:560px){.sheet{padding:18px 14px 32px}.middle{display:none}.narrow{display:block}.cards{gap:10px}.panel{padding:13px 14px}.value{font-size:22px}.value.unknown{font-size:17px}.mean{display:none}th,td{padding-right:8px}td.right,th.right{padding-left:6px}}
@media print{:root{${LIGHT};--page:#fff}.periods,details,footer form,.banner a{display:none}.sheet{max-width:none;padding:0}.panel{break-inside:avoid}}
`;
