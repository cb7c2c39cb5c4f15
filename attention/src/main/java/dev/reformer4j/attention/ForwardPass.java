package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import java.util.Arrays;

/// The forward pass of every attention here; what differs between them is the [Pattern].
///
/// For each block of 64 queries: the scores of all keys it sees, transposed, `S = K Qᵀ` with
/// queries as lanes; maximum and exponentials down the columns; the weighted values `SᵀV`; and at
/// once into the output rows. Everything between the input rows and the output rows lives in
/// scratch that fits the cache, and nothing grows with n.
///
/// Why this shape (measured, see docs/performance.md):
///
/// - *Tokens are lanes.* Gathered rows are transposed once into a panel, which serves as queries
///   and, in shared attention, as keys: both sides of the score product then have the one layout
///   the fastest kernel wants, and a softmax over keys needs no reduction across lanes. Scores
///   stand in one slab, the keys of all blocks below one another.
/// - *The running softmax replaces the merge of rounds* (see [SoftmaxState]): no logarithm, no
///   second buffer of outputs.
/// - *A causal mask is a staircase* (see [RowRange]), since tokens of a chunk stand by position: of
///   the pairs that it hides, most are not computed.
/// - *Keys are loaded once* and kept for the next groups that see them.
final class ForwardPass {
  /// Query blocks that share a batch of keys.
  private static final int TILES = 8;

  /// Keys whose values are added in one go, where they stand side by side: a tile of sums is
  /// fetched and put away once for two blocks.
  private static final int MOST_KEYS = 2 * Kernels.PANEL;

  private final AttentionData data;
  private final float[] output;
  private final SoftmaxState state;

  private ForwardPass(AttentionData data, float[] output, SoftmaxState state) {
    this.data = data;
    this.output = output;
    this.state = state;
  }

  /// Runs the pass: fills `output` `[batch, heads, n, dV]` and the softmax state.
  static SoftmaxState run(AttentionData data, float[] output, Workers workers) {
    SoftmaxState state = SoftmaxState.of(data.rows * data.n);
    ForwardPass pass = new ForwardPass(data, output, state);
    TaskGrid.of(data)
        .run(
            workers,
            () -> {
              Scratch scratch = pass.new Scratch();
              return scratch::span;
            });
    return state;
  }

  /// One thread's scratch and its work.
  private final class Scratch {
    private final Kernels kernels = Kernels.best();
    private final int strip = kernels.strip();
    private final int slab = kernels.slab();
    private final int columns = AttentionData.wholeStrips(data.dV);
    private final QueryTile[] queries = new QueryTile[TILES];
    private final float[][] queryPanels = new float[TILES][];
    private final LoadedKeys[] slots = new LoadedKeys[slots(data.pattern(0))];
    private final int height = slots.length * Kernels.PANEL;
    private final float[] values = AttentionData.slabs(data.dV, height);
    private final float[] sums = AttentionData.slabs(data.dV, Kernels.PANEL);
    private float[] scores = {};
    private final float[] max = new float[Kernels.PANEL];
    private final float[] oldMax = new float[Kernels.PANEL];
    private final float[] sum = new float[Kernels.PANEL];
    private final float[] keep = new float[Kernels.PANEL];
    private final float[] gain = new float[Kernels.PANEL];
    private final float[] logSumExp = new float[Kernels.PANEL];
    private final int[] offsets = new int[Kernels.PANEL];
    private final RowRange range = new RowRange();
    private final FarRows far = new FarRows(data);
    private final Run run = new Run();
    private Meetings.Counter counter;
    private int counterRow = -1;
    private int row = -1;
    private Pattern pattern;

    Scratch() {
      for (int i = 0; i < TILES; i++) {
        queries[i] = new QueryTile();
      }
    }

    /// All queries of a span of groups, against all they see.
    void span(int row, int stage, int from, int to) {
      if (row != this.row) {
        forget();
        this.row = row;
        this.pattern = data.pattern(row);
      }
      for (int group = from; group < to; group++) {
        group(stage * pattern.groups() + group);
      }
    }

    private void group(int group) {
      int first = pattern.firstKeyBlock(group);
      int last = pattern.lastKeyBlock(group);
      boolean lastStage = group / pattern.groups() == pattern.stages() - 1;
      int firstBlock = group * pattern.blocksPerGroup();
      for (int at = 0; at < pattern.blocksPerGroup(); at += TILES) {
        int tiles = Math.min(TILES, pattern.blocksPerGroup() - at);
        for (int i = 0; i < tiles; i++) {
          loadQueries(firstBlock + at + i, queries[i], i, first, last);
        }
        int from = first;
        do {
          Workers.checkpoint();
          int to = Math.min(last, from + slots.length - 1);
          makeRoom(to - from + 1);
          for (int block = from; block <= to; block++) {
            loadKeys(block);
          }
          for (int i = 0; i < tiles; i++) {
            if (queries[i].count > 0) {
              attend(
                  queries[i],
                  queryPanel(firstBlock + at + i, i, first, last),
                  group,
                  from,
                  to,
                  lastStage && to >= last);
            }
          }
          from = to + 1;
        } while (from <= last);
      }
    }

    /// How many key blocks are kept: those of a batch, or all there are.
    private static int slots(Pattern pattern) {
      boolean ring = pattern.reach().map(Pattern.Reach::ring).orElse(false);
      long all = (long) pattern.groups() * pattern.blocksPerGroup();
      return ring ? pattern.batch() : (int) Math.min(pattern.batch(), all);
    }

    private void makeRoom(int blocks) {
      int size = blocks * Kernels.PANEL * slab;
      if (scores.length < size) {
        scores = new float[size];
      }
    }

    private void forget() {
      for (LoadedKeys slot : slots) {
        if (slot != null) {
          slot.block = KeyTile.NO_BLOCK;
        }
      }
    }

    /// In shared attention the panel of queries is that of the same tokens as keys, if those are at
    /// hand.
    private boolean isAmongKeys(int block, int first, int last) {
      return data.input.isShared()
          && last - first < slots.length
          && first <= block
          && block <= last
          && pattern.reach().isPresent();
    }

    private void loadQueries(int block, QueryTile tile, int i, int first, int last) {
      data.queries(row, pattern, block, tile);
      if (tile.count > 0 && !isAmongKeys(block, first, last)) {
        if (queryPanels[i] == null) {
          queryPanels[i] = new float[Kernels.panelSize(data.dQk)];
        }
        AttentionData.rowOffsets(
            tile.token, tile.count, row * data.n * data.dQk, data.dQk, offsets);
        far.fetch(data.query, offsets, tile.count, data.dQk);
        kernels.transposeToSlabs(
            data.query, offsets, tile.count, data.dQk, queryPanels[i], 0, data.dQk);
      }
    }

    private float[] queryPanel(int block, int i, int first, int last) {
      return isAmongKeys(block, first, last) ? slot(block).panel : queryPanels[i];
    }

    private LoadedKeys slot(int block) {
      return slots[Math.floorMod(block, slots.length)];
    }

    private void loadKeys(int block) {
      int index = Math.floorMod(block, slots.length);
      if (slots[index] == null) {
        slots[index] = new LoadedKeys(data, values, index * Kernels.PANEL, height);
      }
      slots[index].load(kernels, pattern, row, block);
    }

    /// One block of queries against a batch of key blocks.
    private void attend(
        QueryTile tile, float[] panel, int group, int from, int to, boolean finish) {
      int stateRow = row * data.n;
      for (int i = 0; i < tile.count; i++) {
        max[i] = state.max()[stateRow + tile.token[i]];
      }
      System.arraycopy(max, 0, oldMax, 0, tile.count);
      Arrays.fill(sum, 0);
      for (int q = 0; q < tile.count; q += strip) {
        for (int block = from; block <= to; block++) {
          score(tile, panel, group, block, (block - from) * Kernels.PANEL, q);
        }
        for (int block = from; block <= to; block++) {
          weigh(tile, block, (block - from) * Kernels.PANEL, q);
        }
        addValues(tile, from, to, q);
      }
      merge(tile, stateRow, finish);
    }

    /// Scores of one key block and one strip of queries, masked, and the running maximum.
    private void score(QueryTile tile, float[] panel, int group, int block, int scoreRow, int q) {
      LoadedKeys keys = slot(block);
      int end = Math.min(tile.count, q + strip);
      range.find(tile, q, end, keys.tile, pattern.hasOpenRows(group, block));
      if (range.isEmpty()) {
        return;
      }
      kernels.dots(keys.panel, range.from, range.to, panel, q, data.dQk, scores, scoreRow);
      kernels.scaleAndMask(
          scores, scoreRow, range.from, range.openFrom, q, keys.tile.sight, tile.sight, max);
      kernels.scale(scores, scoreRow, range.openFrom, range.openTo, q, keys.tile.sight, max);
      kernels.scaleAndMask(
          scores, scoreRow, range.openTo, range.to, q, keys.tile.sight, tile.sight, max);
      if (pattern.meetings().isPresent()) {
        counter(pattern.meetings().get())
            .countOnce(tile, q, end, keys.tile, scores, scoreRow, range.from, range.to);
      }
    }

    private Meetings.Counter counter(Meetings meetings) {
      if (counterRow != row || counter == null) {
        counter = meetings.new Counter();
        counterRow = row;
      }
      return counter;
    }

    /// Exponentials of one key block, and their sum.
    private void weigh(QueryTile tile, int block, int scoreRow, int q) {
      range.find(tile, q, Math.min(tile.count, q + strip), slot(block).tile, false);
      if (!range.isEmpty()) {
        kernels.exponentials(scores, scoreRow + range.from, scoreRow + range.to, q, max, sum);
        KeyTile keys = slot(block).tile;
        data.dropOut(kernels, scores, scoreRow, range.from, range.to, q, keys, tile);
      }
    }

    /// Values of all key blocks, weighted, for one strip of queries: a tile of the kernel at a
    /// time, so that each sums no more keys than it sees.
    private void addValues(QueryTile tile, int from, int to, int firstQuery) {
      int end = Math.min(tile.count, firstQuery + strip);
      for (int q = firstQuery, rows; q < end; q += rows) {
        rows = Math.min(kernels.tileRows(), firstQuery + strip - q);
        run.begin(q, rows);
        for (int block = from; block <= to; block++) {
          LoadedKeys keys = slot(block);
          range.find(tile, q, Math.min(tile.count, q + rows), keys.tile, false);
          if (!range.isEmpty()) {
            run.add(
                (block - from) * Kernels.PANEL + range.from,
                keys.firstRow + range.from,
                range.to - range.from);
          }
        }
        run.end();
      }
    }

    /// Adds the sums of this batch to the output rows, and in the end divides by the sum of all
    /// weights.
    private void merge(QueryTile tile, int stateRow, boolean finish) {
      kernels.decay(oldMax, max, keep);
      for (int i = 0; i < tile.count; i++) {
        int at = stateRow + tile.token[i];
        float total = state.sum()[at] * keep[i] + sum[i];
        // Before the first key the row holds nothing, and it must not be read.
        keep[i] = state.sum()[at] == 0 ? 0 : keep[i];
        state.max()[at] = max[i];
        state.sum()[at] = total;
        gain[i] = !finish ? 1 : total == 0 ? 0 : 1 / total;
        keep[i] *= gain[i];
        sum[i] = total;
      }
      if (finish) {
        kernels.logSumExp(max, sum, logSumExp);
        for (int i = 0; i < tile.count; i++) {
          state.logSumExp()[stateRow + tile.token[i]] = logSumExp[i];
        }
      }
      AttentionData.rowOffsets(tile.token, tile.count, row * data.n * data.dV, data.dV, offsets);
      far.fetch(output, offsets, tile.count, data.dV);
      kernels.scatterRows(sums, Kernels.PANEL, output, offsets, tile.count, data.dV, keep, gain);
    }

    /// Weights and values that stand side by side, of one block or of several: a long product costs
    /// less than two short ones, and every number is the same chain.
    private final class Run {
      private int query;
      private int rows;
      private int scoreRow;
      private int valueRow;
      private int keys;
      private boolean any;

      void begin(int query, int rows) {
        this.query = query;
        this.rows = rows;
        keys = 0;
        any = false;
      }

      void add(int scoreRow, int valueRow, int keys) {
        boolean follows =
            this.scoreRow + this.keys == scoreRow && this.valueRow + this.keys == valueRow;
        if (this.keys == 0 || !follows || this.keys + keys > MOST_KEYS) {
          addRun();
          this.scoreRow = scoreRow;
          this.valueRow = valueRow;
          this.keys = 0;
        }
        this.keys += keys;
      }

      void end() {
        addRun();
        for (int k = 0; k < columns && !any; k += strip) {
          int at = (k / slab * Kernels.PANEL + query) * slab + k % slab;
          for (int i = 0; i < rows; i++) {
            Arrays.fill(sums, at + i * slab, at + i * slab + strip, 0);
          }
        }
      }

      private void addRun() {
        if (keys == 0) {
          return;
        }
        kernels.multiply(
            scores,
            scoreRow * slab + query % slab,
            values,
            valueRow * slab,
            height * slab,
            sums,
            query * slab,
            Kernels.PANEL * slab,
            rows,
            columns,
            keys,
            any);
        any = true;
      }
    }
  }
}
