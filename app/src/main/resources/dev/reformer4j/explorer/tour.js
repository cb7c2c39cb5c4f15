// The guided tour: six questions that newcomers ask, each answered with the page itself.

import {app} from './state.js';
import {byId, el, percent, whole, label, announce} from './dom.js';
import {showExample} from './hash.js';

const panel = byId('tour');
let step = -1;
let opener = null;

const STEPS = [
  {
    title: 'What are n and dQk, and what have they to do with each other?',
    stage: 'stage-text',
    says: ({text}) => [
      `This text has n = ${whole(text.real)} tokens: the sequence length, which some call n_seq. Each of them has one query/key vector of dQk = ${text.dQk} numbers, which some call n_q.`,
      'Nothing connects the two. Type more text and n grows; dQk stays. “Query” is the role a vector plays, not a question somebody typed.',
    ],
  },
  {
    title: 'How can random rotations know which vectors are near?',
    stage: 'stage-plane',
    says: () => [
      'A rotation puts up goal posts at random, each with its opposite. Every vector shoots at the post that it points to best; near vectors nearly always pick the same one.',
      'Try it: drag the vector, or turn it with the arrow keys. Small turns keep its bucket; a border in between is bad luck, and several rounds are the remedy.',
    ],
  },
  {
    title: 'Why an argmax? Does it shorten the vector?',
    stage: 'stage-hash',
    example: true,
    says: ({status}) => [
      'It shortens nothing; it names the bucket. Here is one token in three rounds of four buckets.',
      status.workedExample.map((round, r) => {
        const all = [...round.scores[0].values, ...round.scores[0].values.map(v => -v)];
        return `Round ${r + 1}: the largest of [xR; −xR] is ${Math.max(...all).toFixed(2)}, at index ${round.bucket}.`;
      }).join(' '),
      `So its buckets are ${status.workedExample.map(round => round.bucket).join(', ')}. The maxima are thrown away, and the vector itself is compared in full later; the bucket only says with whom.`,
    ],
  },
  {
    title: 'Buckets come in all sizes. How is that computed?',
    stage: 'stage-order',
    says: ({attention}) => [
      'Each round sorts the tokens by bucket; the ribbons show where every token goes. Sorting keeps the order of the text within a bucket.',
      attention.chunking === 'chunked'
        ? `The sorted row is cut into chunks of ${attention.chunk}. A query sees its own chunk, framed, and its neighbours, shaded. A bucket larger than a chunk is marked: it is cut in pieces.`
        : 'With sliding chunking a query sees the nearest tokens of its own bucket, shaded.',
    ],
  },
  {
    title: 'Do pairs that are not computed count as zero?',
    stage: 'stage-attend',
    says: ({token, text}) => {
      const lost = token?.lost[0];
      const word = i => `“${label(text.tokens[i] ?? '')}”`;
      return [
        'Their weight is zero; their logit is not. Blue pairs were computed. Orange ones were not, although full attention gives them weight: it is as if their logit were −∞, and what they would have had goes to the others.',
        lost
          ? `For token ${token.token} ${word(token.token)} the heaviest lost key is ${word(lost.token)}: its logit is ${lost.logit.toFixed(2)}, far from zero, and full attention would give it ${percent(lost.fullWeight)}.`
          : 'The chosen token lost nothing.',
      ];
    },
  },
  {
    title: 'How much is lost, and what is it worth?',
    stage: 'stage-cost',
    says: ({attention, cost}) => {
      const masses = attention.massByRounds;
      const i = cost ? cost.tokens.indexOf(65536) : -1;
      return [
        masses.length > 1
          ? `Measured here: one round captures ${percent(masses[0])} of the full softmax weight, ${masses.length} rounds ${percent(masses.at(-1))}. Switch rounds on and off above and watch.`
          : `Measured here: this captures ${percent(masses[0])} of the full softmax weight.`,
        i >= 0
          ? `And the gain: at 65,536 tokens exact attention computes ${(cost.exact.pairs[i] / cost.lsh.pairs[i]).toFixed(0)} times as many pairs as LSH attention does with these settings, and the gap grows with the length.`
          : 'The gain grows with the length.',
      ];
    },
  },
];

function show() {
  const now = STEPS[step];
  document.querySelectorAll('.toured').forEach(stage => stage.classList.remove('toured'));
  showExample(now?.example ? app.data.status.workedExample : null);
  panel.hidden = !now;
  if (!now) return;
  const stage = byId(now.stage);
  stage.classList.add('toured');
  byId('tour-count').textContent = `${step + 1} of ${STEPS.length}`;
  byId('tour-title').textContent = now.title;
  fill();
  byId('tour-back').disabled = step === 0;
  byId('tour-next').textContent = step === STEPS.length - 1 ? 'Done' : 'Next';
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  stage.scrollIntoView({block: innerWidth < 760 ? 'start' : 'center', behavior: still ? 'auto' : 'smooth'});
  byId('tour-title').focus({preventScroll: true});
}

function fill() {
  const now = STEPS[step];
  if (!now || !app.data.attention || !app.data.text) return;
  byId('tour-text').replaceChildren(...now.says(app.data).map(sentence => el('p', {}, sentence)));
}

function close() {
  step = -1;
  show();
  opener?.focus();
}

byId('tour-start').addEventListener('click', event => {
  if (!app.data.attention || !app.data.status) return;
  opener = event.currentTarget;
  step = 0;
  show();
});
byId('tour-next').addEventListener('click', () => {
  if (step === STEPS.length - 1) close();
  else {
    step++;
    show();
  }
});
byId('tour-back').addEventListener('click', () => {
  step = Math.max(0, step - 1);
  show();
});
byId('tour-close').addEventListener('click', close);
panel.addEventListener('keydown', event => {
  if (event.key === 'Escape') close();
});
app.on('token attention cost', () => {
  if (step >= 0) fill();
});
app.on('text', () => announce(`${app.data.text.real} tokens`));
