package dev.reformer4j.layer;

import dev.reformer4j.attention.AttentionCache;
import dev.reformer4j.attention.AttentionInput;
import dev.reformer4j.attention.AttentionResult;
import dev.reformer4j.attention.Hashes;
import dev.reformer4j.kernel.Kernels;
import dev.reformer4j.kernel.PanelKernels;
import dev.reformer4j.kernel.PanelKernels.RowMode;
import dev.reformer4j.tensor.Tensor;
import java.io.DataInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// The attention branch: layer norm, a projection for each role (query, key, value), attention in
/// every head, and the output projection. Which attention it is, a subclass says.
public abstract sealed class SelfAttention implements Branch
    permits ExactSelfAttention, LocalSelfAttention, LshSelfAttention {
  private final String name;
  private final int heads;
  private final double weightDropout;
  private final LayerNorm norm;
  private final List<Dense> projections;
  private final Dense output;
  private final Dropout dropout;

  /// Declares all parameters.
  ///
  /// @param roles the projections, `[dModel] → [heads · d]` for every role, the value last
  SelfAttention(
      Parameters parameters, AttentionShape shape, Function<Parameters, List<Dense>> roles) {
    this.name = parameters.name();
    this.heads = shape.heads();
    this.weightDropout = shape.weightDropout();
    this.norm = shape.norm(parameters);
    this.projections = roles.apply(parameters);
    this.output = shape.output(parameters);
    this.dropout = shape.outputDropout(parameters);
  }

  /// What all names of its parameters begin with.
  final String name() {
    return name;
  }

  /// Independent attentions side by side.
  public final int heads() {
    return heads;
  }

  /// Numbers in one vector of one head, of the last role: the values.
  final int headWidth() {
    return projections.getLast().out() / heads;
  }

  /// An attention over the projected roles, `[heads, n, d]` each.
  abstract AttentionInput input(List<Tensor> roles);

  /// What hashing decides for an input; empty if this attention does not hash.
  abstract Optional<Hashes> hash(AttentionInput input, Pass pass);

  /// The attention itself.
  abstract AttentionResult attend(AttentionInput input, Optional<Hashes> hashes, Pass pass);

  /// The gradients of the roles.
  abstract List<Tensor> backward(
      AttentionInput input, AttentionResult result, Tensor outputGradient, Pass pass);

  /// A cache for one sequence that grows.
  ///
  /// @param n tokens that it begins with, padding included, which may decide the number of buckets
  /// @throws IllegalArgumentException if this attention looks ahead, so that no cache is possible
  public abstract AttentionCache newCache(int n);

  /// Reads a cache that [AttentionCache#write] wrote.
  ///
  /// @param n as in [#newCache]
  /// @throws IOException if it is another attention's, damaged, or ends early
  public abstract AttentionCache readCache(DataInput in, int n) throws IOException;

  @Override
  public final Optional<Hashes> addTo(Tensor x, Tensor target, Pass pass) {
    return attend(x, target, pass, _ -> {});
  }

  /// Like [#addTo], and fills an empty cache with the sequence.
  public final void addTo(Tensor x, Tensor target, AttentionCache cache, Pass pass) {
    attend(x, target, pass, attended -> fill(cache, attended.input, attended.hashes));
  }

  @Override
  public final Kept addToKeeping(Tensor x, Tensor target, Pass pass) {
    List<Tensor> roles = roles(x.dim(0), pass.spare()::tensor);
    Attended up = attend(project(x, roles, pass), target, pass);
    return (dy, dx) -> {
      backward(x, up.input, up.result, Optional.empty(), dy, dx, pass);
      giveBack(roles, pass);
    };
  }

  /// What was attended on the way up.
  private record Attended(AttentionInput input, Optional<Hashes> hashes, AttentionResult result) {}

  /// Every layer of a pass projects into the same arrays: new ones would be filled with zeros
  /// first, by one thread while the others wait.
  ///
  /// @param visitor sees what was attended before its arrays go
  private Optional<Hashes> attend(Tensor x, Tensor target, Pass pass, Consumer<Attended> visitor) {
    List<Tensor> roles = roles(x.dim(0), pass.spare()::tensor);
    Attended attended = attend(project(x, roles, pass), target, pass);
    visitor.accept(attended);
    giveBack(roles, pass);
    return attended.hashes;
  }

  private static void giveBack(List<Tensor> tensors, Pass pass) {
    tensors.forEach(tensor -> pass.spare().giveBack(tensor.data()));
  }

  private Attended attend(AttentionInput input, Tensor target, Pass pass) {
    Optional<Hashes> hashes = hash(input, pass);
    AttentionResult result = attend(input, hashes, pass);
    merge(result.output(), target, pass);
    return new Attended(input, hashes, result);
  }

  abstract void fill(AttentionCache cache, AttentionInput input, Optional<Hashes> hashes);

  @Override
  public final void undo(
      Tensor x, Optional<Hashes> hashes, Tensor target, Tensor dy, Tensor dx, Pass pass) {
    List<Tensor> roles = roles(x.dim(0), pass.spare()::tensor);
    AttentionInput input = project(x, roles, pass);
    AttentionResult result = attend(input, hashes, pass);
    backward(x, input, result, Optional.of(target), dy, dx, pass);
    giveBack(roles, pass);
  }

  /// @param target what the result is taken off again, if it is
  private void backward(
      Tensor x,
      AttentionInput input,
      AttentionResult result,
      Optional<Tensor> target,
      Tensor dy,
      Tensor dx,
      Pass pass) {
    Tensor outputGradient = unmerge(result.output(), target, dy, pass);
    List<Tensor> roleGradients = backward(input, result, outputGradient, pass);
    pass.spare().giveBack(outputGradient.data());
    unproject(x, roleGradients, dx, pass);
  }

  /// What this attention reads of a sequence: normalised and projected, every role as `[heads, n,
  /// d]`. For looking at it; [#addTo] does the same. Whoever is done with its tensors may give
  /// their arrays back to the pass.
  ///
  /// @param x `[n, dModel]`
  public final AttentionInput project(Tensor x, Pass pass) {
    return project(x, roles(x.dim(0), pass.spare()::tensor), pass);
  }

  /// A tensor `[heads, n, d]` for every role.
  private List<Tensor> roles(int n, Function<int[], Tensor> ofShape) {
    return projections.stream()
        .map(dense -> ofShape.apply(new int[] {heads, n, dense.out() / heads}))
        .toList();
  }

  /// @param roles receive what is projected
  private AttentionInput project(Tensor x, List<Tensor> roles, Pass pass) {
    Rows from = Rows.plain(x);
    List<Rows> to = roles.stream().map(Rows::ofHeads).toList();
    Blocks.forEach(
        from.n(),
        pass.workers(),
        () -> {
          Projection projection = new Projection();
          return (first, count) -> projection.run(from, first, count, to);
        });
    AttentionInput input = input(roles);
    AttentionInput masked = pass.mask().map(input::withMask).orElse(input);
    return pass.draws().weights(name, weightDropout).map(masked::withDropout).orElse(masked);
  }

  /// `target += output projection`
  private void merge(Tensor attended, Tensor target, Pass pass) {
    Rows from = Rows.ofHeads(attended);
    Rows to = Rows.plain(target);
    Blocks.forEach(
        to.n(),
        pass.workers(),
        () -> {
          Merge merge = new Merge();
          return (first, count) -> {
            merge.begin(pass, first);
            merge.run(from, to, first, count, RowMode.ADD);
          };
        });
  }

  /// Goes backward through the output projection, and takes it off the target.
  ///
  /// @param target `target −= output projection`; empty if it stays
  /// @return the gradient of what was attended, `[heads, n, dV]`
  private Tensor unmerge(Tensor attended, Optional<Tensor> target, Tensor dy, Pass pass) {
    Tensor attendedGradient = pass.spare().tensor(attended.shape());
    Rows from = Rows.ofHeads(attended);
    Rows gradient = Rows.plain(dy);
    Rows result = Rows.ofHeads(attendedGradient);
    Blocks.backward(
        dy.dim(0),
        pass,
        () -> {
          Merge merge = new Merge();
          float[] dyPanel = new float[Kernels.panelSize(output.out())];
          return (first, count, sums) -> {
            merge.begin(pass, first);
            if (target.isPresent()) {
              merge.run(from, Rows.plain(target.get()), first, count, RowMode.SUBTRACT);
            } else {
              merge.mover.load(from, first, count, merge.panel, 0);
            }
            merge.mover.load(gradient, first, count, dyPanel, 0);
            float[] dPanel = merge.backward(dyPanel, count, sums);
            merge.mover.store(dPanel, result, first, count, RowMode.STORE);
          };
        });
    return attendedGradient;
  }

  /// Goes backward through the projections and the layer norm: `dx +=` their gradient.
  private void unproject(Tensor x, List<Tensor> roleGradients, Tensor dx, Pass pass) {
    Rows from = Rows.plain(x);
    Rows result = Rows.plain(dx);
    List<Rows> gradients = roleGradients.stream().map(Rows::ofHeads).toList();
    Blocks.backward(
        from.n(),
        pass,
        () -> {
          Projection projection = new Projection();
          return (first, count, sums) ->
              projection.backward(from, first, count, gradients, result, sums);
        });
  }

  @Override
  public final Step step() {
    return new AttentionStep();
  }

  /// Layer norm and projections of one block of tokens. One thread's scratch.
  private final class Projection {
    final PanelKernels panels = PanelKernels.best();
    final PanelMover mover = new PanelMover();
    final float[] panel = new float[Kernels.panelSize(norm.in())];
    final float[] gradientPanel;
    final float[] normGradient = new float[Kernels.panelSize(norm.in())];
    final RowLayer.Work normWork = norm.work();
    final List<RowLayer.Work> works = projections.stream().map(Dense::work).toList();

    Projection() {
      int widest = projections.stream().mapToInt(Dense::out).max().orElseThrow();
      this.gradientPanel = new float[Kernels.panelSize(widest)];
    }

    void run(Rows from, int first, int count, List<Rows> roles) {
      mover.load(from, first, count, panel, 0);
      float[] normal = normWork.forward(panel, count);
      for (int role = 0; role < works.size(); role++) {
        float[] projected = works.get(role).forward(normal, count);
        mover.store(projected, roles.get(role), first, count, RowMode.STORE);
      }
    }

    void backward(
        Rows from, int first, int count, List<Rows> gradients, Rows dx, GradientSums sums) {
      mover.load(from, first, count, panel, 0);
      float[] normal = normWork.forward(panel, count);
      Arrays.fill(normGradient, 0);
      for (int role = 0; role < works.size(); role++) {
        mover.load(gradients.get(role), first, count, gradientPanel, 0);
        float[] d = works.get(role).backward(normal, gradientPanel, count, sums);
        panels.add(d, 0, normGradient, 0, norm.in() * Kernels.PANEL);
      }
      float[] d = normWork.backward(panel, normGradient, count, sums);
      mover.store(d, dx, first, count, RowMode.ADD);
    }
  }

  /// The output projection of one block of tokens. One thread's scratch.
  private final class Merge {
    final PanelMover mover = new PanelMover();
    final float[] panel = new float[Kernels.panelSize(output.in())];
    private final RowLayer.Work work = output.work();
    private final RowLayer.Work dropoutWork = dropout.work();

    void begin(Pass pass, int first) {
      dropoutWork.begin(pass.draws(), first);
    }

    void run(Rows attended, Rows target, int first, int count, RowMode mode) {
      mover.load(attended, first, count, panel, 0);
      float[] y = dropoutWork.forward(work.forward(panel, count), count);
      mover.store(y, target, first, count, mode);
    }

    /// From the gradient of the result to that of what lies in the panel; no forward pass need go
    /// before it.
    float[] backward(float[] dy, int count, GradientSums sums) {
      // Dropout treats gradients as it treats numbers, whatever those were.
      return work.backward(panel, dropoutWork.backward(dy, dy, count, sums), count, sums);
    }
  }

  /// Appends tokens, one after the other, to the caches of their sequences.
  private final class AttentionStep implements Step {
    private final Projection projection = new Projection();
    private final Merge merge = new Merge();
    private final List<Tensor> roles =
        projections.stream().map(dense -> Tensor.zeros(Kernels.PANEL, dense.out())).toList();
    private final List<Rows> roleRows = roles.stream().map(Rows::plain).toList();
    private final List<float[]> token =
        projections.stream().map(dense -> new float[dense.out()]).toList();
    private final Tensor attended = Tensor.zeros(Kernels.PANEL, output.in());
    private final float[] tokenOutput = new float[output.in()];

    @Override
    public void addTo(Tensor x, Tensor target, int count, AttentionCache[] caches) {
      projection.run(Rows.plain(x), 0, count, roleRows);
      for (int i = 0; i < count; i++) {
        for (int role = 0; role < token.size(); role++) {
          float[] vector = token.get(role);
          System.arraycopy(roles.get(role).data(), i * vector.length, vector, 0, vector.length);
        }
        caches[i].step(token.getFirst(), token.get(token.size() - 2), token.getLast(), tokenOutput);
        System.arraycopy(tokenOutput, 0, attended.data(), i * output.in(), output.in());
      }
      merge.run(Rows.plain(attended), Rows.plain(target), 0, count, RowMode.ADD);
    }
  }
}
