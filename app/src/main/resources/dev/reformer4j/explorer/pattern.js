// Which pairs an attention computes, from the runs that the server sends: the bucket orders of all
// rounds make a ring, and what a query meets in a round is one run of it, masks aside.

/**
 * @param earlier a pattern that is needed no more; its memory is used again
 * @returns seen `[n, stride]` in how many rounds a query (row) sees a key (column), itself left out;
 *   rows begin at multiples of four, so that four cells can be looked at at once; pairs: how many
 *   pairs that are
 */
export function patternOf(attention, earlier) {
  const {n, real, active, ids, order, runFirst, runLength, causal, maskOtherBuckets, hashed} = attention;
  const stride = 4 * Math.ceil(n / 4);
  const seen = earlier?.n === n ? earlier.seen.fill(0) : new Uint8Array(n * stride);
  const rounds = active.length;
  const ring = rounds * n;
  const own = hashed && maskOtherBuckets;
  let pairs = 0;
  for (let query = 0; query < real; query++) {
    const row = query * stride;
    const last = causal ? query : real - 1;
    for (let a = 0; a < rounds; a++) {
      let place = runFirst[a * n + query];
      for (let left = runLength[a * n + query]; left > 0; ) {
        // A piece of the run that lies in one round.
        const round = Math.floor(place / n);
        const count = Math.min(left, (round + 1) * n - place);
        const shift = (active[round] - round) * n;
        left -= count;
        if (!own) pairs += meet(seen, row, order, place + shift, count, last);
        else if (round === a) pairs += meetOwn(seen, row, order, place + shift, count, last, ids, active[round] * n, query);
        place = (place + count) % ring;
      }
    }
    if (seen[row + query] > 0) pairs--;
    seen[row + query] = 0;
  }
  return {seen, pairs, n, stride};
}

/** Counts the keys of some places, and says how many were new. */
function meet(seen, row, order, from, count, last) {
  let fresh = 0;
  for (let place = from; place < from + count; place++) {
    const key = order[place];
    if (key > last) continue;
    const times = seen[row + key];
    if (times === 0) fresh++;
    if (times < 255) seen[row + key] = times + 1;
  }
  return fresh;
}

/** The same for keys of the query's own bucket alone. */
function meetOwn(seen, row, order, from, count, last, ids, round, query) {
  let fresh = 0;
  const bucket = ids[round + query];
  for (let place = from; place < from + count; place++) {
    const key = order[place];
    if (key > last || ids[round + key] !== bucket) continue;
    const times = seen[row + key];
    if (times === 0) fresh++;
    if (times < 255) seen[row + key] = times + 1;
  }
  return fresh;
}

/**
 * The weights of full attention, as the server sends them: row after row, one a query, each of which
 * ends with its own token if the attention is causal.
 *
 * @param levels −16 · ln(weight) of all pairs
 * @returns levels; start: where the row of a query begins; length: how many keys it has
 */
export function rowsOf(levels, n, causal) {
  return {
    levels,
    start: query => (causal ? (query * (query + 1)) / 2 : query * n),
    length: query => (causal ? query + 1 : n),
  };
}

/** Pairs that full attention computes, each token with itself left out. */
export function allPairs(real, causal) {
  return causal ? (real * (real - 1)) / 2 : real * (real - 1);
}

/**
 * Cells of the square, gathered in bins along one axis: a bin is a pixel where one holds several
 * tokens, and a token where it has several pixels.
 *
 * @returns starts: where each bin begins, in tokens, and where the last one ends; ofPixel: its bin
 */
function axis(from, size, side, real) {
  const scale = size / side;
  const inside = token => Math.max(0, Math.min(real, token));
  const first = Math.floor(from);
  const bins = scale >= 1 ? side : Math.floor(from + size - 1e-9) - first + 1;
  const starts = new Int32Array(bins + 1);
  for (let bin = 0; bin <= bins; bin++) starts[bin] = inside(scale >= 1 ? Math.floor(from + bin * scale) : first + bin);
  const ofPixel = new Int32Array(side);
  for (let p = 0; p < side; p++) ofPixel[p] = scale >= 1 ? p : Math.min(bins - 1, Math.floor(from + p * scale) - first);
  return {bins, starts, ofPixel};
}

/**
 * The heaviest pair of full attention in every bin, which no control of hashing changes.
 *
 * @returns level: its level; at: its cell in a pattern
 */
function heaviestOf({levels, start, length}, {stride}, rows, columns) {
  const level = new Uint8Array(rows.bins * columns.bins).fill(255);
  const at = new Int32Array(rows.bins * columns.bins);
  for (let by = 0; by < rows.bins; by++) {
    for (let y = rows.starts[by]; y < rows.starts[by + 1]; y++) {
      const row = start(y), seen = length(y);
      for (let bx = 0, bin = by * columns.bins; bx < columns.bins && columns.starts[bx] < seen; bx++, bin++) {
        const end = Math.min(seen, columns.starts[bx + 1]);
        let least = level[bin], where = -1;
        for (let x = columns.starts[bx]; x < end; x++) {
          if (levels[row + x] < least) {
            least = levels[row + x];
            where = x;
          }
        }
        if (where < 0) continue;
        level[bin] = least;
        at[bin] = y * stride + where;
      }
    }
  }
  return {level, at};
}

let kept = {};

function keptHeaviest(full, pattern, real, box, side, rows, columns) {
  const same = kept.full === full && kept.real === real && kept.x === box.x && kept.y === box.y && kept.size === box.size && kept.side === side;
  if (!same) kept = {full, real, ...box, side, heaviest: heaviestOf(full, pattern, rows, columns)};
  return kept.heaviest;
}

/** How many pairs of every bin were computed. Four cells at a time are turned into ones and zeros and added to those below, before columns are. */
function computedOf({seen, stride}, rows, columns) {
  const words = new Int32Array(seen.buffer);
  const computed = new Int32Array(rows.bins * columns.bins);
  const from = columns.starts[0] >> 2, to = (columns.starts[columns.bins] + 3) >> 2;
  const sums = new Int32Array(to);
  const cells = new Uint8Array(sums.buffer);
  for (let by = 0; by < rows.bins; by++) {
    sums.fill(0);
    for (let y = rows.starts[by]; y < rows.starts[by + 1]; y++) {
      const row = (y * stride) >> 2;
      for (let w = from; w < to; w++) {
        const word = words[row + w];
        sums[w] += ((((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word) >>> 7) & 0x01010101;
      }
    }
    for (let bx = 0, bin = by * columns.bins; bx < columns.bins; bx++, bin++) {
      const end = columns.starts[bx + 1];
      let sum = 0;
      for (let x = columns.starts[bx]; x < end; x++) sum += cells[x];
      computed[bin] = sum;
    }
  }
  return computed;
}

/** Steps of the share of a bin's pairs that were computed, where it is drawn. */
const SHARES = 16;

/** Pixels by level, and by share and level. */
function palette(colours, faintest) {
  const heavy = level => Math.max(0, 1 - level / faintest);
  return {
    lost: Uint32Array.from({length: 256}, (_, level) => mixed(colours.paper, colours.lost, 0.25 + 0.75 * heavy(level))),
    seen: Uint32Array.from({length: 256 * (SHARES + 1)}, (_, i) => mixed(colours.paper, colours.seen, 0.2 + (0.12 * (i >> 8)) / SHARES + 0.68 * heavy(i & 255))),
    nothing: mixed(colours.paper, colours.paper, 1),
    outside: mixed(colours.card, colours.card, 1),
    colours,
    faintest,
  };
}

let mixedBefore = {};

/**
 * Draws the square into an image, pixel by pixel: blue where a pair was computed, orange where it was
 * not although full attention gives it weight; the stronger, the more weight. Where a pixel holds
 * several pairs, the heaviest decides.
 *
 * @param full the rows of full attention's weights
 * @param box {x, y, size} the part to be seen, in tokens
 * @param colours of the theme; the same object as long as it is the same
 */
export function paint(image, pattern, full, real, box, perNat, colours) {
  const side = image.width;
  const rows = axis(box.y, box.size, side, real), columns = axis(box.x, box.size, side, real);
  const {level, at} = keptHeaviest(full, pattern, real, box, side, rows, columns);
  const computed = computedOf(pattern, rows, columns);
  const faintest = perNat * (Math.log(Math.max(2, real)) + 0.7);
  if (mixedBefore.colours !== colours || mixedBefore.faintest !== faintest) mixedBefore = palette(colours, faintest);
  const {lost, seen, nothing, outside} = mixedBefore;
  const cells = pattern.seen;
  const pixels = new Uint32Array(image.data.buffer);
  for (let py = 0; py < side; py++) {
    const by = rows.ofPixel[py], tall = rows.starts[by + 1] - rows.starts[by];
    for (let px = 0; px < side; px++) {
      const bx = columns.ofPixel[px], all = tall * (columns.starts[bx + 1] - columns.starts[bx]);
      const bin = by * columns.bins + bx;
      const heaviest = level[bin];
      let colour = nothing;
      if (all === 0) colour = outside;
      else if (heaviest < faintest && cells[at[bin]] === 0) colour = lost[heaviest];
      else if (computed[bin] > 0) colour = seen[((((SHARES * computed[bin]) / all) | 0) << 8) + heaviest];
      pixels[py * side + px] = colour;
    }
  }
}

/** A colour between two, as a pixel: red in the lowest byte. */
function mixed(from, to, share) {
  const [r, g, b] = from.map((value, i) => Math.round(value + share * (to[i] - value)));
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}
