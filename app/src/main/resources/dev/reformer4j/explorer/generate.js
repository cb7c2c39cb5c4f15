// A continuation, token by token, each with the earlier tokens that were looked at when it was
// chosen.

import {app} from './state.js';
import {byId, el, label, percent, announce} from './dom.js';
import {generate, cancel, isStale, fixed} from './api.js';

const out = byId('continuation');
const go = byId('generate');
const stop = byId('generate-stop');
const looks = byId('looks');
let told = [];
let grown = '';
let running = false;

function ready() {
  const {status} = app.data;
  if (!status) return;
  const able = status.generates && !fixed;
  byId('generate-form').hidden = !able;
  byId('generate-none').hidden = able;
  byId('generate-none').textContent = fixed
    ? 'This page is a file; a continuation needs the explorer itself.'
    : 'These vectors cannot go on with a text. Start the explorer with a language model, such as the one it takes without --words, and its continuation streams here, each token with the earlier ones it looked at.';
  byId('new-tokens').max = status.mostNewTokens;
}

function show(line) {
  const keys = new Map(line.keys?.map(key => [key.token, key]) ?? []);
  grown += line.piece;
  const chip = el('bdi', {class: 'chip new', tabindex: '0', role: 'button'}, label(line.piece || '…'));
  const look = () => {
    out.querySelectorAll('.picked').forEach(other => other.classList.remove('picked'));
    chip.classList.add('picked');
    app.pointAll(keys);
    const tokens = app.data.text.tokens;
    const word = i => (i < (app.data.text.real ?? 0) ? tokens[i] : told[i - app.data.text.real]?.piece ?? '');
    looks.replaceChildren(
      `Token ${line.position} was chosen by the query of token ${line.query}, which captured ${percent(line.capturedMass ?? 1)} of its weight and looked at:`,
      el('ol', {}, [...keys.values()].map(key => el('li', {},
        el('bdi', {class: 'word'}, label(word(key.token))), ` token ${key.token}, `, el('b', {}, percent(key.weight)),
        el('span', {class: 'share'}, el('span', {class: 'fill seen', style: {width: 100 * key.weight + '%'}}))))));
  };
  chip.addEventListener('pointerenter', look);
  chip.addEventListener('focus', look);
  chip.addEventListener('click', look);
  out.append(chip);
  told.push(line);
  look();
}

async function run() {
  running = true;
  told = [];
  grown = '';
  out.replaceChildren();
  looks.replaceChildren();
  go.disabled = true;
  stop.disabled = false;
  byId('generate-note').textContent = 'reading the text …';
  const began = performance.now();
  try {
    const view = app.view({newTokens: Number(byId('new-tokens').value), temperature: Number(byId('temperature').value)});
    // Only what concerns a continuation: the model hashes as it was trained to.
    const asked = Object.fromEntries(['text', 'layer', 'head', 'seed', 'newTokens', 'temperature'].filter(name => view[name] !== undefined).map(name => [name, view[name]]));
    await generate(asked, line => {
      if (line.end) byId('generate-note').textContent = ended(line.end, began);
      else if (line.keys) {
        show(line);
        byId('generate-note').textContent = `${told.length} tokens …`;
      } else if (line.piece) {
        grown += line.piece;
      }
    });
  } catch (error) {
    byId('generate-note').textContent = isStale(error) ? `stopped after ${told.length} tokens` : error.message;
  } finally {
    running = false;
    go.disabled = false;
    stop.disabled = true;
    byId('keep').disabled = grown === '';
    announce(byId('generate-note').textContent);
  }
}

function ended(reason, began) {
  const per = ((performance.now() - began) / Math.max(1, told.length)).toFixed(0);
  return `${told.length} tokens, ${per} ms each, looked into` + (reason === 'max_new_tokens' ? '' : `; ended: ${reason.replaceAll('_', ' ')}`);
}

byId('generate-form').addEventListener('submit', event => {
  event.preventDefault();
  if (!running) run();
});
stop.addEventListener('click', () => cancel('generate'));
byId('keep').addEventListener('click', () => {
  const text = app.text() + grown;
  out.replaceChildren();
  looks.replaceChildren();
  byId('keep').disabled = true;
  app.pointAll(new Map());
  app.set({text});
});
app.on('status', ready);
app.on('vectors', () => {
  if (running) cancel('generate');
  out.replaceChildren();
  looks.replaceChildren();
  byId('keep').disabled = true;
  app.pointAll(new Map());
});
