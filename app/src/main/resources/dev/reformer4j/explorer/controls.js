// The controls: each shows what holds, be it asked for or usual, and asks for something else.

import {app} from './state.js';
import {byId, el} from './dom.js';
import {fixed} from './api.js';

/** A number that is changed once is answered at once; while a key repeats or digits follow, the answer waits until they end. */
const WAIT = 120;
let waiting = null, lastInput = -Infinity;

const NUMBERS = ['rounds', 'chunk', 'before', 'after', 'head'];
const FLAGS = ['causal', 'maskOtherBuckets', 'countOnce'];

function soon(change) {
  clearTimeout(waiting);
  const now = performance.now();
  if (now - lastInput > WAIT) app.set(change, true);
  else waiting = setTimeout(() => app.set(change, true), WAIT);
  lastInput = now;
}

/** The settings that hold now. */
function render() {
  const {attention, text, status} = app.data;
  if (!attention || !text || !status) return;
  for (const name of NUMBERS) if (document.activeElement !== byId(name)) byId(name).value = name === 'head' ? app.state.head ?? 0 : attention[name];
  for (const name of FLAGS) byId(name).checked = attention[name];
  if (document.activeElement !== byId('buckets')) byId('buckets').value = app.state.buckets ?? attention.factors.join('x');
  byId('buckets').placeholder = 'auto';
  if (document.activeElement !== byId('seed')) byId('seed').value = app.state.seed ?? (/^\d+$/.test(text.usual.seed) ? text.usual.seed : '');
  byId('seed').placeholder = text.usual.seed;
  byId('chunking').value = attention.chunking;
  byId('unit').value = app.state.unit ?? 'auto';
  byId('unit-label').hidden = !status.choosesUnit;
  byId('head').max = text.heads - 1;
  byId('head-label').hidden = text.heads === 1;
  byId('rounds').max = status.mostRounds;
  const layers = byId('layer');
  byId('layer-label').hidden = status.layers.length === 0;
  if (layers.options.length !== status.layers.length) {
    layers.replaceChildren(...status.layers.map(layer => el('option', {value: layer.index, disabled: !layer.hashes}, layer.hashes ? `${layer.index}` : `${layer.index}: local, not hashed`)));
  }
  layers.value = app.state.layer ?? status.layers.find(layer => layer.hashes)?.index ?? '';
  switches(attention);
}

let switched = '';

function switches(attention) {
  const box = byId('switches');
  const stand = attention.rounds + ':' + (app.state.on ?? '');
  if (stand === switched) return;
  switched = stand;
  const had = box.contains(document.activeElement) ? document.activeElement.dataset.round : null;
  const on = app.state.on ?? Array.from({length: attention.rounds}, (_, r) => r);
  box.replaceChildren(...Array.from({length: attention.rounds}, (_, r) => {
    const input = el('input', {type: 'checkbox', checked: on.includes(r), dataset: {round: r}, disabled: Boolean(fixed), onchange: event => {
      // As the switches stand by now: an answer to an earlier one may be on its way.
      const next = [...box.querySelectorAll(':checked')].map(other => Number(other.dataset.round));
      if (next.length === 0) {
        event.target.checked = true;
        byId('switch-note').textContent = 'One round must stay on.';
        return;
      }
      byId('switch-note').textContent = '';
      app.set({on: next.length === attention.rounds ? undefined : next});
    }});
    return el('label', {class: 'switch'}, input, String(r + 1));
  }));
  if (had !== null) box.querySelector(`[data-round="${had}"]`)?.focus();
}

for (const name of NUMBERS) {
  byId(name).addEventListener('input', event => {
    const value = event.target.value.trim();
    if (value === '') return;
    if (event.target.validity.valid) soon({[name]: Number(value)});
  });
  byId(name).addEventListener('change', event => {
    if (event.target.value.trim() === '') app.set({[name]: undefined});
  });
}
for (const name of FLAGS) byId(name).addEventListener('change', event => app.set({[name]: event.target.checked}));
byId('buckets').addEventListener('change', event => app.set({buckets: event.target.value.trim() === '' || event.target.value.trim() === 'auto' ? undefined : event.target.value.trim()}));
byId('seed').addEventListener('change', event => {
  const value = event.target.value.trim();
  if (value === '' || /^-?\d{1,15}$/.test(value)) app.set({seed: value === '' ? undefined : value});
});
byId('chunking').addEventListener('change', event => app.set({chunking: event.target.value}));
byId('unit').addEventListener('change', event => app.set({unit: event.target.value === 'auto' ? undefined : event.target.value}));
byId('layer').addEventListener('change', event => app.set({layer: Number(event.target.value)}));
byId('another-seed').addEventListener('click', () => app.set({seed: String((Number(app.state.seed ?? 0) + 1) % 1e15)}));
const undo = () => app.canUndo() && history.back();
const redo = () => app.canRedo() && history.forward();
byId('undo').addEventListener('click', undo);
byId('redo').addEventListener('click', redo);
byId('reset').addEventListener('click', () => {
  const change = {};
  for (const name of [...NUMBERS, ...FLAGS, 'buckets', 'seed', 'chunking', 'on']) change[name] = undefined;
  app.set(change);
});

addEventListener('keydown', event => {
  const editing = event.target.matches?.('input[type=text], input[type=number], textarea');
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && !editing) {
    event.preventDefault();
    if (event.shiftKey) redo();
    else undo();
  }
});

byId('text-form').addEventListener('submit', event => {
  event.preventDefault();
  const text = byId('text').value;
  if (text.trim() !== '') app.set({text});
});
byId('text').addEventListener('keydown', event => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    byId('text-form').requestSubmit();
  }
});

function undoable() {
  byId('undo').disabled = !app.canUndo();
  byId('redo').disabled = !app.canRedo();
}

/** On an exported page what needs the server is shown as it is. */
export function fix() {
  document.querySelectorAll('#controls input, #controls select, #controls button, #text, #text-form button, #samples button').forEach(control => (control.disabled = true));
  byId('fixed-note').hidden = false;
}

app.on('attention text', render);
app.on('text', () => {
  if (document.activeElement !== byId('text')) byId('text').value = app.text();
});
app.on('history', undoable);
undoable();
