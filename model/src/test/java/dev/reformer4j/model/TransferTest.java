package dev.reformer4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransferTest {
  private static final Workers INLINE = Workers.inline();

  private static ReformerConfigBuilder grown(ReformerConfig config, int rows) {
    int columns = config.axialShape().getLast();
    return config.toBuilder()
        .axial(new AxialShape(List.of(rows, columns), config.axialDims()))
        .maxPositions(rows * columns);
  }

  @Test
  void oldPositionsKeepTheirVectorsWhereThereAreMore() {
    ReformerConfig config = SmallModels.sliding().build();
    Reformer from = SmallModels.filled(config);
    int rows = config.axialShape().getFirst();
    Reformer to = Transfer.to(grown(config, 3 * rows + 1).build(), from, false, 1);
    assertThat(to.positions()).isEqualTo((3 * rows + 1) * config.axialShape().getLast());
    int[] ids = SmallModels.ids(config, from.positions(), 3);
    assertThat(to.logits(ids, INLINE).data()).isEqualTo(from.logits(ids, INLINE).data());
    int[] longer = SmallModels.ids(config, to.positions(), 3);
    assertThat(to.logits(longer, INLINE).dim(0)).isEqualTo(to.positions());
    Reformer less = Transfer.to(grown(config, 1).build(), from, false, 1);
    int[] few = Arrays.copyOf(ids, less.positions());
    assertThat(less.logits(few, INLINE).data()).isEqualTo(from.logits(few, INLINE).data());
  }

  @Test
  void learnedPositionsGrowToo() {
    ReformerConfig config = SmallModels.sliding().learnedPositions().maxPositions(20).build();
    Reformer from = SmallModels.filled(config);
    Reformer to = Transfer.to(config.toBuilder().maxPositions(33).build(), from, false, 1);
    int[] ids = SmallModels.ids(config, 20, 3);
    assertThat(to.logits(ids, INLINE).data()).isEqualTo(from.logits(ids, INLINE).data());
    Tensor table =
        to.parameters().get("reformer.embeddings.position_embeddings.embedding.weight").value();
    int d = config.dModel();
    assertThat(Arrays.copyOfRange(table.data(), 20 * d, 33 * d))
        .isEqualTo(Arrays.copyOf(table.data(), 13 * d));
  }

  @Test
  void positionsThatWouldChangeAreRefused() {
    ReformerConfig config = SmallModels.sliding().build();
    Reformer from = SmallModels.filled(config);
    List<Integer> shape = config.axialShape();
    ReformerConfig columns =
        config.toBuilder()
            .axial(
                new AxialShape(List.of(shape.getFirst(), shape.getLast() * 2), config.axialDims()))
            .build();
    assertThatThrownBy(() -> Transfer.to(columns, from, false, 1))
        .hasMessageContaining("only the first axis may have another size");
    ReformerConfig learned = config.toBuilder().learnedPositions().build();
    assertThatThrownBy(() -> Transfer.to(learned, from, false, 1))
        .hasMessageContaining("no position would keep its vector");
  }

  @Test
  void anotherHeadStandsOnTheSameTrunk() {
    for (HeadKind kind : List.of(HeadKind.MASKED_LANGUAGE_MODEL, HeadKind.NONE)) {
      Reformer from = SmallModels.filled(SmallModels.withHead(kind).build());
      ReformerConfig wanted =
          SmallModels.withHead(HeadKind.CLASSIFICATION).labels(List.of("a", "b", "c")).build();
      Reformer to = Transfer.to(wanted, from, true, 1);
      int[] ids = SmallModels.ids(wanted, 40, 3);
      assertThat(to.hidden(ids, INLINE).data()).isEqualTo(from.hidden(ids, INLINE).data());
      for (Parameter parameter : to.parameters().values()) {
        if (parameter.name().startsWith("classifier")) {
          assertThat(parameter.value().data())
              .isEqualTo(
                  Reformer.create(wanted, 1).parameters().get(parameter.name()).value().data());
        }
      }
    }
  }
}
