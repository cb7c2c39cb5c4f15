// Stage 1: the text as tokens, and the sizes of their vectors in the words of the glossary.

import {app} from './state.js';
import {el, byId, label, whole} from './dom.js';
import {bucketClass} from './colours.js';

const list = byId('tokens');
let chips = [];
let marked = [];

/** Long texts are laid out in groups, of which the browser styles only those in sight. */
const GROUP = 128;

function render() {
  const {tokens, real, unit} = app.data.text;
  chips = tokens.slice(0, real).map((token, i) =>
    el('bdi', {class: 'chip', role: 'option', id: 'token-' + i, 'aria-selected': 'false', dataset: {i}, title: `${unit} ${i}`}, label(token)));
  const groups = [];
  for (let i = 0; i < chips.length; i += GROUP) groups.push(el('div', {class: 'group', role: 'presentation'}, chips.slice(i, i + GROUP)));
  list.replaceChildren(...groups);
  sizes();
  colour();
  choose();
}

const GLOSSARY = [
  ['n', 'tokens of the text: the sequence length, also n_seq. It grows with the text.', d => d.real],
  ['dModel', 'numbers a token has between the layers of a model.', d => d.dModel],
  ['heads', 'independent attentions side by side; one is shown.', d => d.heads],
  ['dQk', 'numbers in one query/key vector, also n_q. It is fixed, whatever n is.', d => d.dQk],
  ['dV', 'numbers in one value vector.', d => d.dV],
];

function sizes() {
  const d = app.data.text;
  byId('sizes').replaceChildren(...GLOSSARY.map(([name, meaning, value]) =>
    el('div', {}, el('dt', {}, name), el('dd', {}, el('b', {}, whole(value(d))), ' ', el('span', {class: 'soft'}, meaning)))));
  byId('shape').textContent = `qk [heads ${d.heads}, n ${whole(d.n)}, dQk ${d.dQk}]`;
  byId('origin').textContent = d.origin;
}

function colour() {
  const attention = app.data.attention;
  if (!attention || attention.n !== app.data.text?.n) return;
  const from = app.round() * attention.n;
  hover.clear();
  chips.forEach((chip, i) => {
    const name = attention.hashed ? 'chip ' + bucketClass(attention.ids[from + i]) : 'chip';
    if (chip.className !== name) chip.className = name;
  });
  choose();
  hover();
}

function choose() {
  const chosen = app.chosen();
  list.querySelectorAll('[aria-selected=true]').forEach(chip => chip.setAttribute('aria-selected', 'false'));
  const chip = chips[chosen];
  if (!chip) return;
  chip.setAttribute('aria-selected', 'true');
  list.setAttribute('aria-activedescendant', chip.id);
  // Only the list scrolls, never the page.
  const top = chip.offsetTop - list.offsetTop;
  if (top < list.scrollTop || top > list.scrollTop + list.clientHeight - 30) list.scrollTop = top - list.clientHeight / 2;
}

function hover() {
  hover.clear();
  const mark = (i, name) => {
    if (!chips[i]) return;
    chips[i].classList.add(name);
    marked.push(chips[i]);
  };
  for (const i of app.pointed.keys()) mark(i, 'pointed');
  if (app.hover !== null) mark(app.hover, 'hover');
}

hover.clear = () => {
  marked.forEach(chip => chip.classList.remove('hover', 'pointed'));
  marked = [];
};

const indexOf = event => {
  const chip = event.target.closest?.('.chip');
  return chip ? Number(chip.dataset.i) : null;
};

list.addEventListener('pointerover', event => app.point(indexOf(event)));
list.addEventListener('pointerleave', () => app.point(null));
list.addEventListener('click', event => {
  const i = indexOf(event);
  if (i !== null) app.choose(i);
});
list.addEventListener('keydown', event => {
  const steps = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity};
  const step = steps[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  app.choose(Math.max(0, Math.min(app.data.text.real - 1, app.chosen() + step)));
});

app.on('text', render);
app.on('attention round', colour);
app.on('chosen', choose);
app.on('hover pointed', hover);
