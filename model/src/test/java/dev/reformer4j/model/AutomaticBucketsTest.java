package dev.reformer4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reformer4j.model.JsonTree.Digits;
import dev.reformer4j.model.golden.GoldenModel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AutomaticBucketsTest {
  @Test
  void theyAreThoseOfHuggingFace() throws IOException {
    String json = Files.readString(GoldenModel.directory().resolve("buckets.json"));
    List<?> rows = (List<?>) JsonTree.parse(json).get("rows");
    assertThat(rows).hasSizeGreaterThan(700);
    for (Object row : rows) {
      int[] numbers =
          ((List<?>) row)
              .stream().mapToInt(n -> Integer.parseInt(((Digits) n).spelling())).toArray();
      assertThat(AutomaticBuckets.factors(numbers[0], numbers[1], numbers[2]))
          .as(
              "length %d, chunk %d, longest %d; %s",
              numbers[0], numbers[1], numbers[2], GoldenModel.HOW_TO_MAKE)
          .containsExactly(Arrays.copyOfRange(numbers, 3, numbers.length));
    }
  }

  @Test
  void everyFactorIsEvenAtAnyLength() {
    for (int n : new int[] {0, 1, 63, 64, 65, 128, 1 << 20, Integer.MAX_VALUE}) {
      for (int chunk : new int[] {1, 2, 64, 1 << 24}) {
        for (int longest : new int[] {1, 4096, Integer.MAX_VALUE}) {
          for (int factor : AutomaticBuckets.factors(n, chunk, longest)) {
            assertThat(factor).as("%d %d %d", n, chunk, longest).isPositive().isEven();
          }
        }
      }
    }
  }

  @Test
  void aConfigurationIsNotChangedByTheLengthsItSees() {
    ReformerConfig config = ReformerConfig.parse("{}");
    assertThat(config.bucketFactors(1 << 20)).containsExactly(128, 256);
    assertThat(config.bucketFactors(4096)).containsExactly(128);
    assertThat(config.bucketFactors(128)).containsExactly(4);
    assertThat(config.bucketFactors()).isEmpty();
  }
}
