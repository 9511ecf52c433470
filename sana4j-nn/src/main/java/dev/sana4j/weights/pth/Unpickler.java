package dev.sana4j.weights.pth;

import dev.sana4j.files.QuotedText;
import dev.sana4j.weights.CheckpointException;
import dev.sana4j.weights.pth.PickleValue.Dict;
import dev.sana4j.weights.pth.PickleValue.Flag;
import dev.sana4j.weights.pth.PickleValue.Items;
import dev.sana4j.weights.pth.PickleValue.None;
import dev.sana4j.weights.pth.PickleValue.OtherNumber;
import dev.sana4j.weights.pth.PickleValue.Text;
import dev.sana4j.weights.pth.PickleValue.Tuple;
import dev.sana4j.weights.pth.PickleValue.Whole;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the pickle of a checkpoint without running code. The result contains tensors, dicts, lists,
 * tuples, numbers, texts, booleans and None. Any other name in the pickle is rejected with an error
 * that names it.
 *
 * <p>Supports protocols 2 to 4 as described in CPython's {@code Lib/pickle.py}. Cost is limited by
 * the size of the pickle, the number of values, and the depth of marks. A container may contain
 * itself; this is safe because no code here traverses values.
 */
final class Unpickler {
  /** A tensor takes about 250 bytes; published checkpoints have a few thousand. */
  static final int MAX_BYTES = 16 << 20;

  private static final int MAX_VALUES = 1 << 20;
  private static final int MAX_MARKS = 1000;
  private static final int MAX_PROTOCOL = 4;
  private static final int MAX_NUMBER_BYTES = 255;

  private final PickleInput in;
  private final PickleCalls calls;
  private final List<PickleValue> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, PickleValue> memo = new HashMap<>();
  private int made;

  private Unpickler(PickleInput in) {
    this.in = in;
    calls = new PickleCalls(in);
  }

  /**
   * Reads one value.
   *
   * @param file the file of the pickle, for messages
   * @param pickle at most {@link #MAX_BYTES}
   * @throws CheckpointException if the pickle is damaged or contains disallowed values
   */
  static PickleValue read(Path file, byte[] pickle) {
    PickleInput in = new PickleInput(file, pickle);
    PickleValue value = next(in);
    if (!in.isAtEnd()) {
      throw in.refusal("expected the end after one value, got more");
    }
    return value;
  }

  /** Reads the next of several values, each of which is a pickle. */
  static PickleValue next(PickleInput in) {
    return new Unpickler(in).run();
  }

  private PickleValue run() {
    while (true) {
      int number = in.unsignedByte();
      PickleOpcode opcode = PickleOpcode.of(number);
      if (opcode == null) {
        throw in.refusal("expected an instruction, got byte " + number);
      }
      if (opcode == PickleOpcode.STOP) {
        return result();
      }
      if (!(isConstant(opcode) || isContainer(opcode) || isMemo(opcode) || isCall(opcode))) {
        throw in.refusal(
            "the instruction " + opcode + " is not allowed in a checkpoint; no code was run");
      }
    }
  }

  private PickleValue result() {
    PickleValue result = pop();
    if (!stack.isEmpty() || !marks.isEmpty()) {
      throw in.refusal("expected the end after one value, got more");
    }
    return result;
  }

  private boolean isConstant(PickleOpcode opcode) {
    switch (opcode) {
      case PROTO -> requireProtocol(in.unsignedByte());
      case FRAME -> in.longInteger(); // only a hint for reading ahead
      case NONE -> push(None.NONE);
      case NEWTRUE -> push(Flag.TRUE);
      case NEWFALSE -> push(Flag.FALSE);
      case BININT -> push(made(new Whole(in.integer())));
      case BININT1 -> push(made(new Whole(in.unsignedByte())));
      case BININT2 -> push(made(new Whole(in.unsignedShort())));
      case LONG1 -> push(made(number(in.unsignedByte())));
      case LONG4 -> push(made(number(in.unsignedInteger())));
      case BINFLOAT -> push(made(new OtherNumber(in.bigEndianDouble())));
      case SHORT_BINUNICODE -> push(made(new Text(in.text(in.unsignedByte()))));
      case BINUNICODE -> push(made(new Text(in.text(in.unsignedInteger()))));
      case BINUNICODE8 -> push(made(new Text(in.text(in.longInteger()))));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void requireProtocol(int protocol) {
    if (protocol > MAX_PROTOCOL) {
      throw in.refusal("expected a protocol of at most " + MAX_PROTOCOL + ", got " + protocol);
    }
  }

  private PickleValue number(long byteCount) {
    if (byteCount > MAX_NUMBER_BYTES) {
      throw in.refusal(
          "expected numbers of at most " + MAX_NUMBER_BYTES + " bytes, got " + byteCount);
    }
    BigInteger number = in.wholeNumber((int) byteCount);
    return number.bitLength() < Long.SIZE
        ? new Whole(number.longValueExact())
        : new OtherNumber(number);
  }

  private boolean isContainer(PickleOpcode opcode) {
    switch (opcode) {
      case MARK -> mark();
      case EMPTY_TUPLE -> push(made(new Tuple(List.of())));
      case TUPLE1 -> pushTuple(1);
      case TUPLE2 -> pushTuple(2);
      case TUPLE3 -> pushTuple(3);
      case TUPLE -> push(made(new Tuple(popToMark())));
      case EMPTY_LIST -> push(made(new Items()));
      case APPEND -> append(popLast(1));
      case APPENDS -> append(popToMark());
      case EMPTY_DICT -> push(made(new Dict(false)));
      case SETITEM -> put(popLast(2));
      case SETITEMS -> put(popToMark());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void mark() {
    if (marks.size() == MAX_MARKS) {
      throw in.refusal("expected at most " + MAX_MARKS + " nested marks, got more");
    }
    marks.add(stack.size());
  }

  private void pushTuple(int count) {
    push(made(new Tuple(popLast(count))));
  }

  private void append(List<PickleValue> items) {
    if (!(top() instanceof Items list)) {
      throw in.refusal("expected a list to append to");
    }
    list.items().addAll(items);
  }

  private void put(List<PickleValue> pairs) {
    if (!(top() instanceof Dict dict) || pairs.size() % 2 != 0) {
      throw in.refusal("expected a dict and pairs to add to it");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      Object key = key(pairs.get(i));
      if (dict.entries().put(key, pairs.get(i + 1)) != null) {
        throw in.refusal("a dict has two values for '" + QuotedText.clip(key.toString()) + "'");
      }
    }
  }

  private Object key(PickleValue key) {
    if (key instanceof Text text) {
      return text.value();
    }
    if (key instanceof Whole whole) {
      return whole.value();
    }
    throw in.refusal("expected strings and integers as keys of a dict, got something else");
  }

  private boolean isMemo(PickleOpcode opcode) {
    switch (opcode) {
      case BINPUT -> remember(in.unsignedByte());
      case LONG_BINPUT -> remember(in.integer());
      case MEMOIZE -> remember(memo.size());
      case BINGET -> push(remembered(in.unsignedByte()));
      case LONG_BINGET -> push(remembered(in.integer()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void remember(int index) {
    if (memo.size() == MAX_VALUES) {
      throw in.refusal("expected at most " + MAX_VALUES + " memo entries, got more");
    }
    memo.put(index, top());
  }

  private PickleValue remembered(int index) {
    PickleValue value = memo.get(index);
    if (value == null) {
      throw in.refusal("expected a memo entry " + Integer.toUnsignedString(index) + ", got none");
    }
    return value;
  }

  private boolean isCall(PickleOpcode opcode) {
    switch (opcode) {
      case GLOBAL -> push(calls.named(in.line(), in.line()));
      case STACK_GLOBAL -> pushNamed(popLast(2));
      case INST -> throw calls.refused(in.line(), in.line());
      case REDUCE -> {
        List<PickleValue> call = popLast(2);
        push(made(calls.call(call.get(0), call.get(1))));
      }
      case BUILD -> calls.requireAttributes(popLast(1).get(0), top());
      case BINPERSID -> push(made(calls.storage(pop())));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void pushNamed(List<PickleValue> names) {
    if (!(names.get(0) instanceof Text module && names.get(1) instanceof Text name)) {
      throw in.refusal("expected two strings as a name");
    }
    push(calls.named(module.value(), name.value()));
  }

  private <T extends PickleValue> T made(T value) {
    if (++made > MAX_VALUES) {
      throw in.refusal("expected at most " + MAX_VALUES + " values, got more");
    }
    return value;
  }

  private void push(PickleValue value) {
    stack.add(value);
  }

  private PickleValue pop() {
    return popLast(1).get(0);
  }

  private PickleValue top() {
    requireAboveMark(1);
    return stack.get(stack.size() - 1);
  }

  /** Removes the last mark and returns the values above it. */
  private List<PickleValue> popToMark() {
    if (marks.isEmpty()) {
      throw in.refusal("expected a mark, got none");
    }
    int mark = marks.remove(marks.size() - 1);
    return popFrom(mark);
  }

  private List<PickleValue> popLast(int count) {
    requireAboveMark(count);
    return popFrom(stack.size() - count);
  }

  private List<PickleValue> popFrom(int from) {
    List<PickleValue> top = stack.subList(from, stack.size());
    List<PickleValue> popped = List.copyOf(top);
    top.clear();
    return popped;
  }

  private void requireAboveMark(int count) {
    int mark = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    if (stack.size() - mark < count) {
      throw in.refusal("expected " + count + " values on the stack, got fewer");
    }
  }
}
