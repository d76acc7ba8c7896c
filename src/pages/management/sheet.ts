/** What the pages with tables and forms have beyond the stylesheet of all. No double quote, ampersand or angle bracket that opens. */
export const managementSheet = `
main.wide{max-inline-size:72rem;padding-inline:clamp(1rem,4vw,2.5rem)}
.desk{display:grid;grid-template-columns:minmax(0,1fr);gap:1.25rem}
.top{display:flex;flex-wrap:wrap;gap:1rem;justify-content:space-between;align-items:center}
.top>.lead{flex:1 1 20rem}
.row{display:flex;flex-wrap:wrap;gap:.75rem 1.25rem;align-items:center;justify-content:space-between}
.row.start{justify-content:flex-start}
.card.row>div{flex:1 1 16rem;display:grid;gap:.125rem}
.areas{display:flex;gap:1.5rem;border-block-end:1px solid var(--line);margin-block-end:1.75rem;overflow-x:auto}
.areas a{padding:.625rem 0;color:var(--muted);text-decoration:none;font-weight:560;border-block-end:.1875rem solid transparent;
margin-block-end:-1px;white-space:nowrap}
.areas a:hover{color:var(--text)}
.areas a[aria-current]{color:var(--text);border-color:var(--accent)}
.tabs{display:flex;flex-wrap:wrap;gap:.5rem}
.tabs a{padding:.375rem .875rem;border-radius:2rem;border:1px solid var(--line);background:var(--surface);color:var(--text);
text-decoration:none;font-size:.9375rem}
.tabs a:hover{border-color:var(--edge)}
.tabs a[aria-current]{background:var(--text);color:var(--surface);border-color:var(--text)}
.filter{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,10rem),1fr));gap:.75rem;align-items:end}
.filter .grow{grid-column:span 2}
.field{display:grid;gap:.375rem;min-inline-size:0}
.field>:is(span,label:first-child){font-size:.875rem;font-weight:560}
:is(.field,.confirm) :is(input:not([type=radio],[type=checkbox]),select,textarea){font:inherit;inline-size:100%;
block-size:auto;min-block-size:2.5rem;margin:0;padding:.4375rem .75rem;border:1px solid var(--edge);
border-radius:calc(var(--radius)*.75);background:var(--surface);color:var(--text)}
.field textarea{resize:vertical;line-height:1.5}
.field textarea.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875rem}
.field [aria-invalid]{border-color:var(--danger);outline-color:var(--danger)}
.choice.inner{padding-inline-start:2.875rem}
.ceiling:has([value=any]:checked) .each{display:none}
table{inline-size:100%;border-collapse:collapse;font-size:.9375rem;overflow-wrap:break-word}
:is(th,td){padding:.75rem .75rem;text-align:start;vertical-align:top;font-weight:400}
thead :is(th,td){white-space:nowrap;padding-block:.5rem;font-size:.8125rem;font-weight:560;color:var(--muted);border-block-end:1px solid var(--line)}
tbody tr+tr{border-block-start:1px solid var(--line)}
tbody th .hint{display:block}
td.act{text-align:end}
.sheet{padding:.5rem .75rem;overflow-x:auto}
.named{display:flex;gap:.75rem;align-items:center}
.named>span:last-child{display:grid;gap:.125rem;justify-items:start;min-inline-size:0}
.named .avatar{inline-size:2.25rem;block-size:2.25rem;font-size:1rem}
.named a{font-weight:600}
.named code{color:var(--muted)}
.tag{display:inline-block;padding:.0625rem .5rem;border-radius:1rem;font-size:.8125rem;font-weight:560;
background:color-mix(in srgb,var(--accent) 14%,transparent)}
.tag.off{background:var(--warning);color:var(--on-warning)}
.lines{display:grid;gap:.5rem}
.who.bare{padding:0}
.who.bare h1{font-size:1.375rem}
code.secret{display:block;padding:.875rem 1rem;border-radius:var(--radius);border:1px dashed var(--edge);
background:var(--ground);font-size:1rem;user-select:all}
a.more{justify-self:center}
td .technical{margin-block-start:.25rem}
td .technical summary{font-size:.8125rem}
.sheet :is(a,.named)>code,.sheet .named code{display:inline-block;max-inline-size:16rem;overflow:hidden;text-overflow:ellipsis;
white-space:nowrap;vertical-align:bottom}
.sheet dd code{overflow-wrap:anywhere}
@media (max-width:46rem){
.filter .grow{grid-column:auto}
thead{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
tbody,tr,:is(th,td){display:block}
tbody tr{padding-block:.75rem}
:is(th,td){padding:.25rem .5rem}
td:empty{display:none}
td[data-label]{display:grid;grid-template-columns:minmax(0,8rem) minmax(0,1fr);gap:.75rem}
td[data-label]::before{content:attr(data-label);color:var(--muted);font-size:.875rem}
td[data-label] .technical{grid-column:1/-1}
td.act{text-align:start}
}
`
  .trim()
  .replaceAll('\n', '')
