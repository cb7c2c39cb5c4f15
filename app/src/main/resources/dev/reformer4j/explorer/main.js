// Begins: asks what there is, then answers every change of a control with as few questions as it
// needs.

import {app} from './state.js';
import * as api from './api.js';
import {byId, el, drawNow, nextFrame} from './dom.js';
import {patternOf, rowsOf} from './pattern.js';
import {fix} from './controls.js';
import './text.js';
import './hash.js';
import './plane.js';
import './order.js';
import './attend.js';
import './story.js';
import './cost.js';
import './generate.js';
import './tour.js';

const OPENING = 'It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife. However little known the feelings or views of such a man may be on his first entering a neighbourhood, this truth is so well fixed in the minds of the surrounding families, that he is considered as the rightful property of some one or other of their daughters.';
const SAMPLES = [
  ['Austen', OPENING],
  ['Shakespeare', 'Tomorrow, and tomorrow, and tomorrow, creeps in this petty pace from day to day, to the last syllable of recorded time; and all our yesterdays have lighted fools the way to dusty death. Out, out, brief candle! Life is but a walking shadow, a poor player, that struts and frets his hour upon the stage, and then is heard no more. It is a tale told by an idiot, full of sound and fury, signifying nothing.'],
  ['Genesis', 'In the beginning God created the heaven and the earth. And the earth was without form, and void; and darkness was upon the face of the deep. And the Spirit of God moved upon the face of the waters. And God said, Let there be light: and there was light. And God saw the light, that it was good: and God divided the light from the darkness. And God called the light Day, and the darkness he called Night. And the evening and the morning were the first day.'],
];

app.sample = api.fixed?.view.text ?? OPENING;
let answers = 0;

// What answers depend on: tokens, their vectors, the weights of full attention, and what hashing makes
// of them.
const TOKENS = ['text', 'unit'];
const VECTORS = [...TOKENS, 'layer'];
const WEIGHTS = [...VECTORS, 'head', 'causal'];
const HASHING = [...WEIGHTS, 'rounds', 'on', 'buckets', 'chunk', 'before', 'after', 'chunking', 'maskOtherBuckets', 'countOnce', 'seed'];

/** Where the controls stood for each of the answers at hand. */
const answered = {tokens: null, vectors: null, weights: null, hashing: null};

const standing = names => JSON.stringify(names.map(name => app.state[name]));

function busy(is) {
  document.documentElement.dataset.busy = is ? '1' : '';
}

function refuse(error) {
  if (api.isStale(error)) return;
  busy(false);
  answered.hashing = null;
  const box = byId('refusal');
  box.replaceChildren(el('p', {}, error instanceof api.Refusal ? sentence(error.message) : 'The explorer does not answer: ' + error.message),
    el('button', {type: 'button', onclick: () => (box.hidden = true)}, 'Close'));
  box.hidden = false;
  byId('latency').textContent = '';
}

const sentence = text => text[0].toUpperCase() + text.slice(1) + (text.endsWith('.') ? '' : '.');

/**
 * Attention and the chosen token's story, with all that they are looked at beside, shown together:
 * every stage is drawn once.
 */
async function askAttention() {
  const mine = ++answers;
  const [vectors, weights, hashing] = [VECTORS, WEIGHTS, HASHING].map(standing);
  const others = vectors !== answered.vectors;
  const view = app.view({token: undefined});
  const [attention, levels, text] = await Promise.all([
    api.attention(app.view({token: app.chosen()})),
    weights === answered.weights ? null : api.exact(view),
    others ? api.text(textView()) : app.data.text,
  ]);
  if (mine !== answers) return;
  if (app.asked !== null) document.documentElement.dataset.answered = (performance.now() - app.asked).toFixed(1);
  Object.assign(app.data, {attention, text, pattern: patternOf(attention, app.data.pattern)});
  if (levels) app.data.exact = rowsOf(levels, attention.n, attention.causal);
  Object.assign(answered, {vectors, weights, hashing});
  // A token chosen meanwhile has an answer of its own.
  if (attention.story.token === app.chosen()) app.data.token = attention.story;
  byId('refusal').hidden = true;
  if (others) app.emit('vectors');
  app.emit('attention');
  drawNow();
  await nextFrame();
  drawn(mine);
}

/** Tells that all stages show an answer: they were drawn, and the frame that shows them has begun. */
function drawn(answer) {
  document.documentElement.dataset.drawn = answer;
  if (app.asked === null) return;
  const ms = performance.now() - app.asked;
  document.documentElement.dataset.ms = ms.toFixed(1);
  byId('latency').textContent = `answered and drawn in ${Math.round(ms)} ms`;
  app.asked = null;
}

async function askToken() {
  app.data.token = await api.token(app.view({token: app.chosen()}));
  app.emit('token');
}

async function askCost() {
  await api.cost(app.view({token: undefined}), line => {
    app.data.cost = line;
    app.emit('cost');
  });
}

const textView = () => ({text: app.text(), unit: app.state.unit, layer: app.state.layer});

async function askText() {
  const [tokens, vectors] = [TOKENS, VECTORS].map(standing);
  app.data.pattern = app.data.exact = app.data.token = null;
  app.data.text = await api.text(textView());
  Object.assign(answered, {tokens, vectors, weights: null, hashing: null});
  app.emit('text');
  app.emit('vectors');
}

async function answer() {
  busy(true);
  try {
    if (standing(TOKENS) !== answered.tokens) await askText();
    if (standing(HASHING) !== answered.hashing) {
      await askAttention();
      await askCost();
    } else {
      await askToken();
    }
    busy(false);
  } catch (error) {
    refuse(error);
  }
}

app.changed = () => {
  app.asked = performance.now();
  answer();
};
app.on('chosen', () => {
  app.dragged = null;
  askToken().catch(refuse);
});
app.on('round', () => (app.dragged = null));

byId('samples').append(...SAMPLES.map(([name, text]) => el('button', {type: 'button', onclick: () => {
  byId('text').value = text;
  app.set({text});
}}, name)));

async function begin() {
  try {
    app.data.status = await api.status();
    byId('source').textContent = app.data.status.source;
    app.emit('status');
    if (api.fixed) fix();
    await answer(); // waits for words to be learnt or a model to be read, and says nothing of the rest
    document.documentElement.dataset.ready = '1';
  } catch (error) {
    refuse(error);
  }
}

app.asked = null;
begin();
