package dev.reformer4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reformer4j.tensor.Tensor;
import org.junit.jupiter.api.Test;

/// Parameters before and after they have numbers.
class ParameterTest {
  @Test
  void aParameterWithoutNumbersSaysSo() {
    Parameter parameter = new Parameters().in("layer").declare("weight", Initial.zeros(), 2, 3);

    assertThatThrownBy(parameter::value)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("parameter layer.weight has no numbers yet");
    assertThat(parameter.size()).isEqualTo(6);
    assertThat(parameter.toString()).isEqualTo("layer.weight [2, 3]");
  }

  @Test
  void numbersOfAnotherShapeAreRefused() {
    Parameter parameter = new Parameters().declare("weight", Initial.zeros(), 2, 3);

    assertThatThrownBy(() -> parameter.fill(Tensor.zeros(3, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weight [2, 3]")
        .hasMessageContaining("[3, 2]");
  }

  @Test
  void everyChangeHasAVersionOfItsOwn() {
    Parameter parameter = new Parameters().declare("weight", Initial.ones(), 2);
    long declared = parameter.version();
    parameter.fill(Tensor.zeros(2));
    long filled = parameter.version();
    parameter.changed();

    assertThat(filled).isGreaterThan(declared);
    assertThat(parameter.version()).isGreaterThan(filled);
  }

  @Test
  void oneNameIsOneParameter() {
    Parameters parameters = new Parameters();
    parameters.in("a").in("b").declare("c", Initial.zeros(), 1);

    assertThatThrownBy(() -> parameters.in("a").declare("b.c", Initial.zeros(), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a.b.c");
  }

  @Test
  void parametersComeInTheOrderOfTheirDeclaration() {
    Parameters parameters = new Parameters();
    parameters.in("z").declare("1", Initial.zeros(), 1);
    parameters.declare("a", Initial.zeros(), 1);
    parameters.in("m").declare("2", Initial.zeros(), 1);

    assertThat(parameters.all().keySet()).containsExactly("z.1", "a", "m.2");
    assertThatThrownBy(() -> parameters.all().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void initialNumbersDependOnSeedAndNameAlone() {
    Initial normal = new Initial.Normal(0.02);
    float[] drawn = normal.draw(1, "a.weight", 6).data();

    assertThat(normal.draw(1, "a.weight", 2, 3).data()).isEqualTo(drawn);
    assertThat(normal.draw(2, "a.weight", 6).data()).isNotEqualTo(drawn);
    assertThat(normal.draw(1, "b.weight", 6).data()).isNotEqualTo(drawn);
    assertThat(Initial.ones().draw(1, "a", 3).data()).containsOnly(1);
    assertThat(Initial.zeros().draw(1, "a", 3).data()).containsOnly(0);
  }

  @Test
  void normalNumbersHaveTheirDeviation() {
    float[] drawn = new Initial.Normal(0.02).draw(5, "weight", 300, 300).data();
    double mean = 0;
    double square = 0;
    for (float number : drawn) {
      mean += number / (double) drawn.length;
      square += number * (double) number / drawn.length;
    }
    assertThat(mean).isCloseTo(0, within(5 * 0.02 / 300));
    assertThat(Math.sqrt(square)).isCloseTo(0.02, within(5 * 0.02 / 300 / Math.sqrt(2)));
  }
}
