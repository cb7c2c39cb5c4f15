// Stage 2: what every round does with the chosen token. Bars of [xR; −xR], the negated half paler,
// the winner marked; its index is the bucket.

import {app} from './state.js';
import {el, svg, byId, label, onFrame} from './dom.js';
import {bucketClass} from './colours.js';

const box = byId('bars');
const WIDTH = 264, HEIGHT = 84, MIDDLE = 42, TALLEST = 34;

/** One factor's bars. */
export function bars({values, argmax}, dragged) {
  const shown = dragged ?? values;
  const all = [...shown, ...shown.map(v => -v)];
  const winner = dragged ? all.indexOf(Math.max(...all)) : argmax;
  const most = Math.max(1e-9, ...all.map(Math.abs));
  const step = WIDTH / all.length;
  const pointed = svg('title');
  const picture = svg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT + 14}`, class: 'bars', role: 'img',
    'aria-label': `${all.length} values of [xR; −xR]; the largest is ${(all[winner] ?? 0).toFixed(2)} at index ${winner}`,
    onpointermove: event => {
      const box = picture.getBoundingClientRect();
      const i = Math.max(0, Math.min(all.length - 1, Math.floor(((event.clientX - box.left) / box.width) * all.length)));
      pointed.textContent = `index ${i}: ${all[i].toFixed(2)}`;
    },
  }, pointed);
  picture.append(svg('rect', {x: WIDTH / 2, y: 0, width: WIDTH / 2, height: HEIGHT, class: 'half'}));
  // One path for each kind of bar: hundreds of elements would take longer than the attention does.
  const paths = {bar: '', 'bar mirrored': '', win: ''};
  all.forEach((value, i) => {
    const tall = Math.max(0.5, (Math.abs(value) / most) * TALLEST), wide = Math.max(0.6, step * 0.76);
    const kind = i === winner ? 'win' : i < shown.length ? 'bar' : 'bar mirrored';
    paths[kind] += `M${(i * step + step * 0.12).toFixed(2)} ${MIDDLE}v${(value >= 0 ? -tall : tall).toFixed(2)}h${wide.toFixed(2)}V${MIDDLE}z`;
  });
  for (const [kind, d] of Object.entries(paths)) picture.append(svg('path', {d, class: kind}));
  picture.append(svg('line', {x1: 0, x2: WIDTH, y1: MIDDLE, y2: MIDDLE, class: 'axis'}));
  if (winner >= 0) {
    const x = winner * step + step / 2;
    picture.append(
      svg('path', {d: `M${x - 4} ${HEIGHT + 1} h8 l-4 -6 z`, class: 'win'}),
      svg('text', {x: Math.max(2, Math.min(WIDTH - 2, x)), y: HEIGHT + 12, 'text-anchor': x < 50 ? 'start' : x > WIDTH - 50 ? 'end' : 'middle', class: 'winner'},
        `${all[winner].toFixed(2)} at ${winner}`),
    );
  }
  picture.append(
    svg('text', {x: 3, y: 9, class: 'corner'}, 'xR'),
    svg('text', {x: WIDTH / 2 + 3, y: 9, class: 'corner'}, '−xR'),
  );
  return picture;
}

function render() {
  const token = app.data.token, attention = app.data.attention;
  if (!token || !attention) return;
  if (app.example) return;
  byId('hash-token').replaceChildren('Token ' + token.token + ' ', el('bdi', {class: 'word'}, label(app.data.text.tokens[token.token] ?? '')));
  if (!attention.hashed) {
    box.replaceChildren(el('p', {class: 'soft'}, 'The whole text fits into one chunk, so nothing is hashed: every token sees every other. Choose a smaller chunk to see hashing.'));
    return;
  }
  box.replaceChildren(...token.rounds.map(round => figure(round, attention)));
}

function figure(round, attention) {
  const on = attention.active.includes(round.round);
  const shown = round.round === app.round();
  const dragged = shown && app.dragged ? app.dragged : null;
  const bucket = dragged ? dragged.bucket : round.bucket;
  const many = round.scores.length > 1;
  return el('figure', {class: 'round' + (on ? '' : ' off') + (shown ? ' shown' : ''), dataset: {round: round.round}},
    el('figcaption', {},
      el('button', {type: 'button', class: 'plain', 'aria-pressed': String(shown), onclick: () => app.showRound(round.round)},
        `Round ${round.round + 1}`, el('span', {class: 'hidden'}, ': show it in the other stages')),
      el('span', {class: 'arrow'}, '→'),
      el('span', {class: 'bucket ' + bucketClass(bucket), dataset: {bucket}}, 'bucket ' + bucket),
      dragged && dragged.bucket !== round.bucket ? el('span', {class: 'soft'}, `was ${round.bucket}`) : null,
      on ? null : el('span', {class: 'soft'}, 'off')),
    round.scores.map((scores, f) => el('div', {},
      many ? el('p', {class: 'soft tiny'}, `factor ${f + 1}: ${2 * scores.values.length} ways`) : null,
      bars(scores, dragged?.scores[f]))));
}

/** Shows the worked example in place of the chosen token, or the token again. */
export function showExample(rounds) {
  app.example = rounds;
  if (!rounds) {
    render();
    return;
  }
  byId('hash-token').textContent = 'The worked example: one token, three rounds, four buckets';
  box.replaceChildren(...rounds.map((round, i) => el('figure', {class: 'round', dataset: {round: i}},
    el('figcaption', {}, `Round ${i + 1}`, el('span', {class: 'arrow'}, '→'), el('span', {class: 'bucket ' + bucketClass(round.bucket), dataset: {bucket: round.bucket}}, 'bucket ' + round.bucket)),
    bars(round.scores[0]),
    el('p', {class: 'soft tiny'}, '[' + [...round.scores[0].values, ...round.scores[0].values.map(v => -v)].map(v => v.toFixed(2).replace('-', '−')).join(', ') + ']'))));
}

app.on('token attention round dragged', onFrame(render));
