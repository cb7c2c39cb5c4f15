package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import dev.reformer4j.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/// Several files as one namespace. The index and the files must agree to the letter: a tensor that
/// is promised and missing, or there without being promised, means that files of two savings were
/// mixed.
final class ShardedWeights implements Weights {
  private final Path index;
  private final SequencedMap<String, Weights> homes = new LinkedHashMap<>();
  private final List<Weights> shards = new ArrayList<>();

  private ShardedWeights(Path index) {
    this.index = index;
  }

  /// Opens the shards an index names, and checks them against it.
  ///
  /// @throws TensorFileException if the index or a shard cannot be read, or they disagree
  static Weights open(Path index) throws TensorFileException {
    ShardIndex read = ShardIndex.read(index);
    requireFiles(index, read);
    ShardedWeights weights = new ShardedWeights(index);
    try {
      for (String shard : read.shards()) {
        weights.add(shard, read.files());
      }
      weights.requireAll(read.files());
      return weights;
    } catch (TensorFileException | RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  private static void requireFiles(Path index, ShardIndex read) throws TensorFileException {
    List<String> missing =
        read.shards().stream().filter(shard -> !Files.exists(index.resolveSibling(shard))).toList();
    if (!missing.isEmpty()) {
      throw new TensorFileException(
          index
              + ": "
              + missing.size()
              + " of the "
              + read.shards().size()
              + " files it names are not beside it: "
              + TensorFileException.list(missing, "")
              + "; put them there");
    }
  }

  private void add(String shard, Map<String, String> promised) throws TensorFileException {
    Path file = index.resolveSibling(shard);
    Weights weights = Checkpoint.openTensors(file);
    shards.add(weights);
    for (String name : weights.names()) {
      String home = promised.get(name);
      if (!shard.equals(home)) {
        throw new TensorFileException(
            file
                + ": holds tensor "
                + quote(name)
                + ", which the index "
                + index.getFileName()
                + (home == null ? " does not name" : " places in " + quote(home))
                + "; the files are of different savings, fetch or save them again together");
      }
      homes.put(name, weights);
    }
  }

  private void requireAll(SequencedMap<String, String> promised) throws TensorFileException {
    List<String> missing =
        promised.sequencedKeySet().stream().filter(name -> !homes.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      String first = missing.getFirst();
      throw new TensorFileException(
          index.resolveSibling(promised.get(first))
              + ": lacks tensor "
              + quote(first)
              + (missing.size() == 1 ? "" : " (the first of " + missing.size() + " missing)")
              + ", which the index "
              + index.getFileName()
              + " promises; the files are of different savings, fetch or save them again"
              + " together");
    }
  }

  @Override
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(homes.sequencedKeySet());
  }

  @Override
  public TensorInfo info(String name) throws TensorFileException {
    return home(name).info(name);
  }

  @Override
  public Tensor floats(String name) throws TensorFileException {
    return home(name).floats(name);
  }

  @Override
  public Path source(String name) throws TensorFileException {
    return home(name).source(name);
  }

  private Weights home(String name) throws TensorFileException {
    Weights home = homes.get(name);
    if (home == null) {
      throw new TensorFileException(
          index
              + ": has no tensor "
              + quote(name)
              + "; it holds "
              + TensorFileException.list(names(), "no tensors"));
    }
    return home;
  }

  @Override
  public void close() {
    shards.forEach(Weights::close);
  }
}
