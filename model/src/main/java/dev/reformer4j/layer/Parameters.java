package dev.reformer4j.layer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// The parameters of a model, declared by its layers while they are built.
///
/// A part of a model has a scope of its own: `parameters.in("encoder").in("layer_norm")` makes the
/// names that begin with `encoder.layer_norm.`.
public final class Parameters {
  private final String prefix;
  private final SequencedMap<String, Parameter> all;

  /// The root scope of a model.
  public Parameters() {
    this("", new LinkedHashMap<>());
  }

  private Parameters(String prefix, SequencedMap<String, Parameter> all) {
    this.prefix = prefix;
    this.all = all;
  }

  /// The scope of a part.
  public Parameters in(String part) {
    return new Parameters(prefix + part + ".", all);
  }

  /// What all names of this scope begin with.
  public String name() {
    return prefix;
  }

  /// Declares a parameter of this scope.
  ///
  /// @throws IllegalStateException if there is one of this name already
  public Parameter declare(String name, Initial initial, int... shape) {
    Parameter parameter = new Parameter(prefix + name, initial, shape);
    if (all.putIfAbsent(parameter.name(), parameter) != null) {
      throw new IllegalStateException("two parameters have the name " + parameter.name());
    }
    return parameter;
  }

  /// All parameters of the model by their whole names, in the order in which they were declared.
  public SequencedMap<String, Parameter> all() {
    return Collections.unmodifiableSequencedMap(all);
  }
}
