package dev.reformer4j.attention;

import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.function.IntPredicate;

/// The backward pass of every attention here; what differs between them is the [Pattern].
///
/// Weights are computed again from the saved maximum and sum of every query (see [SoftmaxState]),
/// so nothing of size n · keys is kept. For one block of queries and one of keys (see
/// [PairGradients]) that takes five products.
///
/// Who adds where. A row of the query gradient collects from all keys that the query sees, a row of
/// the key gradient from all queries that see the key; were tasks cut along either, two threads
/// would add to one row of the other. So a task *owns* a span of groups, in both roles: it goes
/// through its own queries, and through the neighbours' queries that look into its keys, and of
/// those pairs adds only what is its own. Pairs at the border are computed twice, by both owners,
/// and no row has two writers. Where a pattern does not reach just a few groups far, as in exact
/// attention, query and key gradients are made in two passes instead.
final class BackwardPass {
  /// The widest window, in blocks, whose keys one thread keeps at hand for the pass over both
  /// roles.
  private static final int MOST_SLOTS = 64;

  /// Key blocks that share one visit of the queries in the pass over keys.
  private static final int BATCH = 8;

  private final AttentionData data;
  private final Kernels kernels = Kernels.best();
  private final GradientData gradients;

  private BackwardPass(AttentionData data, GradientData gradients) {
    this.data = data;
    this.gradients = gradients;
  }

  /// Runs the pass.
  ///
  /// @param outputGradient of the shape of the output
  /// @throws IllegalArgumentException if the result or the gradient does not belong to the input
  static Gradients run(
      AttentionData data, AttentionResult result, Tensor outputGradient, Workers workers) {
    GradientData gradients = GradientData.of(data, result, outputGradient, workers);
    BackwardPass pass = new BackwardPass(data, gradients);
    Pattern pattern = data.pattern(0);
    TaskGrid grid = TaskGrid.of(data);
    if (pattern.reach().map(reach -> slots(pattern, reach) <= MOST_SLOTS).orElse(false)) {
      grid.run(workers, () -> pass.new BothRoles(slots(pattern, pattern.reach().get()))::span);
    } else {
      grid.run(workers, () -> pass.inBatches(pass.new QueryRole()::batch));
      grid.run(workers, () -> pass.inBatches(pass.new KeyRole()::batch));
    }
    return gradients.result();
  }

  private static long slots(Pattern pattern, Pattern.Reach reach) {
    return (1L + reach.before() + reach.after()) * pattern.blocksPerGroup();
  }

  /// The groups of queries that may see a group of keys: `[first, last]`.
  private static int[] viewers(Pattern pattern, int keyGroup) {
    int stageStart = keyGroup / pattern.groups() * pattern.groups();
    int stageEnd = stageStart + pattern.groups() - 1;
    if (pattern.reach().isPresent()) {
      Pattern.Reach reach = pattern.reach().get();
      int first = keyGroup - reach.after();
      int last = keyGroup + reach.before();
      return reach.ring()
          ? new int[] {first, last}
          : new int[] {Math.max(stageStart, first), Math.min(stageEnd, last)};
    }
    // What a group sees only moves forward from group to group.
    int firstBlock = keyGroup * pattern.blocksPerGroup();
    int endBlock = firstBlock + pattern.blocksPerGroup();
    int first =
        firstGroup(stageStart, stageEnd, group -> pattern.lastKeyBlock(group) >= firstBlock);
    int end = firstGroup(first, stageEnd, group -> pattern.firstKeyBlock(group) >= endBlock);
    return new int[] {first, end - 1};
  }

  /// The first group in `[first, last]` from which on something is so; one beyond them if it never
  /// is.
  private static int firstGroup(int first, int last, IntPredicate isSo) {
    int low = first;
    int high = last + 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isSo.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /// Both gradients of a span of groups at once.
  private final class BothRoles {
    private final PairGradients pairs = new PairGradients(kernels, data);
    private final QueryGradientTile queries = new QueryGradientTile(kernels, data, gradients);
    private final KeyGradientTile[] slots;

    BothRoles(long slots) {
      this.slots = new KeyGradientTile[(int) slots];
      for (int i = 0; i < this.slots.length; i++) {
        this.slots[i] = new KeyGradientTile(kernels, data, gradients);
      }
    }

    void span(int row, int stage, int from, int to) {
      Pattern pattern = data.pattern(row);
      int first = stage * pattern.groups() + from;
      int end = stage * pattern.groups() + to;
      for (KeyGradientTile slot : slots) {
        slot.block = KeyTile.NO_BLOCK;
      }
      for (int group = viewers(pattern, first)[0]; group <= viewers(pattern, end - 1)[1]; group++) {
        Workers.checkpoint();
        queryGroup(row, pattern, group, first, end);
      }
      for (KeyGradientTile slot : slots) {
        flush(row, pattern, slot, first, end);
      }
    }

    private void queryGroup(int row, Pattern pattern, int group, int first, int end) {
      boolean ownQueries = first <= group && group < end;
      int perGroup = pattern.blocksPerGroup();
      int from = pattern.firstKeyBlock(group);
      int to = pattern.lastKeyBlock(group);
      if (!ownQueries) {
        from = Math.max(from, first * perGroup);
        to = Math.min(to, end * perGroup - 1);
      }
      for (int block = from; block <= to; block++) {
        KeyGradientTile slot = slot(block);
        if (slot.block != block) {
          flush(row, pattern, slot, first, end);
          slot.load(row, pattern, block);
        }
      }
      for (int i = 0; i < perGroup && from <= to; i++) {
        int own = group * perGroup + i;
        boolean borrow = data.input.isShared() && ownQueries;
        if (borrow) {
          queries.load(row, pattern, own, slot(own));
        } else {
          queries.load(row, pattern, own);
        }
        if (queries.tile.count == 0) {
          continue;
        }
        for (int block = from; block <= to; block++) {
          int keyGroup = Math.floorDiv(block, perGroup);
          boolean ownKeys = first <= keyGroup && keyGroup < end;
          pairs.add(row, pattern, group, queries, slot(block), ownQueries, ownKeys);
        }
        if (ownQueries && !borrow) {
          queries.flush(row);
        }
      }
    }

    private KeyGradientTile slot(int block) {
      return slots[Math.floorMod(block, slots.length)];
    }

    private void flush(int row, Pattern pattern, KeyGradientTile slot, int first, int end) {
      if (slot.block != KeyTile.NO_BLOCK) {
        int group = Math.floorDiv(slot.block, pattern.blocksPerGroup());
        if (first <= group && group < end) {
          slot.flush(row);
        }
      }
    }
  }

  /// Work on a few blocks of one group.
  private interface Batch {
    void batch(int row, Pattern pattern, int group, int firstBlock, int tiles);
  }

  /// Goes through a span of groups a batch of blocks at a time.
  private TaskGrid.SpanWork inBatches(Batch work) {
    return (row, stage, from, to) -> {
      Pattern pattern = data.pattern(row);
      int perGroup = pattern.blocksPerGroup();
      int first = stage * pattern.groups();
      for (int group = first + from; group < first + to; group++) {
        Workers.checkpoint();
        for (int at = 0; at < perGroup; at += BATCH) {
          work.batch(row, pattern, group, group * perGroup + at, Math.min(BATCH, perGroup - at));
        }
      }
    };
  }

  /// The query gradients of a span of groups.
  private final class QueryRole {
    private final PairGradients pairs = new PairGradients(kernels, data);
    private final QueryGradientTile[] queries = new QueryGradientTile[BATCH];
    private final KeyGradientTile keys = new KeyGradientTile(kernels, data, gradients);

    QueryRole() {
      Arrays.setAll(queries, i -> new QueryGradientTile(kernels, data, gradients));
    }

    private void batch(int row, Pattern pattern, int group, int firstBlock, int tiles) {
      for (int i = 0; i < tiles; i++) {
        queries[i].load(row, pattern, firstBlock + i);
      }
      for (int block = pattern.firstKeyBlock(group);
          block <= pattern.lastKeyBlock(group);
          block++) {
        keys.load(row, pattern, block);
        for (int i = 0; i < tiles; i++) {
          if (queries[i].tile.count > 0) {
            pairs.add(row, pattern, group, queries[i], keys, true, false);
          }
        }
      }
      for (int i = 0; i < tiles; i++) {
        queries[i].flush(row);
      }
    }
  }

  /// The key and value gradients of a span of groups.
  private final class KeyRole {
    private final PairGradients pairs = new PairGradients(kernels, data);
    private final QueryGradientTile queries = new QueryGradientTile(kernels, data, gradients);
    private final KeyGradientTile[] keys = new KeyGradientTile[BATCH];

    KeyRole() {
      Arrays.setAll(keys, i -> new KeyGradientTile(kernels, data, gradients));
    }

    private void batch(int row, Pattern pattern, int keyGroup, int firstBlock, int tiles) {
      for (int i = 0; i < tiles; i++) {
        keys[i].load(row, pattern, firstBlock + i);
      }
      int[] viewers = viewers(pattern, keyGroup);
      int perGroup = pattern.blocksPerGroup();
      for (int group = viewers[0]; group <= viewers[1]; group++) {
        Workers.checkpoint();
        int from = Math.max(firstBlock, pattern.firstKeyBlock(group));
        int to = Math.min(firstBlock + tiles - 1, pattern.lastKeyBlock(group));
        for (int i = 0; i < perGroup && from <= to; i++) {
          queries.load(row, pattern, group * perGroup + i);
          for (int block = from; block <= to && queries.tile.count > 0; block++) {
            pairs.add(row, pattern, group, queries, keys[block - firstBlock], false, true);
          }
        }
      }
      for (int i = 0; i < tiles; i++) {
        keys[i].flush(row);
      }
    }
  }
}
