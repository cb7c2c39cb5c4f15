// Asks the server; or, on an exported page, looks up what was embedded.

const RETRIES = 4;
const embedded = document.getElementById('embedded');

/** What an exported page brings along; null on a served one. */
export const fixed = embedded ? JSON.parse(embedded.textContent) : null;

const client = Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, '0')).join('');
const running = new Map();

/** A sentence of the server's. */
export class Refusal extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

/** Whether an error only says that nobody wants this answer any more. */
export const isStale = error => error.name === 'AbortError' || error.status === 409;

async function send(kind, view, signal) {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch('api/v1/' + kind, {
      method: 'POST',
      headers: {'Content-Type': 'application/json', 'X-Work': client + '-' + kind},
      body: JSON.stringify(view),
      signal,
    });
    if (response.ok) return response;
    const sentence = await response.json().then(body => body.error, () => response.statusText);
    if ((response.status !== 429 && response.status !== 503) || attempt === RETRIES) {
      throw new Refusal(response.status, sentence);
    }
    await new Promise(resolve => setTimeout(resolve, 300 << attempt));
    signal.throwIfAborted();
  }
}

/** A question of one kind at a time: a newer one takes the place of an older. */
async function ask(kind, view) {
  running.get(kind)?.abort();
  const control = new AbortController();
  running.set(kind, control);
  return send(kind, view, control.signal);
}

export async function status() {
  if (fixed) return fixed.status;
  const response = await fetch('api/v1/status');
  const body = await response.json();
  if (!response.ok) throw new Refusal(response.status, body.error);
  return body;
}

export async function text(view) {
  return fixed ? fixed.text : (await ask('text', view)).json();
}

export async function attention(view) {
  const answer = fixed ? {...fixed.attention, story: fixed.tokens[view.token]} : await (await ask('attention', view)).json();
  for (const name of ['ids', 'order', 'runFirst', 'runLength']) answer[name] = new Int32Array(unpacked(answer[name]));
  answer.mass = new Float32Array(unpacked(answer.mass));
  answer.story = story({...answer.story});
  return answer;
}

export async function exact(view) {
  return new Uint8Array(fixed ? unpacked(fixed.exact) : await (await ask('exact', view)).arrayBuffer());
}

export async function token(view) {
  return story(fixed ? {...fixed.tokens[view.token]} : await (await ask('token', view)).json());
}

function story(answer) {
  if (answer.points) {
    answer.points = new Float32Array(unpacked(answer.points));
    answer.posts = new Float32Array(unpacked(answer.posts));
  }
  return answer;
}

/** Hears every line of an answer as it comes. */
async function lines(kind, view, hear) {
  const response = await ask(kind, view);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n');
    rest = parts.pop();
    for (const part of parts) {
      const line = JSON.parse(part);
      if (line.error) throw new Refusal(400, line.error);
      hear(line);
    }
  }
}

export async function cost(view, hear) {
  if (fixed) hear(fixed.cost);
  else await lines('cost', view, hear);
}

export const generate = (view, hear) => lines('generate', view, hear);

/** Ends work on the server as well. */
export async function cancel(kind) {
  running.get(kind)?.abort();
  await fetch('api/v1/work/' + client + '-' + kind, {method: 'DELETE'});
}

function unpacked(base64) {
  const binary = atob(base64);
  const all = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) all[i] = binary.charCodeAt(i);
  return all.buffer;
}
