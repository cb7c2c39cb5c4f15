package dev.reformer4j.spark;

import dev.reformer4j.model.Reformer;
import java.util.ArrayDeque;
import java.util.Deque;

/// The models of one executor that gradients are computed with: one for each task that runs at a
/// time, since gradients are kept in the model. They share their numbers, and are used again by the
/// steps that follow; those of an earlier training go when another one begins.
final class Replicas {
  private static final Deque<Reformer> FREE = new ArrayDeque<>();
  private static String run = "";

  private Replicas() {}

  /// A model with the numbers of a step.
  static Reformer take(Weights weights) {
    Reformer free;
    synchronized (FREE) {
      if (!run.equals(weights.run())) {
        FREE.clear();
        run = weights.run();
      }
      free = FREE.poll();
    }
    Reformer model = free == null ? weights.declare() : free;
    weights.fill(model);
    return model;
  }

  /// Takes a model back.
  static void giveBack(Weights weights, Reformer model) {
    synchronized (FREE) {
      if (run.equals(weights.run())) {
        FREE.push(model);
      }
    }
  }
}
