import { Markup } from './markup.ts'

/** Two palettes, by what the reader's system prefers; no font and no file from elsewhere. */
export const STYLE: Markup = new Markup(`
:root { color-scheme: light dark; --ground: #ffffff; --panel: #f6f7f9; --line: #dfe3e8; --text: #1c2430; --soft: #66707e;
  --one: #2563c9; --two: #d9730d; --right: #2f8f5b; --wrong: #d03b3b }
@media (prefers-color-scheme: dark) { :root { --ground: #14181e; --panel: #1c2229; --line: #323a45; --text: #e4e8ee;
  --soft: #97a1af; --one: #6ea8ff; --two: #f0a14e; --right: #4fb782; --wrong: #ef6b6b } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1180px; padding: 32px 24px 64px; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 20px; overflow-wrap: anywhere }
h2 { font-size: 18px; margin: 40px 0 12px }
p { color: var(--soft); margin: 0 0 12px }
.tiles { display: flex; flex-wrap: wrap; gap: 12px }
.tile { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 12px 18px; min-width: 130px }
.tile b { display: block; font-size: 24px; font-weight: 600; font-variant-numeric: tabular-nums }
.tile span { color: var(--soft); font-size: 13px }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 350px), 1fr)); gap: 16px }
figure { margin: 0 }
.chart { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px }
.chart figcaption { font-weight: 600; margin-bottom: 6px }
svg { display: block; max-width: 100%; font-family: inherit }
.confusion { max-width: none }
text { fill: var(--text) }
.tick { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums }
.grid { stroke: var(--line) }
.axis { stroke: var(--soft) }
.line { fill: none; stroke-width: 2; stroke-linejoin: round }
.line.series-0 { stroke: var(--one) } .dot.series-0 { fill: var(--one) }
.line.series-1 { stroke: var(--two) } .dot.series-1 { fill: var(--two) }
.legend { display: flex; gap: 18px; margin: 6px 0 0; font-size: 13px }
.legend i { display: inline-block; width: 14px; height: 3px; margin-right: 6px; vertical-align: middle }
i.series-0 { background: var(--one) } i.series-1 { background: var(--two) }
table { border-collapse: collapse; font-size: 14px; margin: 0 0 12px }
th { color: var(--soft); font-weight: 500; text-align: left }
th, td { border-bottom: 1px solid var(--line); padding: 5px 18px 5px 0; vertical-align: top; overflow-wrap: anywhere }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.meter { background: var(--line); border-radius: 4px; height: 8px; margin-top: 7px; width: 160px }
.meter i { background: var(--right); border-radius: 4px; display: block; height: 100% }
.scroll { overflow: auto; margin-bottom: 16px }
.tall { max-height: 560px }
.cell { fill: var(--panel) } .right { fill: var(--right) } .wrong { fill: var(--wrong) } text.on { fill: var(--ground) }
.worst { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 14px }
.worst figure { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; font-size: 13px }
.worst img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; background: var(--line) }
.worst .tiny { image-rendering: pixelated }
.worst figcaption { padding: 8px 10px 10px; overflow-wrap: anywhere }
.worst em { color: var(--wrong); font-style: normal }
.worst small { color: var(--soft); display: block }
code { font: 13px ui-monospace, Menlo, Consolas, monospace }
`)
