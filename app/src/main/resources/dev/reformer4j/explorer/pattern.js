// Which pairs an attention computes, from the runs that the server sends: the bucket orders of all
// rounds make a ring, and what a query meets in a round is one run of it, masks aside.

/**
 * @returns seen `[n · n]` in how many rounds a query (row) sees a key (column), itself left out;
 *   pairs: how many pairs that are
 */
export function patternOf(attention) {
  const {n, real, active, ids, order, runFirst, runLength, causal, maskOtherBuckets, hashed} = attention;
  const seen = new Uint8Array(n * n);
  const rounds = active.length;
  const ringOrder = new Int32Array(rounds * n);
  const ringIds = new Int32Array(rounds * n);
  for (let a = 0; a < rounds; a++) {
    const from = active[a] * n;
    ringOrder.set(order.subarray(from, from + n), a * n);
    ringIds.set(ids.subarray(from, from + n), a * n);
  }
  const ring = rounds * n;
  let pairs = 0;
  for (let a = 0; a < rounds; a++) {
    for (let query = 0; query < real; query++) {
      const row = query * n;
      const bucket = ringIds[a * n + query];
      let place = runFirst[a * n + query];
      for (let left = runLength[a * n + query]; left > 0; left--) {
        const key = ringOrder[place];
        const keyRound = (place / n) | 0;
        const sameBucket = keyRound === a && ringIds[keyRound * n + key] === bucket;
        if (key < real && key !== query && !(causal && key > query) && (!hashed || !maskOtherBuckets || sameBucket)) {
          if (seen[row + key] === 0) pairs++;
          if (seen[row + key] < 255) seen[row + key]++;
        }
        place = place + 1 === ring ? 0 : place + 1;
      }
    }
  }
  return {seen, pairs, n};
}

/** Pairs that full attention computes, each token with itself left out. */
export function allPairs(real, causal) {
  return causal ? (real * (real - 1)) / 2 : real * (real - 1);
}

/**
 * Draws the square into an image, pixel by pixel: blue where a pair was computed, orange where it was
 * not although full attention gives it weight; the stronger, the more weight. Where a pixel holds
 * several pairs, the heaviest decides.
 *
 * @param levels full attention's weights as −16 · ln(weight), or null while they are on their way
 * @param box {x, y, size} the part to be seen, in tokens
 */
export function paint(image, pattern, levels, real, box, perNat, colours) {
  const {n, seen} = pattern;
  const pixels = image.data;
  const side = image.width;
  const faintest = perNat * (Math.log(Math.max(2, real)) + 0.7);
  const scale = box.size / side;
  const starts = new Int32Array(side + 1);
  for (let p = 0; p <= side; p++) starts[p] = Math.floor(box.x + p * scale);
  for (let py = 0; py < side; py++) {
    const top = Math.floor(box.y + py * scale);
    const bottom = Math.max(top + 1, Math.floor(box.y + (py + 1) * scale));
    for (let px = 0; px < side; px++) {
      const left = starts[px];
      const right = Math.max(left + 1, starts[px + 1]);
      let cells = 0, computed = 0, strongest = 255, lost = 255;
      if (top < real && left < real && bottom > 0 && right > 0) {
        for (let y = Math.max(0, top); y < bottom && y < real; y++) {
          const row = y * n;
          for (let x = Math.max(0, left); x < right && x < real; x++) {
            cells++;
            const level = levels ? levels[row + x] : 255;
            if (seen[row + x] > 0) {
              computed++;
              if (level < strongest) strongest = level;
            } else if (level < lost) {
              lost = level;
            }
          }
        }
      }
      const at = 4 * (py * side + px);
      let colour = colours.paper, alpha = 0;
      if (cells > 0) {
        const heavy = Math.max(0, 1 - lost / faintest);
        const own = computed > 0 ? 0.2 + 0.12 * (computed / cells) + 0.68 * Math.max(0, 1 - strongest / faintest) : 0;
        const missing = lost < faintest ? 0.25 + 0.75 * heavy : 0;
        if (missing > 0 && (computed === 0 || lost < strongest)) {
          colour = colours.lost;
          alpha = missing;
        } else {
          colour = colours.seen;
          alpha = own;
        }
      } else {
        colour = colours.card;
        alpha = 1;
      }
      const paper = colours.paper;
      pixels[at] = paper[0] + alpha * (colour[0] - paper[0]);
      pixels[at + 1] = paper[1] + alpha * (colour[1] - paper[1]);
      pixels[at + 2] = paper[2] + alpha * (colour[2] - paper[2]);
      pixels[at + 3] = 255;
    }
  }
}
