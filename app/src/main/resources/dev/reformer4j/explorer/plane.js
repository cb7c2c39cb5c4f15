// The goal posts in a plane. The plane holds the chosen token's vector, so what dragging it does is
// exact: within the plane the rotated values are p · post. Other tokens stick out of the plane.

import {app} from './state.js';
import {byId, sharp, onFrame, announce, label, widthOf} from './dom.js';
import {bucketColour, colours, onTheme} from './colours.js';

const canvas = byId('plane');
const note = byId('plane-note');
let spot = {x: 1, y: 0};
let side = 300;
let dragging = false;

/** For a point of the plane: xR of every factor of the round shown, and the bucket. */
function hash(x, y) {
  const {posts, length} = app.data.token;
  const factors = app.data.attention.factors;
  let at = firstPost(factors);
  const scores = factors.map(factor => Array.from({length: factor / 2}, () => length * (x * posts[at++] + y * posts[at++])));
  return {scores, bucket: bucketOf(length * x, length * y)};
}

/** Where the numbers of the shown round's posts begin. */
const firstPost = factors => 2 * app.round() * factors.reduce((sum, f) => sum + f / 2, 0);

/** The bucket alone, for the many directions of a ring: of every factor the argmax over [xR; −xR], the lowest index among equals. */
function bucketOf(x, y) {
  const {posts} = app.data.token;
  const {factors} = app.data.attention;
  let bucket = 0, weight = 1, at = firstPost(factors);
  for (const factor of factors) {
    let most = -Infinity, argmax = 0, least = Infinity, argmin = 0;
    for (let j = 0; j < factor / 2; j++, at += 2) {
      const value = x * posts[at] + y * posts[at + 1];
      if (value > most) {
        most = value;
        argmax = j;
      }
      if (value < least) {
        least = value;
        argmin = j;
      }
    }
    bucket += weight * (-least > most ? argmin + factor / 2 : argmax);
    weight *= factor;
  }
  return bucket;
}

const draw = onFrame(() => {
  const {token, attention} = app.data;
  if (!token?.points || !attention?.hashed || token.rounds.length !== attention.hashedRounds) {
    canvas.hidden = true;
    note.textContent = 'Nothing is hashed here.';
    return;
  }
  canvas.hidden = false;
  side = Math.max(160, Math.min(380, room() - 4));
  canvas.style.height = side + 'px';
  canvas.style.width = side + 'px';
  const c = sharp(canvas, side, side);
  const middle = side / 2, radius = side * 0.36, edge = side * 0.47;
  const at = (x, y) => [middle + x * radius, middle - y * radius];
  sectors(c, middle, edge);
  posts(c, middle, edge);
  const from = app.round() * attention.n;
  const real = app.data.text.real;
  const size = real > 1500 ? 1.3 : real > 300 ? 2 : 3.2;
  c.globalAlpha = real > 600 ? 0.6 : 0.9;
  for (let i = 0; i < real; i++) {
    if (i === token.token) continue;
    c.fillStyle = bucketColour(attention.ids[from + i]);
    c.beginPath();
    c.arc(...at(token.points[2 * i], token.points[2 * i + 1]), size, 0, 7);
    c.fill();
  }
  c.globalAlpha = 1;
  if (app.hover !== null && app.hover < real) ring(c, at(token.points[2 * app.hover], token.points[2 * app.hover + 1]), 7);
  vector(c, at);
});

/** The bucket of every direction, as a pale ring of sectors; borders are where it changes. */
function sectors(c, middle, edge) {
  const steps = 720;
  const bucketAt = s => bucketOf(Math.cos((2 * Math.PI * s) / steps), Math.sin((2 * Math.PI * s) / steps));
  let first = 0;
  while (first > -steps && bucketAt(first - 1) === bucketAt(0)) first--;
  let start = (2 * Math.PI * first) / steps, current = bucketAt(first);
  for (let s = first + 1; s <= first + steps; s++) {
    const angle = (2 * Math.PI * s) / steps;
    const bucket = s === first + steps ? -1 : bucketAt(s);
    if (bucket === current) continue;
    c.beginPath();
    c.moveTo(middle, middle);
    c.arc(middle, middle, edge, -start, -angle, true);
    c.closePath();
    c.globalAlpha = 0.2;
    c.fillStyle = bucketColour(current);
    c.fill();
    c.globalAlpha = 0.7;
    c.strokeStyle = colours().paper;
    c.lineWidth = 1.5;
    c.stroke();
    if (angle - start > 0.16) {
      c.globalAlpha = 1;
      c.fillStyle = colours().ink;
      c.font = '600 11px system-ui, sans-serif';
      c.textAlign = 'center';
      c.textBaseline = 'middle';
      const centre = (start + angle) / 2;
      c.fillText(String(current), middle + 0.93 * edge * Math.cos(centre), middle - 0.93 * edge * Math.sin(centre));
    }
    start = angle;
    current = bucket;
  }
  c.globalAlpha = 1;
}

function posts(c, middle, edge) {
  const {posts} = app.data.token;
  const columns = app.data.attention.factors.reduce((sum, f) => sum + f / 2, 0);
  if (columns > 24) return;
  let most = 0;
  for (let j = 0; j < columns; j++) most = Math.max(most, Math.hypot(posts[2 * (app.round() * columns + j)], posts[2 * (app.round() * columns + j) + 1]));
  c.lineWidth = 1;
  c.strokeStyle = c.fillStyle = colours().soft;
  for (let j = 0; j < columns; j++) {
    const k = 2 * (app.round() * columns + j);
    for (const sign of [1, -1]) {
      const x = middle + (sign * posts[k] / most) * edge * 0.8, y = middle - (sign * posts[k + 1] / most) * edge * 0.8;
      c.setLineDash(sign > 0 ? [] : [3, 3]);
      c.beginPath();
      c.moveTo(middle, middle);
      c.lineTo(x, y);
      c.stroke();
      c.setLineDash([]);
      c.fillRect(x - 2.5, y - 2.5, 5, 5);
    }
  }
}

function ring(c, [x, y], size) {
  c.strokeStyle = colours().mark;
  c.lineWidth = 2;
  c.beginPath();
  c.arc(x, y, size, 0, 7);
  c.stroke();
}

function vector(c, at) {
  const [x0, y0] = at(0, 0), [x, y] = at(spot.x, spot.y);
  const {bucket} = hash(spot.x, spot.y);
  c.strokeStyle = colours().mark;
  c.lineWidth = 2.5;
  c.beginPath();
  c.moveTo(x0, y0);
  c.lineTo(x, y);
  c.stroke();
  c.fillStyle = bucketColour(bucket);
  c.beginPath();
  c.arc(x, y, 8, 0, 7);
  c.fill();
  ring(c, [x, y], 8);
}

/** Puts the vector somewhere and tells everybody what its bucket is there. */
function move(x, y, done) {
  const length = Math.hypot(x, y);
  if (length < 0.05) return;
  const most = Math.min(1.25, length) / length;
  spot = {x: x * most, y: y * most};
  const home = Math.hypot(spot.x - 1, spot.y) < 0.02;
  app.dragged = home ? null : hash(spot.x, spot.y);
  app.emit('dragged');
  say(done);
  draw();
}

function say(aloud) {
  const token = app.data.token;
  const round = token?.rounds[app.round()];
  if (!round || !token.points || !app.data.attention?.hashed) return;
  const word = label(app.data.text.tokens[token.token] ?? '');
  const sentence = app.dragged
    ? app.dragged.bucket === round.bucket
      ? `Moved, “${word}” still shoots at post ${round.bucket}: near directions share a bucket.`
      : `Moved, “${word}” changes from bucket ${round.bucket} to bucket ${app.dragged.bucket}.`
    : `Drag the vector of “${word}”, or turn it with the arrow keys, until its bucket changes.`;
  note.replaceChildren(sentence);
  note.dataset.bucket = app.dragged ? app.dragged.bucket : round.bucket;
  if (aloud && app.dragged) announce(sentence);
}

function home() {
  spot = {x: 1, y: 0};
  app.dragged = null;
  app.emit('dragged');
  say(false);
  draw();
}

const place = event => {
  const box = canvas.getBoundingClientRect();
  return [(event.clientX - box.left - side / 2) / (side * 0.36), -(event.clientY - box.top - side / 2) / (side * 0.36)];
};

function nearest([x, y]) {
  const {points, token} = app.data.token;
  let best = null, least = 0.004;
  for (let i = 0; i < app.data.text.real; i++) {
    const d = (points[2 * i] - x) ** 2 + (points[2 * i + 1] - y) ** 2;
    if (i !== token && d < least) {
      least = d;
      best = i;
    }
  }
  return best;
}

canvas.addEventListener('pointerdown', event => {
  if (!app.data.token?.points) return;
  const [x, y] = place(event);
  if (Math.hypot(x - spot.x, y - spot.y) < 0.28) {
    dragging = true;
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
  } else {
    const other = nearest([x, y]);
    if (other !== null) app.choose(other);
  }
});
canvas.addEventListener('pointermove', event => {
  if (!app.data.token?.points) return;
  if (dragging) move(...place(event), false);
  else app.point(nearest(place(event)));
});
canvas.addEventListener('pointerup', () => {
  dragging = false;
  say(true);
});
canvas.addEventListener('pointerleave', () => app.point(null));
canvas.addEventListener('keydown', event => {
  const turn = {ArrowLeft: 5, ArrowUp: 5, ArrowRight: -5, ArrowDown: -5}[event.key];
  if (event.key === 'Escape' || event.key === 'Home') home();
  else if (turn !== undefined) {
    const angle = Math.atan2(spot.y, spot.x) + (turn * Math.PI) / 180;
    move(Math.cos(angle), Math.sin(angle), true);
  } else return;
  event.preventDefault();
});
byId('plane-reset').addEventListener('click', home);

app.on('token attention round', home);
app.on('hover', draw);
const room = widthOf(canvas.parentElement, draw);
onTheme(draw);
