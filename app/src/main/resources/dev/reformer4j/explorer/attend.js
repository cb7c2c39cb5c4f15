// Stage 4: the square of all pairs. Blue was computed, orange was lost; zoom and pan; beside it, the
// captured mass of every query.

import {app} from './state.js';
import {byId, sharp, onFrame, percent, whole, label, widthOf, announce} from './dom.js';
import {allPairs, paint} from './pattern.js';
import {colours, onTheme} from './colours.js';

const canvas = byId('square');
const overlay = byId('square-overlay');
const strip = byId('mass-strip');
const note = byId('pair-note');
const frame = byId('square-frame');
let side = 420;
let box = {x: 0, y: 0, size: 1};
let image = null;
const grips = new Map();

const isReady = () => app.data.pattern && app.data.attention && app.data.text && app.data.pattern.n === app.data.attention.n;

function fit() {
  box = {x: 0, y: 0, size: Math.max(2, app.data.attention?.real ?? 2)};
}

const draw = onFrame(() => {
  if (!isReady()) return;
  const {attention, pattern, exact, status} = app.data;
  side = Math.max(200, Math.min(560, room() - 26));
  for (const layer of [canvas, overlay]) {
    layer.style.width = layer.style.height = side + 'px';
  }
  strip.style.height = side + 'px';
  const ratio = Math.min(2, devicePixelRatio || 1);
  const pixels = Math.min(900, Math.round(side * ratio));
  if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
  const context = canvas.getContext('2d');
  if (!image || image.width !== pixels) image = context.createImageData(pixels, pixels);
  paint(image, pattern, exact, attention.real, box, status.levelsPerNat, colours().square);
  context.putImageData(image, 0, 0);
  masses();
  cross();
});

/** A line a query: how much of its full softmax weight it captured. */
function masses() {
  const {mass, real} = app.data.attention;
  const c = sharp(strip, 18, side);
  const palette = colours();
  c.fillStyle = palette.lost;
  c.fillRect(0, 0, 18, Math.min(1, Math.max(0, (real - box.y) / box.size)) * side);
  c.fillStyle = palette.seen;
  for (let y = 0; y < side; y++) {
    const from = Math.floor(box.y + (y / side) * box.size);
    const to = Math.max(from + 1, Math.floor(box.y + ((y + 1) / side) * box.size));
    if (from >= real || from < 0) continue;
    let sum = 0, count = 0;
    for (let i = from; i < to && i < real; i++, count++) sum += mass[i];
    c.fillRect(0, y, (18 * sum) / count, 1);
  }
}

const toPixel = (i, from) => ((i - from) / box.size) * side;

function cross() {
  const c = sharp(overlay, side, side);
  const cell = Math.max(2, side / box.size);
  const band = (i, strength) => {
    c.globalAlpha = strength;
    c.fillStyle = colours().mark;
    c.fillRect(0, toPixel(i, box.y), side, Math.max(1, cell));
    c.fillRect(toPixel(i, box.x), 0, Math.max(1, cell), side);
  };
  band(app.chosen(), 0.22);
  if (app.hover !== null && app.hover !== app.chosen()) band(app.hover, 0.14);
  if (app.pair) {
    c.globalAlpha = 1;
    c.strokeStyle = colours().mark;
    c.lineWidth = 2;
    const size = Math.max(6, cell + 2);
    c.strokeRect(toPixel(app.pair[1] + 0.5, box.x) - size / 2, toPixel(app.pair[0] + 0.5, box.y) - size / 2, size, size);
  }
  c.globalAlpha = 1;
}

function summary() {
  if (!isReady()) return;
  const {attention, pattern} = app.data;
  const mean = attention.massByRounds.at(-1);
  const all = allPairs(attention.real, attention.causal);
  byId('mass').textContent = percent(mean);
  byId('pairs').textContent = all === 0 ? '0%' : percent(pattern.pairs / all);
  byId('pairs-of').textContent = `${whole(pattern.pairs)} of ${whole(all)} pairs`;
  const by = byId('mass-by-rounds');
  by.replaceChildren(...attention.massByRounds.map((value, i) => {
    const item = document.createElement('li');
    const fill = document.createElement('span');
    fill.className = 'fill';
    fill.style.width = 100 * value + '%';
    const text = document.createElement('span');
    text.textContent = `${attention.active.slice(0, i + 1).length === 1 ? 'round' : 'rounds'} ${attention.active.slice(0, i + 1).map(r => r + 1).join(' ')}`;
    const number = document.createElement('b');
    number.textContent = percent(value);
    item.append(text, fill, number);
    return item;
  }));
  own();
}

function own() {
  if (!isReady()) return;
  const {attention, text} = app.data;
  const token = app.focus();
  byId('own-mass').textContent = `“${label(text.tokens[token] ?? '')}” (token ${token}) captures ${percent(attention.mass[token])} of its weight.`;
}

function tell(aloud) {
  if (!app.pair) {
    note.textContent = 'Point at a pair, or move about with the arrow keys; + and − zoom, 0 shows all.';
    return;
  }
  const [query, key] = app.pair;
  const {pattern, exact, text, status, attention} = app.data;
  const word = i => `${i} “${label(text.tokens[i])}”`;
  const times = pattern.seen[query * pattern.stride + key];
  const level = exact.levels[exact.start(query) + key]; // of no meaning for a key in the future
  const weight = level === 255 ? ', next to no weight in full attention' : `, ${percent(Math.exp(-level / status.levelsPerNat))} of the weight in full attention`;
  const what = query === key ? 'a token with itself, left out unless it is alone'
    : attention.causal && key > query ? 'in the future, masked'
    : times ? `computed, in ${times} of ${attention.active.length} ${attention.active.length === 1 ? 'round' : 'rounds'}${weight}`
    : `not computed${weight}`;
  note.textContent = `Query ${word(query)}, key ${word(key)}: ${what}.`;
  if (aloud) announce(note.textContent);
}

function pairAt(event) {
  const area = overlay.getBoundingClientRect();
  const x = Math.floor(box.x + ((event.clientX - area.left) / side) * box.size);
  const y = Math.floor(box.y + ((event.clientY - area.top) / side) * box.size);
  const real = app.data.attention?.real ?? 0;
  return x >= 0 && y >= 0 && x < real && y < real ? [y, x] : null;
}

function clampBox() {
  const real = app.data.attention.real;
  box.size = Math.max(Math.min(8, real), Math.min(Math.max(2, real), box.size));
  box.x = Math.max(0, Math.min(real - box.size, box.x));
  box.y = Math.max(0, Math.min(real - box.size, box.y));
}

function zoom(factor, x = side / 2, y = side / 2) {
  if (!isReady()) return;
  const cx = box.x + (x / side) * box.size, cy = box.y + (y / side) * box.size;
  box.size *= factor;
  clampBox();
  box.x = cx - (x / side) * box.size;
  box.y = cy - (y / side) * box.size;
  clampBox();
  overlay.dataset.zoom = (app.data.attention.real / box.size).toFixed(2);
  draw();
}

overlay.addEventListener('wheel', event => {
  event.preventDefault();
  const area = overlay.getBoundingClientRect();
  zoom(Math.exp(Math.sign(event.deltaY) * 0.18), event.clientX - area.left, event.clientY - area.top);
}, {passive: false});

overlay.addEventListener('pointerdown', event => {
  grips.set(event.pointerId, {x: event.clientX, y: event.clientY, moved: false});
  overlay.setPointerCapture(event.pointerId);
});
overlay.addEventListener('pointermove', event => {
  const grip = grips.get(event.pointerId);
  if (!isReady()) return;
  if (!grip) {
    app.pair = pairAt(event);
    app.point(app.pair ? app.pair[0] : null);
    tell(false);
    cross();
    return;
  }
  const dx = event.clientX - grip.x, dy = event.clientY - grip.y;
  if (!grip.moved && Math.hypot(dx, dy) < 4) return;
  if (grips.size === 2) {
    const other = [...grips.entries()].find(([id]) => id !== event.pointerId)[1];
    const was = Math.hypot(grip.x - other.x, grip.y - other.y), is = Math.hypot(event.clientX - other.x, event.clientY - other.y);
    const area = overlay.getBoundingClientRect();
    if (is > 0) zoom(was / is, (event.clientX + other.x) / 2 - area.left, (event.clientY + other.y) / 2 - area.top);
  } else {
    box.x -= (dx / side) * box.size;
    box.y -= (dy / side) * box.size;
    clampBox();
    draw();
  }
  grips.set(event.pointerId, {x: event.clientX, y: event.clientY, moved: true});
});
const release = event => {
  const grip = grips.get(event.pointerId);
  grips.delete(event.pointerId);
  if (!grip || grip.moved || event.type === 'pointercancel') return;
  const pair = pairAt(event);
  if (!pair) return;
  app.pair = pair;
  app.choose(pair[0]);
  tell(true);
  cross();
};
overlay.addEventListener('pointerup', release);
overlay.addEventListener('pointercancel', release);
overlay.addEventListener('pointerleave', () => {
  app.pair = null;
  app.point(null);
  tell(false);
});
overlay.addEventListener('keydown', event => {
  if (!isReady()) return;
  const step = {ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0]}[event.key];
  const real = app.data.attention.real;
  if (step) {
    const [query, key] = app.pair ?? [app.chosen(), app.chosen()];
    app.pair = [Math.max(0, Math.min(real - 1, query + step[0])), Math.max(0, Math.min(real - 1, key + step[1]))];
    app.choose(app.pair[0]);
    if (app.pair[1] < box.x || app.pair[1] >= box.x + box.size) box.x = app.pair[1] - box.size / 2;
    if (app.pair[0] < box.y || app.pair[0] >= box.y + box.size) box.y = app.pair[0] - box.size / 2;
    clampBox();
    tell(true);
    draw();
  } else if (event.key === '+' || event.key === '=') zoom(0.7);
  else if (event.key === '-') zoom(1 / 0.7);
  else if (event.key === '0') {
    fit();
    zoom(1);
  } else return;
  event.preventDefault();
});
byId('zoom-in').addEventListener('click', () => zoom(0.6));
byId('zoom-out').addEventListener('click', () => zoom(1 / 0.6));
byId('zoom-all').addEventListener('click', () => {
  fit();
  zoom(1);
});

app.on('text', () => {
  box = null;
  app.pair = null;
});
app.on('attention', () => {
  if (!box || box.size > app.data.attention.real) fit();
  summary();
  tell(false);
  draw();
});
app.on('hover chosen', () => {
  if (!isReady()) return;
  own();
  cross();
});
const room = widthOf(frame, draw);
onTheme(() => isReady() && draw());
