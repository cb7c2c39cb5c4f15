// Stage 1: the text as tokens, and the sizes of their vectors in the words of the glossary.

import {app} from './state.js';
import {el, byId, label, whole} from './dom.js';
import {bucketClass} from './colours.js';

const list = byId('tokens');
let chips = [];
let groups = [];
let marked = [];
let selected = null;

/** Long texts are laid out in groups, of which the browser styles, and this page colours, only those in sight. */
const GROUP = 128;
const inSight = new Set();
const sight = new IntersectionObserver(entries => {
  for (const {target, isIntersecting} of entries) {
    if (isIntersecting) inSight.add(target);
    else inSight.delete(target);
  }
  paint();
}, {root: list, rootMargin: '150px 0px'});

function render() {
  const {tokens, real, unit} = app.data.text;
  chips = tokens.slice(0, real).map((token, i) =>
    el('bdi', {class: 'chip', role: 'option', id: 'token-' + i, 'aria-selected': 'false', dataset: {i}, title: `${unit} ${i}`}, label(token)));
  const isByLetters = tokens.slice(0, real).every(token => token.length <= 2);
  list.classList.toggle('letters', isByLetters);
  sight.disconnect();
  inSight.clear();
  groups = [];
  for (let i = 0, end; i < chips.length; i = end) {
    end = Math.min(chips.length, i + GROUP);
    // A group begins a line, so one of letters goes on to the end of the word.
    for (const most = end + GROUP; isByLetters && end < Math.min(most, chips.length) && tokens[end - 1].trim() !== ''; end++);
    const group = el('div', {class: 'group', role: 'presentation'}, chips.slice(i, end));
    group.first = i;
    groups.push(group);
  }
  list.replaceChildren(...groups);
  groups.forEach(group => sight.observe(group));
  selected = null;
  marked = [];
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

/** What the chips show by now: an answer and a round of it, for each group. */
let colouring = {};

function colour() {
  colouring = {};
  paint();
}

function paint() {
  const attention = app.data.attention;
  if (!attention || attention.n !== app.data.text?.n) return;
  const from = app.round() * attention.n;
  for (const group of inSight) {
    if (group.colouring === colouring) continue;
    group.colouring = colouring;
    for (let i = group.first; i < group.first + group.childElementCount; i++) {
      const bucket = attention.hashed ? bucketClass(attention.ids[from + i]) : '';
      if (chips[i].dataset.bucket !== bucket) chips[i].dataset.bucket = bucket;
    }
  }
}

function choose() {
  const chip = chips[app.chosen()];
  if (!chip || chip === selected) return;
  selected?.setAttribute('aria-selected', 'false');
  selected = chip;
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
app.on('vectors', sizes);
app.on('attention round', colour);
app.on('chosen', choose);
app.on('hover pointed', hover);
