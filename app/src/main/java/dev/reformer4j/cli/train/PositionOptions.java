package dev.reformer4j.cli.train;

import dev.reformer4j.cli.Numbers;
import dev.reformer4j.cli.Say;
import dev.reformer4j.cli.UserError;
import dev.reformer4j.model.AxialShape;
import dev.reformer4j.model.ReformerConfig;
import dev.reformer4j.model.ReformerConfigBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/// Other positions than those of the configuration.
final class PositionOptions {
  @Option(
      names = "--positions",
      paramLabel = "N",
      converter = Numbers.Tokens.class,
      description =
          "Give the model this many positions, or some more to fill its axial grid. Those that it"
              + " had with --init keep their vectors; new ones repeat them.")
  private Integer positions;

  @Option(
      names = "--axial",
      paramLabel = "AxB",
      description =
          "Give the model an axial grid of this shape, such as 512x128. With --init only the first"
              + " axis may change.")
  private String axial;

  /// The configuration with these positions.
  ///
  /// @throws UserError if it cannot have them
  ReformerConfig in(ReformerConfig config) {
    if (positions != null && axial != null) {
      throw new UserError("--positions and --axial both say how many there are; give one of them");
    }
    if (positions == null && axial == null) {
      return config;
    }
    if (!config.axialPositions()) {
      if (axial != null) {
        throw new UserError(
            "--axial is for axial positions, and this model has others; give --positions");
      }
      return config.toBuilder().maxPositions(positions).build();
    }
    return grid(config, axial == null ? rows(config) : shape(config));
  }

  private List<Integer> rows(ReformerConfig config) {
    List<Integer> shape = new ArrayList<>(config.axialShape());
    long row = 1;
    for (int size : shape.subList(1, shape.size())) {
      row *= size;
    }
    shape.set(0, (int) Math.ceilDiv(positions, row));
    return shape;
  }

  private List<Integer> shape(ReformerConfig config) {
    if (!axial.matches("\\d{1,9}([xX×]\\d{1,9}){0,7}")) {
      throw new UserError("--axial '" + axial + "' is no grid; give one such as 512x128");
    }
    List<Integer> shape = Arrays.stream(axial.split("[xX×]")).map(Integer::valueOf).toList();
    if (shape.size() != config.axialShape().size()) {
      throw new UserError(
          "--axial %s has %d axes, but the model has %s; give as many"
              .formatted(axial, shape.size(), config.axialShape()));
    }
    return shape;
  }

  private static ReformerConfig grid(ReformerConfig config, List<Integer> shape) {
    AxialShape grid = new AxialShape(shape, config.axialDims());
    if (grid.positions() > Integer.MAX_VALUE) {
      throw new UserError(
          "%s are %,d positions, more than can be numbered; give fewer"
              .formatted(shape, grid.positions()));
    }
    ReformerConfigBuilder builder = config.toBuilder().axial(grid);
    return builder.maxPositions((int) grid.positions()).build();
  }

  /// What has become of positions, in a few words; empty where nothing has.
  static String words(ReformerConfig before, ReformerConfig after) {
    return before.maxLength() == after.maxLength()
        ? ""
        : " with %s positions instead of %s"
            .formatted(Say.count(after.maxLength()), Say.count(before.maxLength()));
  }
}
