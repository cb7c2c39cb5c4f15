// Where the controls stand, kept in the page's address, and who wants to hear of changes.
//
// A control that moves makes an entry in the browser's history, so undo is Back, and an address that
// was copied shows the same. The chosen token and the round that is shown change too often for that;
// they only replace the address.

const PARSERS = {
  text: String, unit: String, buckets: String, chunking: String,
  layer: Number, head: Number, token: Number, rounds: Number, chunk: Number, before: Number, after: Number,
  seed: String, round: Number,
  causal: flag, maskOtherBuckets: flag, countOnce: flag,
  on: value => value.split('.').filter(part => /^\d+$/.test(part)).map(Number),
};

/** What is not sent to the server. */
const LOCAL = new Set(['round']);

/** Choosing another text leaves these behind. */
const OF_TEXT = ['token'];

function flag(value) {
  return value === '1';
}

function parse(hash) {
  const state = {};
  for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ''))) {
    if (!(name in PARSERS)) continue;
    const parsed = PARSERS[name](value);
    if (!Number.isNaN(parsed)) state[name] = parsed;
  }
  return state;
}

function print(state) {
  const params = new URLSearchParams();
  for (const name of Object.keys(PARSERS)) {
    const value = state[name];
    if (value === undefined || value === null) continue;
    params.set(name, Array.isArray(value) ? value.join('.') : value === true ? '1' : value === false ? '0' : value);
  }
  return '#' + params;
}

const listeners = new Map();

/** Milliseconds within which steps are one change. */
const TOGETHER = 800;
let steps = {};

/** The depth of the last change that was made, undone or not; the tab knows it after a reload. */
let newest = Math.max(history.state?.depth ?? 0, Number(ofTab('newest')));

function ofTab(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null; // a page from a file has no storage in every browser
  }
}

function noteNewest(depth) {
  newest = depth;
  try {
    sessionStorage.setItem('newest', depth);
  } catch {
    // redo then waits for the next change after a reload
  }
}

export const app = {
  /** Where the controls stand; what is missing is as usual. */
  state: parse(location.hash),
  /** Answers: status, text, attention, exact, token, cost, pattern. */
  data: {},
  /** The token under the pointer, if there is one. */
  hover: null,
  /** Tokens that something else points at, with a weight from 0 to 1. */
  pointed: new Map(),

  on(names, hear) {
    for (const name of names.split(' ')) {
      if (!listeners.has(name)) listeners.set(name, []);
      listeners.get(name).push(hear);
    }
  },

  emit(name) {
    for (const hear of listeners.get(name) ?? []) hear();
  },

  /** What the server is asked. */
  view(more) {
    const view = {text: app.text()};
    for (const [name, value] of Object.entries({...app.state, ...more})) {
      if (value === undefined || value === null || LOCAL.has(name) || name === 'text') continue;
      view[name] = name === 'seed' ? Number(value) : value;
    }
    return view;
  },

  text: () => app.state.text ?? app.sample,

  /** The token that everything shows: the one pointed at, else the chosen one. */
  focus: () => app.hover ?? app.chosen(),

  chosen() {
    const n = app.data.text?.real ?? 1;
    return Math.min(n - 1, app.state.token ?? app.data.text?.middle ?? 0);
  },

  /** The round shown where only one can be. */
  round: () => Math.min(app.state.round ?? 0, Math.max(0, (app.data.attention?.hashedRounds ?? 1) - 1)),

  /**
   * @param isStep whether this may be a step on the way: steps of one control that follow each other
   *   closely are undone together
   */
  set(change, isStep = false) {
    const before = app.state;
    const next = {...before, ...change};
    if ('text' in change || 'unit' in change) {
      for (const name of OF_TEXT) if (!(name in change)) delete next[name];
    }
    if ('rounds' in change) delete next.on;
    for (const name of Object.keys(next)) if (next[name] === undefined) delete next[name];
    if (print(next) === print(before)) return;
    const names = Object.keys(change).join();
    const goesOn = isStep && steps.names === names && performance.now() - steps.last < TOGETHER;
    steps = isStep ? {names, last: performance.now()} : {};
    app.state = next;
    if (!goesOn) noteNewest(++app.depth);
    app.changed(); // first the question, which is on its way while the browser takes notes
    remember(goesOn ? 'replaceState' : 'pushState', app.depth);
  },

  choose(token) {
    if (token === app.chosen()) return;
    app.state = {...app.state, token};
    remember('replaceState', app.depth);
    app.emit('chosen');
  },

  showRound(round) {
    app.state = {...app.state, round};
    remember('replaceState', app.depth);
    app.emit('round');
  },

  point(token) {
    if (token === app.hover) return;
    app.hover = token;
    app.emit('hover');
  },

  pointAll(tokens) {
    app.pointed = tokens;
    app.emit('pointed');
  },

  depth: 0,
  canUndo: () => app.depth > 0,
  canRedo: () => app.depth < newest,
  changed: () => {},
};

function remember(how, depth, address = print(app.state)) {
  try {
    history[how]({depth}, '', address);
  } catch {
    // a page from a file may not change its address in every browser; it works without
  }
  app.emit('history');
}

/** An address that somebody wrote has no depth yet: nothing lies ahead of it. */
function arrive() {
  app.depth = history.state?.depth ?? 0;
  if (history.state !== null) return;
  noteNewest(0);
  remember('replaceState', 0, location.href);
}

arrive();
addEventListener('popstate', () => {
  steps = {};
  app.state = parse(location.hash);
  arrive();
  app.emit('history');
  app.changed();
});
