// The palette of the page's style sheet, for canvases. The bucket colours are those of Okabe and Ito
// (2008), which colour-blind readers tell apart; buckets beyond the eighth take turns with them.

const BUCKETS = 8;
let palette = null;

function read() {
  const style = getComputedStyle(document.documentElement);
  const named = name => style.getPropertyValue('--' + name).trim();
  palette = {
    ink: named('ink'), soft: named('soft'), line: named('line'), paper: named('paper'), card: named('card'),
    seen: named('seen'), lost: named('lost'), mark: named('mark'),
    buckets: Array.from({length: BUCKETS}, (_, i) => named('b' + i)),
  };
  palette.square = Object.fromEntries(['paper', 'card', 'seen', 'lost'].map(name => [name, rgb(palette[name])]));
  return palette;
}

export const colours = () => palette ?? read();
export const bucketColour = bucket => colours().buckets[bucket % BUCKETS];
export const bucketClass = bucket => 'b' + bucket % BUCKETS;

/** `#0072b2` as [0, 114, 178]. */
function rgb(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Calls when the reader's setting for light or dark changes. */
export function onTheme(redraw) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    palette = null;
    redraw();
  });
}
