import type { Theme } from './options.js'

/** A double quote in a `style` element would be escaped, and mean nothing to the browser. */
const single = (value: string) => value.replaceAll('"', "'")

const property = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The host's custom properties, to be put after those of the stylesheet. */
function themeRules(theme: Partial<Theme>): string {
  const rules = (scheme: 'light' | 'dark') =>
    Object.entries(theme)
      .map(([name, value]) => `${property(name)}:${single(typeof value === 'string' ? value : value[scheme])};`)
      .join('')
  if (Object.keys(theme).length === 0) return ''
  return `:root{${rules('light')}}@media (prefers-color-scheme:dark){:root{${rules('dark')}}}`
}

export const styleOf = (theme: Partial<Theme>): string => sheet + themeRules(theme)

/** The colours of both schemes keep text at 4.5 to 1 or better. No double quote, ampersand or angle bracket that opens. */
export const sheet = `
:root{color-scheme:light dark;
--accent:#2450d8;--on-accent:#fff;--ground:#f3f3f1;--surface:#fff;--text:#17181b;--muted:#5a5d66;--line:#dfdfda;
--edge:#85888f;--warning:#fdf1da;--on-warning:#6b3c00;--danger:#b0251c;--good:#1b6a3d;
--radius:.75rem;--font:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans','Hiragino Sans',sans-serif}
@media (prefers-color-scheme:dark){:root{
--accent:#93b4ff;--on-accent:#0a1a40;--ground:#0e0f11;--surface:#191b1f;--text:#eeeef0;--muted:#a7abb5;--line:#303339;
--edge:#7b808a;--warning:#2e2411;--on-warning:#ffcf8a;--danger:#ff9e95;--good:#86d9a6}}
*,::before,::after{box-sizing:border-box}
html{font:clamp(100%,.85rem + .22vw,1.5rem)/1.5 var(--font);background:var(--ground);color:var(--text);
-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-block-size:100vh;min-block-size:100dvh;display:flex;flex-direction:column;overflow-wrap:anywhere}
h1,h2,h3,p,ul,dl,dd,fieldset,legend{margin:0;padding:0}
ul{list-style:none}
fieldset{border:0;min-inline-size:0}
h1{font-size:1.5rem;line-height:1.25;letter-spacing:-.02em;font-weight:680;text-wrap:balance}
h2,legend{font-size:1rem;line-height:1.4;font-weight:640;letter-spacing:-.005em}
a{color:var(--accent);text-underline-offset:.2em;text-decoration-thickness:.06em}
a:hover{text-decoration-thickness:.12em}
time{unicode-bidi:isolate}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875em}
svg{display:block;flex:none;inline-size:1.25em;block-size:1.25em}
input{accent-color:var(--accent);inline-size:1.125rem;block-size:1.125rem;margin:.1875rem 0 0;flex:none}
:is(a,button,input,select,summary,textarea){scroll-margin-block:1.5rem}
:focus-visible{outline:.1875rem solid var(--accent);outline-offset:.125rem}
.unseen{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.hint{color:var(--muted);font-size:.875rem;line-height:1.45}
.good{color:var(--good)}
header{padding:1.25rem clamp(1rem,4vw,2.5rem)}
.brand{display:flex;align-items:center;gap:.625rem;font-weight:640;letter-spacing:-.01em}
.brand img{block-size:1.75rem;inline-size:auto;max-inline-size:9rem;object-fit:contain}
main{inline-size:100%;max-inline-size:34rem;margin:auto;padding:.25rem 1rem 3rem}
main.wide{max-inline-size:48rem;margin-block-start:0}
.card{background:var(--surface);border:1px solid var(--line);border-radius:calc(var(--radius)*1.5);
padding:clamp(1.25rem,5vw,2.25rem);display:grid;grid-template-columns:minmax(0,1fr);gap:1.5rem;
box-shadow:0 1px 2px rgb(0 0 0/.04),0 .75rem 2rem -.75rem rgb(0 0 0/.12)}
.card>form{display:contents}
.avatar{display:grid;place-items:center;flex:none;inline-size:3rem;block-size:3rem;overflow:hidden;
border-radius:28%;font-size:1.25rem;font-weight:680;background:var(--text);color:var(--surface)}
.avatar:has(img){position:relative;outline:1px solid var(--line);outline-offset:-1px}
.picture{position:absolute;inset:0;display:grid;place-items:center}
.picture img{zoom:4;max-inline-size:100%;max-block-size:100%;aspect-ratio:1;object-fit:contain;background:#fff}
.avatar.big{inline-size:4rem;block-size:4rem;font-size:1.75rem}
.tone-0{background:#3450c4;color:#fff}.tone-1{background:#7b3fb3;color:#fff}.tone-2{background:#a62e5c;color:#fff}
.tone-3{background:#98480f;color:#fff}.tone-4{background:#256b49;color:#fff}.tone-5{background:#1c697a;color:#fff}
.intro{display:grid;gap:.75rem;justify-items:center;text-align:center}
.pair{display:flex;align-items:center;gap:.75rem;margin-block-end:.5rem;color:var(--muted)}
.pair i{inline-size:2.25rem;border-block-start:.125rem dotted var(--edge)}
.badge{display:inline-flex;align-items:center;gap:.375rem;font-size:.875rem;line-height:1.4;text-align:start}
.badge.unverified{color:var(--on-warning);background:var(--warning);border-radius:1.25rem;padding:.25rem .75rem}
.badge.verified{color:var(--good);font-weight:560}
.badge.bare{background:none;padding:0}
.note{display:flex;gap:.75rem;padding:.875rem 1rem;border-radius:var(--radius);border:1px solid var(--line)}
.note>div{display:grid;gap:.125rem;min-inline-size:0}
.note p:first-child{font-weight:560}
.note svg{margin-block-start:.125rem;color:var(--muted)}
.note.warning{background:var(--warning);color:var(--on-warning);border-color:transparent}
.note.warning :is(svg,.hint){color:inherit}
.note.danger{border-color:var(--danger);background:color-mix(in srgb,var(--danger) 8%,var(--surface))}
.note.danger :is(svg,p:first-child){color:var(--danger)}
.note.danger .hint{color:var(--text)}
.note.alert{border:.125rem solid var(--danger)}
.note.alert :is(svg,p:first-child){color:var(--danger)}
.group{display:grid;grid-template-columns:minmax(0,1fr);gap:.625rem}
.group>legend{margin-block-end:.625rem}
legend+.hint{margin-block-start:-.5625rem}
.choices{border:1px solid var(--line);border-radius:var(--radius);overflow:hidden auto;max-block-size:none}
.choices.long{max-block-size:20.25rem}
.choices>li{border-block-start:1px solid var(--line);margin-block-start:-1px}
.choice{display:flex;gap:.75rem;padding:.75rem 1rem;cursor:pointer}
.choice>span{display:grid;gap:.125rem;min-inline-size:0;flex:1}
.choice:hover{background:color-mix(in srgb,var(--text) 4%,transparent)}
.choice:has(:focus-visible){outline:.1875rem solid var(--accent);outline-offset:-.1875rem}
.choice:has(:focus-visible) :focus-visible{outline:0}
.choice:has(:disabled){cursor:default;background:none}
.choice.lacking{color:var(--muted)}
.choice:has(input[type=radio]:checked){background:color-mix(in srgb,var(--accent) 9%,transparent)}
.labels{display:flex;flex-wrap:wrap;gap:.125rem .75rem;font-size:.8125rem;line-height:1.5;color:var(--muted)}
.labels .sensitive{display:inline-flex;align-items:center;gap:.25rem;color:var(--danger);font-weight:600}
.labels:empty{display:none}
.brings{margin-inline-start:1.5625rem;border-inline-start:.125rem solid var(--line);margin-block-end:.625rem}
.brings .choice{padding-block:.375rem}
.brings .brings{margin-block-end:0}
.mark,.caption{display:none;color:var(--good)}
.mark{margin-block-start:.0625rem}
.caption{padding:.125rem 1rem;font-size:.8125rem;color:var(--muted)}
.scope:has(>.choice>:checked)>.brings .choice>input{display:none}
.scope:has(>.choice>:checked)>.brings .choice{cursor:default;background:none}
.scope:has(>.choice>:checked)>.brings .mark,.scope:has(>.choice>:checked)>.brings>.caption{display:block}
.scope:has(>.choice>:checked)>.brings .brings{margin:0;border:0}
.scope:has(>.choice>:checked)>.brings .brings>.caption{display:none}
.access{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,12rem),1fr));gap:.625rem;margin-block-end:.25rem}
.access .choice{border:1px solid var(--line);border-radius:var(--radius)}
.access .choice:has(:checked){border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
.group:has([name=access][value=read_only]:checked) :is(.more>.choice,.more>.brings>.caption){display:none}
.group:has([name=access][value=read_only]:checked) .more:not(:has(.scope:not(.more))){display:none}
.group:has([name=access][value=read_only]:checked) .heading:not(:has(.scope:not(.more))){display:none}
.group:has([name=access][value=read_only]:checked) .more>.brings{margin:0;border:0}
.group:has([name=access][value=read_only]:checked) .more>.brings .scope:not(.more)>.choice{padding-block:.75rem;cursor:pointer}
.group:has([name=access][value=read_only]:checked) .more>.brings .scope:not(.more)>.choice>input{display:block}
.group:has([name=access][value=read_only]:checked) .more>.brings .scope:not(.more)>.choice>.mark{display:none}
.group:has([name=access][value=read_only]:checked) .scope:not(.more):has(>.choice>:checked)>.brings .choice>input{display:none}
.group:has([name=access][value=read_only]:checked) .scope:not(.more):has(>.choice>:checked)>.brings .choice>.mark{display:block}
.heading{display:grid;gap:.375rem}
.heading>legend{font-size:.875rem;color:var(--muted);font-weight:560;margin-block:.5rem .375rem}
.each{display:grid;grid-template-columns:minmax(0,1fr);gap:.625rem}
.choices .each{border-block-start:1px solid var(--line);padding:.75rem 1rem 1rem 2.875rem}
.choices .each .choices{border-width:1px;border-radius:var(--radius)}
.choices .each .choice{padding-inline-start:1rem}
.search{display:flex;gap:.5rem}
.search .text{flex:1;min-inline-size:0}
.pager{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center;justify-content:space-between}
.kept{display:grid;gap:.375rem}
[hidden]{display:none!important}
.group:has([name=projects][value=all]:checked) .each{display:none}
.facts{display:grid;grid-template-columns:minmax(0,max-content) minmax(0,1fr);gap:.5rem 1.25rem;font-size:.9375rem}
.facts dt{color:var(--muted)}
.ticked{display:grid;gap:.25rem}
.ticked li{display:flex;gap:.5rem}
.ticked svg{color:var(--good);margin-block-start:.0625rem}
.account{display:grid;gap:.25rem;justify-items:start}
.account>a{font-size:.875rem;margin-inline-start:2.375rem}
.warnings{display:grid;gap:.75rem}
.field{display:grid;gap:.375rem;min-inline-size:0}
.field label:first-child{font-weight:560}
.text{font:inherit;inline-size:100%;block-size:auto;min-block-size:2.5rem;margin:0;padding:.4375rem .75rem;
border:1px solid var(--edge);border-radius:calc(var(--radius)*.75);background:var(--surface);color:var(--text)}
.text::placeholder{color:var(--muted);opacity:1}
.person{display:flex;align-items:center;gap:.625rem;font-size:.9375rem;color:var(--muted)}
.person b{color:var(--text);font-weight:560}
.person .avatar{inline-size:1.75rem;block-size:1.75rem;font-size:.8125rem;border-radius:50%}
.button{font:inherit;font-weight:620;line-height:1.35;min-block-size:3rem;padding:.625rem 1.25rem;border-radius:var(--radius);
border:.125rem solid transparent;cursor:pointer;display:inline-flex;align-items:center;justify-content:center;gap:.5rem;
text-align:center;text-decoration:none;background:var(--text);color:var(--surface);transition:filter .12s}
.button:hover{filter:brightness(1.12)}
.button:active{filter:brightness(.94)}
.button:focus-visible{outline-offset:.1875rem}
.button.approve{background:var(--accent);color:var(--on-accent)}
.button.small{min-block-size:2.5rem;padding:.375rem .875rem;font-size:.9375rem}
.button.quiet{background:none;color:var(--text);border:1px solid var(--edge)}
.button.quiet:hover{background:color-mix(in srgb,var(--text) 6%,transparent);filter:none}
.button:disabled{opacity:.45;cursor:default}
.button.danger{background:var(--danger);color:var(--surface)}
.decision{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,9.5rem),1fr));gap:.75rem}
.foot{text-align:center}
.apps{display:grid;gap:1.25rem}
.lead+.apps{margin-block-start:1.75rem}
.lead{display:grid;gap:.5rem}
.app{gap:0;padding:0}
:is(.who,.grant,.all){padding:1.25rem clamp(1rem,4vw,1.75rem)}
:is(.grant,.all){border-block-start:1px solid var(--line)}
.who{display:flex;gap:1rem;align-items:center}
.who>div{display:grid;gap:.125rem;min-inline-size:0;flex:1}
.who h2{font-size:1.125rem}
.who .badge{font-size:.8125rem}
.grant{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:1rem 1.5rem;align-items:start}
.grant:target{background:color-mix(in srgb,var(--accent) 7%,transparent)}
.about{display:grid;gap:.75rem;min-inline-size:0}
.acts{display:grid;gap:.5rem;justify-items:stretch}
.acts details.confirm>summary{inline-size:100%}
h3{margin:0;font-size:.9375rem;line-height:1.4;font-weight:640}
.kind{color:var(--muted);font-weight:400}
.whence{display:block}
.pages{display:flex;flex-wrap:wrap;gap:.75rem;justify-content:center}
.everything{display:flex;flex-wrap:wrap;gap:1rem 1.5rem;align-items:center;justify-content:space-between;
padding:1.25rem clamp(1rem,4vw,1.75rem);border:1px solid var(--line);border-radius:calc(var(--radius)*1.5)}
.everything>div{flex:1 1 16rem}
.rest{border-block-start:1px solid var(--line);padding-block-start:1.25rem;margin-block-start:-.25rem}
.who.plain{padding:0}
.who h1{font-size:1.25rem}
details.confirm{position:relative}
details.confirm>summary{list-style:none;inline-size:fit-content}
details.confirm>summary::-webkit-details-marker{display:none}
details.confirm>form{position:absolute;z-index:1;inset-block-start:calc(100% + .5rem);inset-inline-end:0;
inline-size:17rem;display:grid;gap:.75rem;padding:1rem;border-radius:var(--radius);border:1px solid var(--line);
background:var(--surface);box-shadow:0 .75rem 2.5rem -.5rem rgb(0 0 0/.35)}
:is(.all,.rest)>details.confirm>form{inset-inline:0 auto}
.empty{justify-items:center;text-align:center;padding-block:3rem}
.empty>svg,.failure>svg{inline-size:2.5rem;block-size:2.5rem;color:var(--muted)}
.failure>svg{color:var(--danger)}
.ending{justify-items:center;text-align:center;padding-block:3rem}
.ending .facts{text-align:start}
.seal{display:grid;place-items:center;inline-size:4rem;block-size:4rem;border-radius:50%;
background:color-mix(in srgb,var(--muted) 14%,transparent);color:var(--muted)}
.ending.good .seal{background:color-mix(in srgb,var(--good) 14%,transparent);color:var(--good)}
.ending :is(h1,p){color:var(--text);text-wrap:balance}
.seal svg{inline-size:2rem;block-size:2rem}
.compare{display:grid;gap:.5rem;justify-items:center;text-align:center;text-wrap:balance}
.usercode{font:680 1.625rem/1.3 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;letter-spacing:.1em}
p.usercode{padding:.75rem 1.25rem;border:1px dashed var(--edge);border-radius:var(--radius);background:var(--ground)}
.text.usercode{font:620 1.375rem/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;text-transform:uppercase;
text-align:center;letter-spacing:.1em;min-block-size:3.25rem}
.copied{display:grid;gap:.75rem}
.copied textarea{font:1.0625rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;padding:.875rem 1rem;
inline-size:100%;field-sizing:content;resize:none;word-break:break-all;border:1px solid var(--edge);
border-radius:var(--radius);background:var(--ground);color:var(--text)}
.onward{display:grid;gap:.5rem;justify-items:start}
.technical summary{cursor:pointer;color:var(--muted);font-size:.9375rem;inline-size:fit-content}
.technical .facts{margin-block-start:.75rem}
.chart{margin:0;display:grid;gap:.75rem}
.chart>svg{inline-size:100%;block-size:9rem;border-block-end:1px solid var(--edge)}
.chart rect.passed{fill:var(--accent)}
.chart rect.refused{fill:var(--danger)}
.chart .ends{display:flex;justify-content:space-between;gap:1rem;margin-block-start:-.375rem}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;font-size:.9375rem}
.legend li::before{content:'';display:inline-block;inline-size:.75em;block-size:.75em;margin-inline-end:.5em;
border-radius:.1875em;background:var(--accent);forced-color-adjust:none}
.legend .refused::before{background:var(--danger)}
.figures{border-collapse:collapse;margin-block-start:.75rem;font-size:.9375rem;overflow-wrap:normal}
.figures :is(th,td){padding-block:.25rem;padding-inline:0 1.25rem;text-align:start;font-weight:400}
.figures thead th{color:var(--muted);vertical-align:bottom}
.figures tbody th{white-space:nowrap}
.figures td{font-variant-numeric:tabular-nums;text-align:end}
.facts code{user-select:all}
@media (max-width:32rem){
.grant{grid-template-columns:minmax(0,1fr)}
details.confirm>form{position:static;inline-size:auto;margin-block-start:.75rem;box-shadow:none}
.facts.stack{grid-template-columns:minmax(0,1fr);gap:0}
.facts.stack dd+dt{margin-block-start:.625rem}
h1{font-size:1.3125rem}
main{padding-inline:.75rem}
header{padding:1rem .75rem}
}
@media (prefers-reduced-motion:reduce){*{transition:none}}
@media (forced-colors:active){.button,.avatar,.note{border:1px solid}}
@media print{.button,details.confirm{display:none}.card{box-shadow:none}}
`
  .trim()
  .replaceAll('\n', '')
