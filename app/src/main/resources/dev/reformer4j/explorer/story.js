// What the chosen token saw and what it lost, as tables: the pattern's row in words.

import {app} from './state.js';
import {byId, el, label, percent, whole, onFrame} from './dom.js';

function render() {
  const {token, text, attention} = app.data;
  if (!token || !text || !attention) return;
  const word = label(text.tokens[token.token] ?? '');
  byId('story-head').replaceChildren('Token ' + token.token + ' ', el('bdi', {class: 'word'}, word),
    ` saw ${whole(token.seen)} ${token.seen === 1 ? 'key' : 'keys'} and missed ${whole(token.missed)}; what it saw holds ${percent(token.capturedMass)} of its full softmax weight.`);
  const all = attention.active.length;
  table('saw', ['key', 'token', 'rounds', 'logit', 'weight', '', 'in full'], token.keys.map(key =>
    [key, key.rounds.length === all && all > 1 ? 'all' : key.rounds.map(r => r + 1).join(' '), key.logit.toFixed(2), percent(key.weight), bar(key.weight, 'seen'), percent(key.fullWeight)]));
  table('lost', ['key', 'token', 'logit', 'in full', ''], token.lost.map(key =>
    [key, key.logit.toFixed(2), percent(key.fullWeight), bar(key.fullWeight, 'lost')]));
}

function bar(share, kind) {
  return el('span', {class: 'share'}, el('span', {class: 'fill ' + kind, style: {width: 100 * share + '%'}}));
}

const SHOWN = 10;
const NUMBERS = new Set(['key', 'logit', 'weight', 'in full']);

function table(id, heads, rows) {
  const body = rows.slice(0, SHOWN).map(([key, ...cells]) =>
    el('tr', {dataset: {i: key.token}},
      el('td', {class: 'n'}, el('button', {type: 'button', class: 'plain', onclick: () => app.choose(key.token), 'aria-label': `choose token ${key.token}`}, String(key.token))),
      el('td', {}, el('bdi', {}, label(app.data.text.tokens[key.token] ?? ''))),
      cells.map((cell, c) => el('td', {class: NUMBERS.has(heads[c + 2]) ? 'n' : ''}, cell))));
  byId(id).replaceChildren(rows.length
    ? el('table', {},
        el('thead', {}, el('tr', {}, heads.map(head => el('th', {scope: 'col', class: NUMBERS.has(head) ? 'n' : ''}, head)))),
        el('tbody', {}, body),
        rows.length > SHOWN ? el('tfoot', {}, el('tr', {}, el('td', {colspan: heads.length, class: 'soft'}, 'and lighter ones'))) : null)
    : el('p', {class: 'soft'}, 'Nothing.'));
}

for (const id of ['saw', 'lost']) {
  const over = event => {
    const row = event.target.closest?.('tr[data-i]');
    app.point(row ? Number(row.dataset.i) : null);
  };
  byId(id).addEventListener('pointerover', over);
  byId(id).addEventListener('pointerleave', () => app.point(null));
}

app.on('token attention', onFrame(render));
