/// The style sheet of a page: light and dark, readable on a phone and on paper.
enum PageStyle {
  static let text = """
    :root{color-scheme:light dark;--page:#fff;--card:#f6f8fa;--text:#1f2328;--faint:#59636e;
    --line:#d8dee4;--grid:#d8dee4;--good:#1a7f37;--bad:#cf222e;
    --s0:#2a78d6;--s1:#e36209;--s2:#1b998b;--s3:#8250df;--s4:#bf8700;--s5:#8c959f}
    @media (prefers-color-scheme:dark){:root{--page:#0d1117;--card:#161b22;--text:#f0f6fc;
    --faint:#9198a1;--line:#30363d;--grid:#262c34;--good:#3fb950;--bad:#f85149;
    --s0:#58a6ff;--s1:#f0883e;--s2:#39c5b4;--s3:#bc8cff;--s4:#d4a72c;--s5:#6e7681}}
    *{box-sizing:border-box}
    body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:70rem;background:var(--page);
    color:var(--text);font:15px/1.5 -apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
    h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem}
    h2{font-size:1.05rem;margin:2rem 0 .5rem}
    p{margin:0 0 .75rem}.faint,figcaption span,.dates,.guide span{color:var(--faint)}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;
    margin:1.25rem 0}
    .tile,.chart,.card{background:var(--card);border:1px solid var(--line);border-radius:8px;
    padding:.75rem 1rem}
    .tile b{display:block;font-size:1.6rem;line-height:1.25;font-weight:600;
    font-variant-numeric:tabular-nums}
    .tile .name{color:var(--faint)}.tile small{color:var(--faint);display:block}
    .good{color:var(--good)}.bad{color:var(--bad)}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));
    gap:.75rem}
    .chart{margin:0;position:relative;outline-offset:2px}
    figcaption{margin-bottom:.5rem}figcaption span{font-size:.85rem}
    .plot{position:relative;height:11rem;margin:.75rem 0 0 3.75rem;cursor:crosshair}
    .plot svg{position:absolute;inset:0;width:100%;height:100%}
    .guide{position:absolute;left:0;right:0;border-bottom:1px solid var(--grid)}
    .guide span{position:absolute;right:calc(100% + .5rem);bottom:-.65rem;font-size:.75rem;
    white-space:nowrap}
    .dates{display:flex;justify-content:space-between;font-size:.75rem;margin:.35rem 0 0 3.75rem}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1rem;margin:.5rem 0 0;padding:0;
    font-size:.8rem;overflow-wrap:anywhere}
    .legend i{display:inline-block;width:.7em;height:.7em;border-radius:2px;margin-right:.4em}
    .s0{fill:var(--s0);background:var(--s0)}.s1{fill:var(--s1);background:var(--s1)}
    .s2{fill:var(--s2);background:var(--s2)}.s3{fill:var(--s3);background:var(--s3)}
    .s4{fill:var(--s4);background:var(--s4)}.s5{fill:var(--s5);background:var(--s5)}
    .saved{fill:var(--good);background:var(--good)}.failed{fill:var(--bad);background:var(--bad)}
    .mark{fill:var(--s0);background:var(--s0)}
    .span{fill:var(--s0);background:var(--s0);opacity:.35}
    .tip{position:absolute;z-index:1;top:2.5rem;pointer-events:none;background:var(--page);
    border:1px solid var(--line);border-radius:6px;padding:.4rem .6rem;font-size:.8rem;
    box-shadow:0 2px 8px #0003;max-width:calc(100% - 2rem)}
    .tip div{display:flex;justify-content:space-between;gap:1rem}
    .cursor{position:absolute;top:0;bottom:0;background:var(--text);opacity:.08;
    pointer-events:none}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
    th,td{padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line);text-align:right;
    white-space:nowrap;font-weight:400}
    th:first-child{text-align:left;white-space:normal;overflow-wrap:anywhere;
    min-width:10rem}
    thead th{color:var(--faint);font-size:.85rem}
    tbody tr:last-child>*{border-bottom:0}
    .bar{display:block;height:4px;border-radius:2px;margin-top:2px}
    .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));
    gap:0 2rem;align-items:start}
    .failure{margin:0 0 .75rem;overflow-wrap:anywhere}
    summary{cursor:pointer;margin:2rem 0 .5rem;font-size:1.05rem;font-weight:700}
    .meter{height:.6rem;border-radius:.3rem;background:var(--line);overflow:hidden;margin:.2rem 0}
    .meter i{display:block;height:100%}
    @media (max-width:40rem){body{padding:1rem .75rem 2rem;font-size:14px}
    .tiles{grid-template-columns:1fr 1fr;gap:.5rem}.tile{padding:.6rem .75rem}
    .tile b{font-size:1.3rem}.chart{padding:.6rem .75rem}
    .plot,.dates{margin-left:3.25rem}}
    @media print{:root{color-scheme:light;--page:#fff;--card:#fff;--text:#000;--faint:#444;
    --line:#bbb;--grid:#ddd;--good:#1a7f37;--bad:#cf222e;--s0:#2a78d6;--s1:#e36209;--s2:#1b998b;
    --s3:#8250df;--s4:#bf8700;--s5:#8c959f}
    body{max-width:none;padding:0;font-size:10pt}.tip,.cursor{display:none}
    *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .tile,.chart,.card,tr{break-inside:avoid}h2{break-after:avoid}
    .charts{grid-template-columns:1fr 1fr}.plot{height:7rem}}
    """
}
