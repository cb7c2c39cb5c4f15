package dev.reformer4j.spark;

import dev.reformer4j.attention.Workers;
import dev.reformer4j.generate.Completion;
import dev.reformer4j.generate.GenerateRequest;
import dev.reformer4j.generate.Generator;
import dev.reformer4j.generate.NextLogits;
import dev.reformer4j.generate.Pooling;
import dev.reformer4j.generate.Sampling;
import dev.reformer4j.generate.Score;
import dev.reformer4j.generate.Scorer;
import dev.reformer4j.generate.Session;
import dev.reformer4j.generate.TextListener;
import dev.reformer4j.model.Reformer;
import dev.reformer4j.text.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import scala.collection.mutable.Buffer;
import scala.jdk.javaapi.CollectionConverters;

/// Reads the texts of one partition with a model, and puts what it says behind every row.
final class Reading extends Ahead<Row> {
  /// Texts that go on side by side.
  private static final int SIDE_BY_SIDE = 8;

  private final Iterator<Row> rows;
  private final Settings settings;
  private final int column;
  private final Reformer model;
  private final Vocabulary vocabulary;
  private final Workers workers;

  /// @param column where the text is
  Reading(Iterator<Row> rows, Settings settings, int column) {
    this.rows = rows;
    this.settings = settings;
    this.column = column;
    ExecutorModels.Loaded loaded = ExecutorModels.get(settings.model());
    this.model = loaded.model();
    this.vocabulary = loaded.vocabulary();
    TaskContext context = TaskContext.get();
    this.workers = Workers.of(Math.max(1, context.cpus()));
    TaskCompletionListener close = _ -> workers.close();
    context.addTaskCompletionListener(close);
  }

  @Override
  protected boolean more() {
    if (!rows.hasNext()) {
      return false;
    }
    if (settings.task() == Task.GENERATE) {
      List<Row> some = new ArrayList<>();
      while (some.size() < SIDE_BY_SIDE && rows.hasNext()) {
        some.add(rows.next());
      }
      generate(some);
    } else {
      Row row = rows.next();
      add(with(row, answer(text(row))));
    }
    return true;
  }

  private String text(Row row) {
    return row.getString(column);
  }

  private Object answer(String text) {
    return switch (settings.task()) {
      case EMBED -> boxed(Pooling.MEAN.of(model.hidden(ids(text), workers)).data());
      case CLASSIFY -> label(model.logits(ids(text), workers).data());
      case SCORE -> score(text);
      case GENERATE -> throw new AssertionError("texts go on together");
    };
  }

  private int[] ids(String text) {
    int[] ids = vocabulary.encode(text);
    if (ids.length > model.positions() && !settings.truncate()) {
      throw new BadInputException(
          "a text of %,d tokens that begins '%s' does not fit the %,d positions of the model; cut it, or set truncate"
              .formatted(ids.length, beginning(text), model.positions()));
    }
    return ids.length > model.positions() ? Arrays.copyOf(ids, model.positions()) : ids;
  }

  private static String beginning(String text) {
    return text.substring(0, Math.min(40, text.length())).replace('\n', ' ');
  }

  private static Buffer<Float> boxed(float[] numbers) {
    List<Float> boxed = new ArrayList<>(numbers.length);
    for (float number : numbers) {
      boxed.add(number);
    }
    return CollectionConverters.asScala(boxed);
  }

  /// A model with one label gives a number, which is no probability, and is given as it is.
  private Row label(float[] logits) {
    int best = 0;
    double sum = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    for (float logit : logits) {
      sum += Math.exp(logit - logits[best]);
    }
    List<Double> probabilities = new ArrayList<>();
    for (float logit : logits) {
      probabilities.add(logits.length == 1 ? logit : Math.exp(logit - logits[best]) / sum);
    }
    return RowFactory.create(
        model.config().labels().get(best), CollectionConverters.asScala(probabilities));
  }

  private Row score(String text) {
    int window = settings.window() > 0 ? settings.window() : model.positions();
    Score score = Scorer.of(model, vocabulary, window, workers).score(text);
    return RowFactory.create(score.bits(), score.tokens(), score.bytes());
  }

  /// What is drawn depends on the seed and the text, not on who is beside it.
  private void generate(List<Row> some) {
    Generator generator = new Generator(NextLogits.remembering(model, workers), vocabulary);
    Set<Integer> ends = new HashSet<>(model.config().eosIds());
    vocabulary.eosId().ifPresent(ends::add);
    List<Session> sessions = new ArrayList<>();
    List<GenerateRequest> requests = new ArrayList<>();
    Sampling sampling =
        settings.temperature() == 0
            ? Sampling.greedy()
            : Sampling.random(settings.seed()).withTemperature(settings.temperature());
    for (Row row : some) {
      Session session = generator.newSession();
      session.append(text(row));
      sessions.add(session);
      CRC32C sum = new CRC32C();
      sum.update(text(row).getBytes(StandardCharsets.UTF_8));
      requests.add(
          GenerateRequest.of(sampling, settings.maxNewTokens())
              .withSequence(sum.getValue())
              .withEndIds(ends));
    }
    List<Completion> completions =
        generator.goOn(sessions, requests, TextListener.none()).completions();
    for (int i = 0; i < some.size(); i++) {
      add(with(some.get(i), completions.get(i).text()));
    }
  }

  private static Row with(Row row, Object answer) {
    Object[] values = new Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = answer;
    return RowFactory.create(values);
  }
}
