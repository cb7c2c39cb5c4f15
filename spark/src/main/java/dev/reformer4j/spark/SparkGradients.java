package dev.reformer4j.spark;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.layer.Activations;
import dev.reformer4j.layer.Parameter;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.train.Batch;
import dev.reformer4j.train.Example;
import dev.reformer4j.train.TrainingOptions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/// Gradients from the executors of a cluster: every step is a job. Parameters are broadcast,
/// sequences travel with the tasks, and gradients come back summed. An executor that is lost costs
/// its tasks, which others do again, and nothing else. The optimiser, the schedule, clipping and
/// checkpoints are those of a training on one machine, on the driver.
///
/// {@snippet :
/// Trainer trainer = new Trainer(model, options, new SparkGradients(spark, 16));
/// }
///
/// With the same batch a step is that of one machine, up to the order in which gradients are
/// summed.
public final class SparkGradients implements Batch.Source {
  private final SparkSession session;
  private final int slices;
  private final String run = UUID.randomUUID().toString();
  private boolean checked;

  /// @param slices tasks of one step, at most as many as the batch has sequences; a sensible number
  ///   is that of all cores of the executors
  /// @throws BadInputException if it is below 1
  public SparkGradients(SparkSession session, int slices) {
    if (slices < 1) {
      throw new BadInputException("slices is " + slices + ", but must be at least 1");
    }
    this.session = session;
    this.slices = slices;
  }

  /// One sequence and its place in the batch.
  private record Indexed(int index, Example example) implements Serializable {}

  @Override
  public Batch.Sums add(Batch batch, Reformer model, TrainingOptions options, Workers workers) {
    if (!checked) {
      Vectors.checkExecutors(session.sparkContext(), false);
      checked = true;
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    List<Indexed> examples = new ArrayList<>();
    for (int i = 0; i < batch.examples().size(); i++) {
      examples.add(new Indexed(i, batch.examples().get(i)));
    }
    Broadcast<Weights> weights = spark.broadcast(Weights.of(model, run, batch.step()));
    double weight = batch.weight();
    try {
      GradientSum sum =
          spark
              .parallelize(examples, Math.min(slices, examples.size()))
              .mapPartitions(part -> compute(part, weights.value(), weight, options))
              .treeReduce(GradientSum::plus);
      int i = 0;
      for (Parameter parameter : model.parameters().values()) {
        float[] gradient = parameter.gradient().data();
        System.arraycopy(sum.gradient(i++), 0, gradient, 0, gradient.length);
      }
      return sum.sums();
    } finally {
      weights.destroy();
    }
  }

  private static Iterator<GradientSum> compute(
      Iterator<Indexed> examples, Weights weights, double weight, TrainingOptions options) {
    Reformer replica = Replicas.take(weights);
    try (Workers workers = Workers.of(Math.max(1, TaskContext.get().cpus()))) {
      replica.parameters().values().forEach(Parameter::clearGradient);
      Batch.Sums sums = Batch.Sums.ZERO;
      while (examples.hasNext()) {
        Indexed next = examples.next();
        sums =
            sums.plus(
                Batch.addGradients(
                    weights.step(),
                    next.index(),
                    next.example(),
                    weight,
                    replica,
                    options,
                    Activations.REVERSED,
                    workers));
      }
      return List.of(GradientSum.of(replica, sums)).iterator();
    } finally {
      Replicas.giveBack(weights, replica);
    }
  }
}
