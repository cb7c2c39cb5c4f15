// Stage 5: what LSH, local and exact attention cost, for this text and up to a million tokens.

import {app} from './state.js';
import {byId, el, svg, short, bytes, seconds, whole} from './dom.js';

const KINDS = [['exact', 'exact', 'exact'], ['lsh', 'LSH', 'lsh'], ['local', 'local', 'local']];
const METRICS = {
  pairs: {unit: short, says: 'query–key pairs computed in one head'},
  seconds: {unit: seconds, says: 'time of a forward pass on this machine, all heads'},
  bytes: {unit: bytes, says: 'memory of a forward pass, inputs and results included'},
};
let metric = 'pairs';
const WIDTH = 460, HEIGHT = 250, LEFT = 56, RIGHT = 14, TOP = 12, BOTTOM = 26;

function render() {
  const cost = app.data.cost;
  if (!cost) return;
  const tabs = byId('metrics');
  tabs.querySelectorAll('button').forEach(tab => tab.setAttribute('aria-pressed', String(tab.dataset.metric === metric)));
  const has = cost.lsh[metric];
  byId('cost-note').textContent = metric === 'seconds' && !has
    ? 'This machine is being measured, which takes some seconds once …'
    : `${METRICS[metric].says[0].toUpperCase() + METRICS[metric].says.slice(1)}, ${cost.heads} heads with dQk ${cost.dQk}. Both axes are logarithmic; the line marks this text.`;
  byId('curves').replaceChildren(...(has ? [chart(cost)] : []));
  table(cost);
}

function chart(cost) {
  const all = KINDS.flatMap(([kind]) => cost[kind][metric]);
  const low = Math.log10(Math.min(...all)), high = Math.log10(Math.max(...all));
  const first = Math.log2(cost.tokens[0]), last = Math.log2(cost.tokens.at(-1));
  const x = n => LEFT + ((Math.log2(n) - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  const y = value => HEIGHT - BOTTOM - ((Math.log10(value) - low) / Math.max(0.1, high - low)) * (HEIGHT - TOP - BOTTOM);
  const picture = svg('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': METRICS[metric].says + ', by the number of tokens; the table below has the numbers'});
  for (let p = Math.ceil(low); p <= high; p += Math.max(1, Math.round((high - low) / 5))) {
    picture.append(svg('line', {x1: LEFT, x2: WIDTH - RIGHT, y1: y(10 ** p), y2: y(10 ** p), class: 'grid'}),
      svg('text', {x: LEFT - 6, y: y(10 ** p) + 4, 'text-anchor': 'end', class: 'corner'}, METRICS[metric].unit(10 ** p)));
  }
  for (const n of [1024, 16384, 262144, 1048576].filter(n => n >= cost.tokens[0])) {
    picture.append(svg('text', {x: x(n), y: HEIGHT - 8, 'text-anchor': n === 1048576 ? 'end' : 'middle', class: 'corner'}, n === 1048576 ? '1M' : n / 1024 + 'K'));
  }
  picture.append(svg('line', {x1: x(cost.n), x2: x(cost.n), y1: TOP, y2: HEIGHT - BOTTOM, class: 'here'}));
  for (const [kind, name, style] of KINDS) {
    const points = cost.tokens.map((n, i) => `${x(n).toFixed(1)},${y(cost[kind][metric][i]).toFixed(1)}`);
    picture.append(svg('polyline', {points: points.join(' '), class: 'curve ' + style}, svg('title', {}, name)));
  }
  return picture;
}

function table(cost) {
  const wanted = [...new Set([cost.n, 4096, 65536, 1048576])].filter(n => cost.tokens.includes(n)).sort((a, b) => a - b);
  byId('cost-table').replaceChildren(el('table', {},
    el('thead', {}, el('tr', {}, el('th', {scope: 'col', class: 'n'}, 'tokens'), KINDS.map(([, name, style]) => el('th', {scope: 'col', class: 'n'}, el('span', {class: 'key ' + style}), ' ' + name)))),
    el('tbody', {}, wanted.map(n => {
      const i = cost.tokens.indexOf(n);
      return el('tr', {class: n === cost.n ? 'here' : ''}, el('th', {scope: 'row', class: 'n'}, n === cost.n ? `${whole(n)} (here)` : whole(n)),
        KINDS.map(([kind]) => el('td', {class: 'n'}, cost[kind][metric] ? METRICS[metric].unit(cost[kind][metric][i]) : '…')));
    }))));
}

byId('metrics').addEventListener('click', event => {
  const tab = event.target.closest('button');
  if (!tab) return;
  metric = tab.dataset.metric;
  render();
});

app.on('cost', render);
