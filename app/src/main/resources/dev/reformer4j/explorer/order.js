// Stage 3: from the order of the text, on the left, to the order of the buckets, on the right, and
// how that is cut into chunks.

import {app} from './state.js';
import {byId, el, sharp, onFrame, whole, widthOf, announce} from './dom.js';
import {bucketColour, colours, onTheme} from './colours.js';

const canvas = byId('ribbons');
const note = byId('order-note');
const TOP = 16, HEIGHT = 520, LEFT = 10, EDGE = 46;
/** More ribbons than lines of the picture hide each other: of a long text every second or third is drawn. */
const MOST_RIBBONS = 600;
let width = 240;
let places = new Int32Array(0);

/** All ribbons, drawn once for a bucket order; what is pointed at is drawn over them. */
const base = document.createElement('canvas');
let baseIsOld = true;

const row = (i, n) => TOP + ((i + 0.5) / n) * (HEIGHT - TOP - 8);

function facts() {
  const {attention} = app.data;
  const {n, hashed, chunk, chunking, before, after, active} = attention;
  const round = app.round();
  places = new Int32Array(n);
  for (let place = 0; place < n; place++) places[attention.order[round * n + place]] = place;
  byId('rounds-shown').replaceChildren(...Array.from({length: hashed ? attention.hashedRounds : 0}, (_, r) =>
    el('button', {type: 'button', 'aria-pressed': String(r === round), class: active.includes(r) ? '' : 'off', onclick: () => app.showRound(r)}, String(r + 1))));
  if (!hashed) {
    note.textContent = 'One chunk holds the whole text; there is nothing to sort.';
    return;
  }
  const sizes = new Map();
  for (let i = 0; i < n; i++) {
    const bucket = attention.ids[round * n + i];
    sizes.set(bucket, (sizes.get(bucket) ?? 0) + 1);
  }
  const over = [...sizes.values()].filter(size => size > chunk).length;
  note.textContent = chunking === 'chunked'
    ? `${whole(sizes.size)} of ${whole(attention.bucketCount)} buckets are in use, ${over === 0 ? 'none of them' : over === 1 ? 'one of them larger' : over + ' of them larger'} ${over === 0 ? 'larger ' : ''}than a chunk of ${chunk}${over ? ' (marked)' : ''}. A query sees its chunk, ${before} before and ${after} after.`
    : `${whole(sizes.size)} of ${whole(attention.bucketCount)} buckets are in use. A query sees the nearest ${chunk * before} tokens of its own bucket before it${after && !attention.causal ? ` and ${chunk * after} behind it` : ''}.`;
}

function drawBase() {
  const {attention} = app.data;
  const {n, real} = attention;
  const c = sharp(base, width, HEIGHT);
  const right = width - EDGE;
  const round = app.round();
  c.lineWidth = n > 1000 ? 0.6 : n > 200 ? 0.9 : 1.4;
  c.globalAlpha = n > 1000 ? 0.3 : n > 200 ? 0.45 : 0.7;
  const byColour = new Map();
  const step = Math.ceil(real / MOST_RIBBONS);
  for (let i = 0; i < real; i += step) {
    const colour = bucketColour(attention.ids[round * n + i]);
    if (!byColour.has(colour)) byColour.set(colour, new Path2D());
    trace(byColour.get(colour), i, n, right);
  }
  for (const [colour, path] of byColour) {
    c.strokeStyle = colour;
    c.stroke(path);
  }
  baseIsOld = false;
}

const draw = onFrame(() => {
  const {attention, text} = app.data;
  if (!attention || !text || attention.n !== text.n) return;
  const wide = Math.max(180, Math.min(420, room() - 4));
  baseIsOld ||= wide !== width;
  width = wide;
  canvas.style.width = width + 'px';
  canvas.style.height = HEIGHT + 'px';
  const c = sharp(canvas, width, HEIGHT);
  const {n, hashed, real} = attention;
  if (!hashed) return;
  const round = app.round();
  const right = width - EDGE;
  c.font = '11px system-ui, sans-serif';
  c.fillStyle = colours().soft;
  c.textAlign = 'left';
  c.fillText('text', LEFT - 8, 10);
  c.textAlign = 'right';
  c.fillText('bucket order', width - 2, 10);
  chunks(c, attention, round, right);
  if (baseIsOld) drawBase();
  c.drawImage(base, 0, 0, width, HEIGHT);
  buckets(c, attention, round, right);
  c.lineWidth = 2;
  for (const i of app.pointed.keys()) if (i < real) ribbon(c, i, n, right, colours().soft);
  c.lineWidth = 3.4;
  for (const i of new Set([app.chosen(), app.focus()])) {
    c.lineWidth = 5.4;
    ribbon(c, i, n, right, colours().paper);
    c.lineWidth = 3;
    ribbon(c, i, n, right, i === app.focus() ? colours().mark : colours().soft);
  }
});

function trace(path, token, n, right) {
  const from = row(token, n), to = row(places[token], n), bend = (right - LEFT) * 0.45;
  path.moveTo(LEFT, from);
  path.bezierCurveTo(LEFT + bend, from, right - bend, to, right, to);
}

function ribbon(c, token, n, right, colour) {
  c.strokeStyle = colour;
  c.beginPath();
  trace(c, token, n, right);
  c.stroke();
}

/** Chunk borders, and a frame around the places that the focused token sees. */
function chunks(c, attention, round, right) {
  const {n, chunk, chunking, active, runFirst, runLength} = attention;
  const border = i => TOP + (i / n) * (HEIGHT - TOP - 8);
  if (chunking === 'chunked' && n / chunk <= 140) {
    c.strokeStyle = colours().line;
    c.lineWidth = 1;
    for (let i = 0; i <= n; i += chunk) {
      c.beginPath();
      c.moveTo(right, border(i));
      c.lineTo(width - 2, border(i));
      c.stroke();
    }
  }
  const slot = active.indexOf(round);
  if (slot < 0) return;
  const token = app.focus();
  const first = runFirst[slot * n + token], length = runLength[slot * n + token], ring = active.length * n;
  c.fillStyle = colours().seen;
  for (let done = 0; done < length; ) {
    const place = (first + done) % ring;
    const run = Math.min(length - done, n - (place % n));
    const own = Math.floor(place / n) === slot;
    const y = border(place % n), tall = Math.max(2, border((place % n) + run) - y);
    c.globalAlpha = own ? 0.22 : 0.1;
    c.fillRect(right + 2, y, EDGE - 4, tall);
    if (!own) {
      c.globalAlpha = 1;
      c.textAlign = 'right';
      c.font = '10px system-ui, sans-serif';
      c.fillText(`round ${active[Math.floor(place / n)] + 1}`, width - 3, Math.min(HEIGHT - 6, y + 11));
    }
    done += run;
  }
  c.globalAlpha = 1;
  if (chunking === 'chunked') {
    const own = Math.floor(places[token] / chunk) * chunk;
    c.strokeStyle = colours().mark;
    c.lineWidth = 1.5;
    c.strokeRect(right + 2, border(own), EDGE - 5, Math.max(2, border(Math.min(n, own + chunk)) - border(own)));
  }
}

/** The buckets beside the order; what is larger than a chunk has a hatched bar. */
function buckets(c, attention, round, right) {
  const {n, chunk, ids} = attention;
  const border = i => TOP + (i / n) * (HEIGHT - TOP - 8);
  // Within a chunk tokens stand by position, so a bucket's share is counted and not read off.
  const sizes = new Map();
  for (let i = 0; i < n; i++) sizes.set(ids[round * n + i], (sizes.get(ids[round * n + i]) ?? 0) + 1);
  let start = 0;
  for (const bucket of [...sizes.keys()].sort((a, b) => a - b)) {
    const size = sizes.get(bucket);
    const y = border(start), tall = border(start + size) - y;
    c.fillStyle = bucketColour(bucket);
    c.fillRect(right + 3, y + 0.5, 9, Math.max(0.6, tall - 1));
    if (size > chunk && attention.chunking === 'chunked') {
      c.fillStyle = colours().lost;
      c.fillRect(right + 14, y + 0.5, 3, Math.max(1, tall - 1));
      for (let at = y + 2; at < y + tall - 2; at += 5) c.fillRect(right + 17, at, 3, 1.5);
    }
    if (tall > 13) {
      c.fillStyle = colours().ink;
      c.font = '10px system-ui, sans-serif';
      c.textAlign = 'left';
      c.fillText(String(bucket), right + 24, y + tall / 2 + 3.5);
    }
    start += size;
  }
}

function tokenAt(event) {
  const {attention} = app.data;
  if (!attention?.hashed) return null;
  const box = canvas.getBoundingClientRect();
  const i = Math.floor(((event.clientY - box.top - TOP) / (HEIGHT - TOP - 8)) * attention.n);
  if (i < 0 || i >= attention.n) return null;
  const token = event.clientX - box.left < width / 2 ? i : attention.order[app.round() * attention.n + i];
  return token < attention.real ? token : null;
}

canvas.addEventListener('pointermove', event => app.point(tokenAt(event)));
canvas.addEventListener('pointerleave', () => app.point(null));
canvas.addEventListener('click', event => {
  const token = tokenAt(event);
  if (token !== null) app.choose(token);
});
canvas.addEventListener('keydown', event => {
  const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (!step || !app.data.attention?.hashed) return;
  event.preventDefault();
  const {attention} = app.data;
  const place = Math.max(0, Math.min(attention.n - 1, places[app.chosen()] + step));
  const token = attention.order[app.round() * attention.n + place];
  if (token < attention.real) {
    app.choose(token);
    announce(`Place ${place} of the bucket order: token ${token}`);
  }
});

app.on('attention round', () => {
  facts();
  baseIsOld = true;
  draw();
});
app.on('chosen hover pointed', draw);
const room = widthOf(canvas.parentElement, draw);
onTheme(() => {
  baseIsOld = true;
  draw();
});
