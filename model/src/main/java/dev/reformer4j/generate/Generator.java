package dev.reformer4j.generate;

import dev.reformer4j.checkpoint.TensorFileException;
import dev.reformer4j.tensor.Tensor;
import dev.reformer4j.text.Vocabulary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;

/// Generates text, several sequences of any lengths at once. Each is what it would be alone, and
/// ends on its own.
///
/// Whoever wants to stop has two ways. The listener may say so: the sequence ends after the token,
/// and its session goes on from there. An interrupt of the thread ends all of them, in the middle
/// of a step if need be; the sessions stay usable, but the model reads them again when they go on.
/// The interrupt flag stays set, and what there is by then is returned.
public final class Generator {
  private final NextLogits model;
  private final Vocabulary vocabulary;

  /// @param vocabulary of the model's ids
  public Generator(NextLogits model, Vocabulary vocabulary) {
    this.model = model;
    this.vocabulary = vocabulary;
  }

  /// A session with no text yet.
  public Session newSession() {
    return new Session(model, vocabulary, true);
  }

  /// Reads a session that [Session#save] has written.
  ///
  /// @throws TensorFileException if the file cannot be read, is damaged, or belongs to another
  ///   model
  public Session restore(Path file) throws TensorFileException {
    return SessionFile.read(file, model, vocabulary);
  }

  /// Goes on after prompts. All share one request, and so their random numbers: two equal prompts
  /// get one text.
  ///
  /// @throws IllegalArgumentException if a prompt cannot be encoded, is empty, or leaves no
  ///   position for a new token
  public Generation generate(List<String> prompts, GenerateRequest request, TextListener listener) {
    List<Session> sessions = new ArrayList<>();
    for (String prompt : prompts) {
      Session session = new Session(model, vocabulary, false);
      session.append(prompt);
      sessions.add(session);
    }
    return goOn(sessions, Collections.nCopies(sessions.size(), request), listener);
  }

  /// Goes on with one session.
  ///
  /// @throws IllegalArgumentException if it is empty or full, or belongs to another generator
  public Generation goOn(Session session, GenerateRequest request, TextListener listener) {
    return goOn(List.of(session), List.of(request), listener);
  }

  /// Goes on with several sessions, each by its own request. What is drawn becomes part of them. If
  /// the listener throws, they keep what they have by then.
  ///
  /// @throws IllegalArgumentException if there are not as many requests as sessions, or a session
  ///   is empty or full, belongs to another generator, or is there twice
  public Generation goOn(
      List<Session> sessions, List<GenerateRequest> requests, TextListener listener) {
    if (sessions.size() != requests.size()) {
      throw new IllegalArgumentException(
          "%d sessions, but %d requests; give one for each"
              .formatted(sessions.size(), requests.size()));
    }
    Set<Session> all = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Running> running = new ArrayList<>();
    for (int i = 0; i < sessions.size(); i++) {
      check(sessions.get(i), i, all);
      running.add(new Running(i, sessions.get(i), requests.get(i), model, vocabulary, listener));
    }
    return run(running);
  }

  private void check(Session session, int sequence, Set<Session> earlier) {
    if (!session.belongsTo(model)) {
      throw new IllegalArgumentException(
          "session " + sequence + " belongs to another generator; use the one that made it");
    }
    if (!earlier.add(session)) {
      throw new IllegalArgumentException(
          "session " + sequence + " is there twice; give a copy of it the second time");
    }
    if (session.length() == 0) {
      throw new IllegalArgumentException(
          "prompt "
              + sequence
              + " is empty, and the vocabulary has no token that begins a text; give one character"
              + " at least, such as a newline");
    }
    if (session.length() >= model.positions()) {
      throw new IllegalArgumentException(
          "prompt "
              + sequence
              + " has "
              + session.length()
              + " tokens and leaves no room for a new one in the model's "
              + model.positions()
              + " positions; shorten it, or give only its end");
    }
  }

  private Generation run(List<Running> all) {
    long begin = System.nanoTime();
    long promptTokens = 0;
    for (Running running : all) {
      promptTokens += running.session().news().length;
    }
    List<Running> live = new ArrayList<>(all);
    long prompted = begin;
    while (!live.isEmpty()) {
      if (!step(live)) {
        live.forEach(running -> running.finish(FinishReason.CANCELLED));
      }
      if (prompted == begin) {
        prompted = System.nanoTime();
      }
      live.removeIf(Running::isFinished);
    }
    long end = System.nanoTime();
    return new Generation(
        all.stream().map(Running::completion).toList(),
        new Timing(
            promptTokens,
            Duration.ofNanos(prompted - begin),
            all.stream().mapToLong(Running::laterTokens).sum(),
            Duration.ofNanos(end - prompted)));
  }

  /// One more token for each.
  ///
  /// @return false if the thread is interrupted, and nothing was done
  private boolean step(List<Running> live) {
    if (Thread.currentThread().isInterrupted()) {
      return false;
    }
    Tensor logits;
    try {
      logits = extend(live.stream().map(Running::session).toList());
    } catch (CancellationException e) {
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      throw e;
    }
    for (int i = 0; i < live.size(); i++) {
      live.get(i).take(logits.data(), i * model.vocabularySize());
    }
    return true;
  }

  private Tensor extend(List<Session> sessions) {
    int[][] news = sessions.stream().map(Session::news).toArray(int[][]::new);
    List<NextLogits.Past> pasts = new ArrayList<>();
    for (int i = 0; i < news.length; i++) {
      pasts.add(sessions.get(i).lend(news[i].length));
    }
    Tensor logits = model.extend(pasts, news);
    for (int i = 0; i < news.length; i++) {
      sessions.get(i).giveBack(pasts.get(i));
    }
    return logits;
  }
}
