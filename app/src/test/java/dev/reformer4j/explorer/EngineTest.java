package dev.reformer4j.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.CapturedMass;
import dev.reformer4j.attention.Coverage;
import dev.reformer4j.attention.LshAttention;
import dev.reformer4j.attention.LshConfig;
import dev.reformer4j.attention.Rotations;
import dev.reformer4j.attention.Trace;
import dev.reformer4j.attention.Workers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the explorer tells is what the attention library tells.
class EngineTest {
  private static final String TEXT =
      IntStream.range(0, 90).mapToObj(i -> "word" + i * i % 23).collect(Collectors.joining(" "));

  private static View view(String more) {
    String json = "{\"text\":\"" + TEXT + "\"" + more + "}";
    return ViewReader.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Material material() {
    return new QuickSource().read(TEXT, Optional.empty(), Optional.empty(), 4096, Workers.inline());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"head\":1",
        ",\"causal\":true",
        ",\"maskOtherBuckets\":true",
        ",\"chunking\":\"sliding\",\"chunk\":4",
        ",\"chunking\":\"sliding\",\"causal\":true,\"after\":1",
        ",\"countOnce\":true,\"chunk\":3",
        ",\"chunk\":200",
        ",\"rounds\":1,\"buckets\":\"2x6\",\"before\":0"
      })
  void capturedMassOfEveryQueryIsThatOfCoverage(String more) {
    View view = view(more);
    Scene scene = Scene.of(view, material(), Workers.inline());
    Coverage coverage =
        Coverage.of(scene.input(), scene.config(), scene.hashes(), Workers.inline(), scene.n(), 0);
    assertThat(coverage.isComplete()).isTrue();
    float[][] mass = massByRounds(scene);
    for (int rounds = 1; rounds <= mass.length; rounds++) {
      for (CapturedMass sample : coverage.samples()) {
        assertThat((double) mass[rounds - 1][sample.token()])
            .as("token %d, %d rounds", sample.token(), rounds)
            .isCloseTo(sample.byRounds().get(rounds - 1), within(1e-5));
      }
    }
  }

  private static float[][] massByRounds(Scene scene) {
    FullWeights full = FullWeights.of(scene.input(), scene.config().causal(), Workers.inline());
    return CapturedByRounds.of(full, scene.config(), scene.activeRounds(), Workers.inline());
  }

  @Test
  void switchedOffRoundsLeaveTheOthersAsTheyWere() {
    Material material = material();
    Scene all = Scene.of(view(",\"head\":1"), material, Workers.inline());
    Scene some = Scene.of(view(",\"head\":1,\"on\":[1,3]"), material, Workers.inline());
    assertThat(some.activeRounds().rounds()).isEqualTo(2);
    assertThat(some.activeRounds().ids()[0]).isEqualTo(all.hashes().ids(0, 0, 1));
    assertThat(some.activeRounds().ids()[1]).isEqualTo(all.hashes().ids(0, 0, 3));
    assertThat(some.hashes()).isEqualTo(all.hashes());
    float[] mass = massByRounds(some)[1];
    Trace trace = some.traceOfActive(Workers.inline());
    for (int token : new int[] {0, 17, 89}) {
      assertThat((double) mass[token]).isCloseTo(trace.token(token).capturedMass(), within(1e-5));
    }
  }

  @Test
  void oneHeadIsHashedAsAmongItsSisters() {
    Material material = material();
    LshConfig config = material.usual();
    Rotations rotations = Rotations.seeded(3);
    AttentionInput both = material.input();
    Scene second = Scene.of(view(",\"head\":1"), material, Workers.inline());
    for (int round = 0; round < config.rounds(); round++) {
      assertThat(second.hashes().ids(0, 0, round))
          .isEqualTo(
              new LshAttention(config, rotations).hash(both, Workers.inline()).ids(0, 1, round));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void levelsAreTheWeightsOfFullAttention(boolean causal) {
    Scene scene = Scene.of(view(",\"causal\":" + causal), material(), Workers.inline());
    FullWeights full = FullWeights.of(scene.input(), causal, Workers.inline());
    byte[] levels = full.levels();
    Trace trace = scene.traceOfAll();
    int n = scene.n();
    assertThat(full.start(n - 1) + full.length(n - 1)).isEqualTo(levels.length);
    for (int query : new int[] {1, 30, n - 1}) {
      double[] weights = new double[n];
      trace.token(query).keys().forEach(key -> weights[key.token()] = key.fullWeight());
      trace.token(query).lost().forEach(key -> weights[key.token()] = key.fullWeight());
      assertThat(full.length(query)).isEqualTo(causal ? query + 1 : n);
      for (int key = 0; key < full.length(query); key++) {
        int at = full.start(query) + key;
        int level = levels[at] & 0xFF;
        assertThat((double) full.weights()[at]).isCloseTo(weights[key], within(1e-5));
        if (key == query || weights[key] < Math.exp(-15.9)) {
          assertThat(level).as("%d, %d", query, key).isGreaterThanOrEqualTo(254);
        } else {
          assertThat(level / 16.0)
              .as("%d, %d", query, key)
              .isCloseTo(-Math.log(weights[key]), within(0.04));
        }
      }
    }
  }

  @Test
  void withinThePlaneRotatedValuesAreWhatTheTraceSays() {
    Scene scene = Scene.of(view(""), material(), Workers.inline());
    int token = 17;
    int columns = Arrays.stream(scene.hashes().factors()).sum() / 2;
    Plane plane = Plane.of(scene.input(), token);
    float[] posts =
        plane.posts(
            scene.rotations().draw(1, scene.input().dQk(), scene.config().rounds(), columns));
    assertThat(plane.points()[2 * token]).isCloseTo(1, within(1e-5f));
    assertThat(plane.points()[2 * token + 1]).isCloseTo(0, within(1e-5f));
    Trace trace = scene.traceOfAll();
    for (var round : trace.token(token).rounds()) {
      List<Double> values =
          round.scores().stream().flatMap(scores -> scores.values().stream()).toList();
      for (int column = 0; column < columns; column++) {
        double value = plane.length() * posts[2 * (round.round() * columns + column)];
        assertThat(value).isCloseTo(values.get(column), within(1e-3));
      }
    }
  }

  @Test
  void costsAreCountedUpToAMillionTokens() {
    Material material = material();
    LshConfig config = material.usual();
    String line =
        new String(Costs.line(material, config, Optional.empty()), StandardCharsets.UTF_8);
    assertThat(line).contains("1048576").contains("\"measured\":false").doesNotContain("seconds");
    assertThat(Costs.lengths(90)).startsWith(90, 1024).endsWith(1 << 20);
    var load = Costs.load(material, config, 1 << 20);
    assertThat(Costs.pairs(Costs.methods(config).get("exact"), load)).isEqualTo(0x1p40);
    assertThat(Costs.pairs(Costs.methods(config).get("lsh"), load))
        .isEqualTo((double) (1 << 20) * 4 * 2 * config.chunk());
  }
}
