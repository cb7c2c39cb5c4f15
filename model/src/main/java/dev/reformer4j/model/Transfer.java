package dev.reformer4j.model;

import dev.reformer4j.layer.Parameter;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.SequencedMap;

/// A new model that begins with what another has learnt, as far as they are alike: another head on
/// the same trunk, or more positions.
///
/// A table of positions that grows keeps the vectors of the positions that it had, and repeats them
/// for the others, which are in distribution then and only need to be told apart (as Longformer
/// began from RoBERTa; Beltagy et al. 2020, section 5).
public final class Transfer {
  private static final String POSITIONS = "embeddings.position_embeddings.";
  private static final String TRUNK = "reformer.";

  private Transfer() {}

  /// A model of another configuration. Parameters that the other model lacks, or has in another
  /// shape, begin as those of [Reformer#create].
  ///
  /// @param wanted the configuration
  /// @param from the model that has learnt; it does not change
  /// @param newHead whether a head of the same kind begins anew too
  /// @param seed of what begins anew
  /// @throws IllegalArgumentException if the positions that both have could not keep their vectors
  public static Reformer to(ReformerConfig wanted, Reformer from, boolean newHead, long seed) {
    requirePositionsKept(wanted, from.config());
    Reformer model = Reformer.create(wanted, seed);
    SequencedMap<String, Parameter> learnt = from.parameters();
    for (Parameter parameter : model.parameters().values()) {
      Parameter source = source(parameter.name(), learnt);
      boolean ofTrunk = parameter.name().contains(TRUNK) || model.headKind() == HeadKind.NONE;
      if (source == null || (newHead && !ofTrunk)) {
        continue;
      }
      if (Arrays.equals(source.shape(), parameter.shape())) {
        parameter.fill(source.value());
      } else if (parameter.name().contains(POSITIONS)) {
        parameter.fill(repeated(source.value(), parameter.shape()));
      }
    }
    return model;
  }

  /// The class without a head has the names of the trunk without a scope around them.
  private static Parameter source(String name, SequencedMap<String, Parameter> learnt) {
    Parameter same = learnt.get(name);
    if (same != null) {
      return same;
    }
    return learnt.get(name.startsWith(TRUNK) ? name.substring(TRUNK.length()) : TRUNK + name);
  }

  /// The first rows of a table, or all and the same again.
  private static Tensor repeated(Tensor table, int[] shape) {
    Tensor result = Tensor.zeros(shape);
    float[] numbers = result.data();
    for (int at = 0; at < numbers.length; at += table.size()) {
      int count = Math.min(table.size(), numbers.length - at);
      System.arraycopy(table.data(), 0, numbers, at, count);
    }
    return result;
  }

  private static void requirePositionsKept(ReformerConfig wanted, ReformerConfig before) {
    if (wanted.axialPositions() != before.axialPositions()) {
      throw new IllegalArgumentException(
          "axial_pos_embds is "
              + wanted.axialPositions()
              + " where the model that has learnt has "
              + before.axialPositions()
              + ", so no position would keep its vector; leave it as it is");
    }
    if (!wanted.axialPositions()) {
      return;
    }
    boolean same =
        wanted.axialDims().equals(before.axialDims())
            && wanted
                .axialShape()
                .subList(1, wanted.axialShape().size())
                .equals(before.axialShape().subList(1, before.axialShape().size()));
    if (!same) {
      throw new IllegalArgumentException(
          "axial positions of shape "
              + wanted.axialShape()
              + " and widths "
              + wanted.axialDims()
              + " have no place for the vectors of "
              + before.axialShape()
              + " and "
              + before.axialDims()
              + "; only the first axis may have another size");
    }
  }
}
