package dev.reformer4j.checkpoint;

import static dev.reformer4j.checkpoint.TensorFileException.quote;

import dev.reformer4j.checkpoint.Pickled.Atom;
import dev.reformer4j.checkpoint.Pickled.Dictionary;
import dev.reformer4j.checkpoint.Pickled.Items;
import dev.reformer4j.checkpoint.Pickled.Storage;
import dev.reformer4j.checkpoint.Pickled.Tuple;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs a pickle, protocols 2 to 5, as far as tensors and containers need it.
///
/// A pickle is a program for a small stack machine, and Python's lets it call anything that can be
/// imported. This one has no instruction that reaches out: a name is looked up in
/// [PickleGlobals#ALLOWED] and nowhere else, calling one of those builds a value of [Pickled], and
/// whatever else a pickle may ask for ends the reading with a sentence that names it. (The opcodes
/// are those of CPython's `pickletools.py`; torch's own `weights_only` unpickler knows about the
/// same.)
///
/// Every instruction costs a bounded time and makes a bounded number of small objects, texts apart,
/// which are as long as their bytes in the file. Nothing recurses.
final class Unpickler {
  private static final int NEWEST_PROTOCOL = 5;

  private final MappedFile file;
  private final PickleInput in;
  private final Map<String, Storage> storages = new HashMap<>();
  private final ArrayList<Object> stack = new ArrayList<>();
  private final ArrayList<Integer> marks = new ArrayList<>();
  private Object[] memo = new Object[256];
  private int memoized;

  Unpickler(Extent pickle) {
    this.file = pickle.file();
    this.in = new PickleInput(pickle);
  }

  /// The storages that were named so far, by their keys.
  Map<String, Storage> storages() {
    return storages;
  }

  /// The offset in the file of what follows the pickle.
  long position() {
    return in.position();
  }

  /// Runs the next pickle, and gives the value it ends with.
  ///
  /// @throws TensorFileException if it is damaged, or wants anything but tensors and containers
  Object load() throws TensorFileException {
    stack.clear();
    marks.clear();
    Arrays.fill(memo, null);
    memoized = 0;
    for (int opcode = in.next(); opcode != '.'; opcode = in.next()) {
      run(opcode);
    }
    return pop();
  }

  private void run(int opcode) throws TensorFileException {
    switch (opcode) {
      case 0x80 -> requireProtocol(in.next());
      case 0x95 -> in.unsigned(8); // FRAME: the length of what follows, told ahead
      // Constants.
      case 'N' -> push(Atom.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) in.next());
      case 'M' -> push(in.unsigned(2));
      case 'J' -> push((long) (int) in.unsigned(4));
      case 0x8a -> push(whole(in.bytes(in.next())));
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.unsigned(8))));
      case 0x8c, 'U' -> push(in.text(in.next()));
      case 'X' -> push(in.text(in.unsigned(4)));
      case 0x8d -> push(in.text(in.unsigned(8)));
      case 'C' -> skip(in.next());
      case 'B' -> skip(in.unsigned(4));
      case 0x8e, 0x96 -> skip(in.unsigned(8));
      // Containers.
      case '(' -> marks.add(stack.size());
      case ')' -> push(new Tuple(List.of()));
      case 0x85 -> push(new Tuple(List.of(pop())));
      case 0x86 -> pushPair(pop(), pop());
      case 0x87 -> pushTriple(pop(), pop(), pop());
      case 't', 0x91 -> push(new Tuple(popToMark()));
      case ']', 0x8f -> push(new Items());
      case 'a' -> append(List.of(pop()));
      case 'e', 0x90 -> append(popToMark());
      case '}' -> push(new Dictionary());
      case 's' -> setPair(pop(), pop());
      case 'u' -> setItems(popToMark());
      // The stack and the memo.
      case '0' -> pop();
      case '1' -> popToMark();
      case 'q' -> memoize(in.next());
      case 'r' -> memoize(in.unsigned(4));
      case 0x94 -> memoize(memoized);
      case 'h' -> push(remembered(in.next()));
      case 'j' -> push(remembered(in.unsigned(4)));
      // Names and calls.
      case 'c' -> push(global(in.line(), in.line()));
      case 0x93 -> pushGlobal(pop(), pop());
      case 'i' -> throw refused(in.line() + "." + in.line());
      case 'R' -> call(pop(), pop());
      case 'b' -> build(pop());
      case 'Q' -> push(storage(pop()));
      default ->
          throw file.wrong(
              "the pickle has the instruction 0x"
                  + Integer.toHexString(opcode)
                  + " at byte "
                  + (in.position() - 1)
                  + ", which no tensor or container needs; the file is damaged, or"
                  + SAVE_AGAIN);
    }
  }

  private static final String SAVE_AGAIN =
      " save its tensors alone: torch.save(model.state_dict(), \"pytorch_model.bin\")";

  private void requireProtocol(int protocol) throws TensorFileException {
    if (protocol > NEWEST_PROTOCOL) {
      throw file.wrong(
          "is a pickle of protocol " + protocol + ", but 5 is the newest known; save it with 2");
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() throws TensorFileException {
    require(stack.size() > floor());
    return stack.removeLast();
  }

  private Object top() throws TensorFileException {
    require(stack.size() > floor());
    return stack.getLast();
  }

  /// What lies below the last mark is out of reach.
  private int floor() {
    return marks.isEmpty() ? 0 : marks.getLast();
  }

  private List<Object> popToMark() throws TensorFileException {
    require(!marks.isEmpty());
    List<Object> above = stack.subList(marks.removeLast(), stack.size());
    List<Object> items = List.of(above.toArray());
    above.clear();
    return items;
  }

  private void pushPair(Object second, Object first) {
    push(new Tuple(List.of(first, second)));
  }

  private void pushTriple(Object third, Object second, Object first) {
    push(new Tuple(List.of(first, second, third)));
  }

  private void skip(long bytes) throws TensorFileException {
    in.skip(bytes);
    push(Atom.OPAQUE);
  }

  /// A whole number in as few bytes as it needs, little-endian.
  private static Object whole(byte[] bytes) {
    if (bytes.length == 0) {
      return 0L;
    }
    for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
      byte swapped = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = swapped;
    }
    BigInteger number = new BigInteger(bytes);
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private void append(List<Object> items) throws TensorFileException {
    require(top() instanceof Items);
    ((Items) top()).add(items);
  }

  private void setPair(Object value, Object key) throws TensorFileException {
    setItems(List.of(key, value));
  }

  private void setItems(List<Object> keysAndValues) throws TensorFileException {
    require(top() instanceof Dictionary && keysAndValues.size() % 2 == 0);
    Dictionary dictionary = (Dictionary) top();
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      dictionary.put(keysAndValues.get(i), keysAndValues.get(i + 1));
    }
  }

  /// Pickles number what they memoize from 0 on without gaps, so a larger number is damage, and the
  /// memo never outgrows the pickle.
  private void memoize(long index) throws TensorFileException {
    require(index <= memoized);
    if (index >= memo.length) {
      memo = Arrays.copyOf(memo, Math.multiplyExact(memo.length, 2));
    }
    memo[(int) index] = top();
    memoized = Math.max(memoized, (int) index + 1);
  }

  private Object remembered(long index) throws TensorFileException {
    require(index < memoized);
    return memo[(int) index];
  }

  private void pushGlobal(Object name, Object module) throws TensorFileException {
    require(name instanceof String && module instanceof String);
    push(global((String) module, (String) name));
  }

  private PickleGlobals global(String module, String name) throws TensorFileException {
    PickleGlobals global = PickleGlobals.ALLOWED.get(module + "." + name);
    if (global == null) {
      throw refused(module + "." + name);
    }
    return global;
  }

  private TensorFileException refused(String name) {
    return file.wrong(
        "the pickle asks to run "
            + TensorFileException.printable(name, 100)
            + ", and only tensors and containers are read; nothing was run, and if you trust the"
            + " file,"
            + SAVE_AGAIN);
  }

  private void call(Object arguments, Object function) throws TensorFileException {
    require(function instanceof PickleGlobals.Function && arguments instanceof Tuple);
    push(
        ((PickleGlobals.Function) function)
            .call((Tuple) arguments)
            .orElseThrow(() ->
                file.wrong(
                    "the pickle makes a tensor or container in an unknown way at byte "
                        + in.position()
                        + "; the file is damaged, or"
                        + SAVE_AGAIN)));
  }

  /// An `OrderedDict` may have attributes; a state dict keeps the versions of its layers there.
  private void build(Object state) throws TensorFileException {
    require(state != null && top() instanceof Dictionary);
  }

  /// `("storage", class, key, device, count)`; the legacy format adds a view, always None since
  /// PyTorch 0.4.
  private Storage storage(Object id) throws TensorFileException {
    if (id instanceof Tuple tuple
        && "storage".equals(tuple.get(0))
        && tuple.get(1) instanceof PickleGlobals.StorageType type
        && tuple.get(2) instanceof String key
        && tuple.get(4) instanceof Long count
        && count >= 0
        && (tuple.size() == 5 || (tuple.size() == 6 && tuple.get(5) == Atom.NONE))) {
      Storage storage = new Storage(key, type.dtype(), count);
      Storage known = storages.putIfAbsent(key, storage);
      if (known == null) {
        return storage;
      }
      if (known.equals(storage)) {
        return known;
      }
      throw file.wrong("storage " + quote(key) + " is described in two ways; the file is damaged");
    }
    throw file.wrong(
        "the pickle refers to something outside that is not a storage at byte "
            + in.position()
            + "; the file is damaged, or"
            + SAVE_AGAIN);
  }

  private void require(boolean truth) throws TensorFileException {
    if (!truth) {
      throw file.wrong(
          "the pickle makes no sense at byte " + in.position() + "; the file is damaged");
    }
  }
}
