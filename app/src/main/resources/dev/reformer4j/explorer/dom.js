// Small helpers for elements, numbers and announcements. Text only ever becomes text: nothing here
// or elsewhere on this page takes markup from a string.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'dataset') Object.assign(node.dataset, value);
    else if (name === 'style') Object.assign(node.style, value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined));
  return node;
}

/** An HTML element: `el('p', {class: 'soft'}, 'text')`. */
export function el(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** An SVG element. */
export function svg(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

export const byId = id => document.getElementById(id);

/** What a screen reader says when it has time. */
export function announce(text) {
  byId('announcer').textContent = text;
}

/** A token as it is shown: white space is made visible, and what would disturb is replaced. */
export function label(token) {
  const shown = token
    .replace(/\n/g, '↵')
    .replace(/\t/g, '⇥')
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g, '\ufffd');
  return shown.trim() === '' ? '␣' : shown;
}

export const whole = value => Math.round(value).toLocaleString('en-US');

/** `83.1%`, `0.04%`; 100% only where nothing is missing. */
export function percent(share) {
  const value = 100 * share;
  if (value === 0) return '0%';
  if (value < 0.01) return '<0.01%';
  if (value > 99.99 && value < 100) return '>99.99%';
  return (value < 10 || (value > 99.9 && value < 100) ? value.toFixed(2) : value.toFixed(1)).replace(/^100\.0$/, '100') + '%';
}

/** `1.2M`, `38.4K`. */
export function short(value) {
  for (const [unit, size] of [['T', 1e12], ['G', 1e9], ['M', 1e6], ['K', 1e3]]) {
    if (value >= size) return digits(value / size) + unit;
  }
  return digits(value);
}

export function bytes(value) {
  for (const [unit, size] of [['GiB', 2 ** 30], ['MiB', 2 ** 20], ['KiB', 2 ** 10]]) {
    if (value >= size) return digits(value / size) + ' ' + unit;
  }
  return digits(value) + ' B';
}

export function seconds(value) {
  if (value < 1e-3) return digits(value * 1e6) + ' µs';
  if (value < 1) return digits(value * 1e3) + ' ms';
  if (value < 120) return digits(value) + ' s';
  if (value < 7200) return digits(value / 60) + ' min';
  return digits(value / 3600) + ' h';
}

function digits(value) {
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Makes a canvas as sharp as the screen, and gives its context in CSS pixels. */
export function sharp(canvas, width, height) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const w = Math.round(width * ratio), h = Math.round(height * ratio);
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * The width that an element has for what is in it, known without a layout being computed for the
 * question.
 *
 * @param changed called when it is another one
 */
export function widthOf(element, changed) {
  let width = null;
  new ResizeObserver(([entry]) => {
    width = entry.contentRect.width;
    changed();
  }).observe(element);
  return () => width ?? element.clientWidth;
}

const drawings = new Set();

/** Runs a drawing once before the next frame, however often it is asked for. */
export function onFrame(draw) {
  return () => {
    if (drawings.size === 0) requestAnimationFrame(drawNow);
    drawings.add(draw);
  };
}

/** Runs now what was asked for: while the next frame is still to come, there is time for it. */
export function drawNow() {
  for (const draw of drawings) {
    drawings.delete(draw);
    draw();
  }
}

/** When the next frame begins; on a page that nobody sees there is none to wait for. */
export const nextFrame = () => new Promise(resolve => (document.hidden ? resolve() : requestAnimationFrame(resolve)));
