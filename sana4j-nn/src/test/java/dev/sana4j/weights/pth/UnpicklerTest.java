package dev.sana4j.weights.pth;

import static dev.sana4j.weights.UntrustedFile.assertRefused;
import static dev.sana4j.weights.pth.Pickles.STORAGE;
import static dev.sana4j.weights.pth.Pickles.bytes;
import static dev.sana4j.weights.pth.Pickles.dictOf;
import static dev.sana4j.weights.pth.Pickles.dictOfTensor;
import static dev.sana4j.weights.pth.Pickles.text;
import static dev.sana4j.weights.pth.Pickles.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sana4j.weights.pth.PickleValue.Dict;
import dev.sana4j.weights.pth.PickleValue.Flag;
import dev.sana4j.weights.pth.PickleValue.Items;
import dev.sana4j.weights.pth.PickleValue.None;
import dev.sana4j.weights.pth.PickleValue.OtherNumber;
import dev.sana4j.weights.pth.PickleValue.Text;
import dev.sana4j.weights.pth.PickleValue.Tuple;
import dev.sana4j.weights.pth.PickleValue.View;
import dev.sana4j.weights.pth.PickleValue.Whole;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class UnpicklerTest {
  private static final Path FILE = Path.of("a.pth");

  private static PickleValue read(String pickle) {
    return Unpickler.read(FILE, bytes(pickle));
  }

  private static void assertRefusedBecause(String pickle, String... because) {
    assertRefused(FILE, () -> read(pickle)).contains(because);
  }

  static Stream<Arguments> values() {
    return Stream.of(
        arguments("N", None.NONE),
        arguments("\u0088", Flag.TRUE),
        arguments("\u0089", Flag.FALSE),
        arguments("K\u00ff", new Whole(255)),
        arguments("M\1\2", new Whole(513)),
        arguments("J\u00ff\u00ff\u00ff\u00ff", new Whole(-1)),
        arguments("\u008a\0", new Whole(0)),
        arguments("\u008a\2\0\u0080", new Whole(-32768)),
        arguments("\u008b\1\0\0\0\7", new Whole(7)),
        arguments("\u008a\11\0\0\0\0\0\0\0\0\1", new OtherNumber(BigInteger.ONE.shiftLeft(64))),
        arguments("G?\u00f8\0\0\0\0\0\0", new OtherNumber(1.5)),
        arguments("X\2\0\0\0\u00c3\u00a9", new Text("é")),
        arguments("\u008d\1\0\0\0\0\0\0\0x", new Text("x")),
        arguments(")", new Tuple(List.of())),
        arguments("NK\1\u0086", new Tuple(List.of(None.NONE, new Whole(1)))),
        arguments("](K\1K\2eK\3a", new Items(List.of(new Whole(1), new Whole(2), new Whole(3)))));
  }

  @ParameterizedTest
  @MethodSource("values")
  void plainValuesAreRead(String pickle, PickleValue value) {
    assertThat(read("\u0080\u0002" + pickle + ".")).isEqualTo(value);
    assertThat(read("\u0080\u0004\u0095\11\0\0\0\0\0\0\0" + pickle + ".")).isEqualTo(value);
  }

  @Test
  void dictsHaveTextsAndNumbersAsKeysAndKeepTheirOrder() {
    Dict dict = (Dict) read("}(" + text("b") + "NK\7\u0088" + text("a") + "\u0089u.");
    assertThat(dict.entries())
        .containsExactly(
            Map.entry("b", None.NONE), Map.entry(7L, Flag.TRUE), Map.entry("a", Flag.FALSE));
  }

  @Test
  void rememberedValuesAreTheSameValue() {
    Tuple tuple = (Tuple) read("\u0080\4]\u0094h\0r\1\0\0\1j\1\0\0\1\u0087.");
    assertThat(tuple.items().get(1)).isSameAs(tuple.items().get(0));
    assertThat(tuple.items().get(2)).isSameAs(tuple.items().get(0));
  }

  @Test
  void aTensorIsAViewOfItsStorage() {
    Dict dict = (Dict) read(dictOfTensor(STORAGE, "K\1", tuple(3), tuple(1)));
    View view = (View) Objects.requireNonNull(dict.get("a"));
    assertThat(view.storage().key()).isEqualTo("0");
    assertThat(view.offset()).isEqualTo(1);
    assertThat(view.shape()).containsExactly(3L);
  }

  @Test
  void theAttributesOfAStateDictArePassedOver() {
    String state = "ccollections\nOrderedDict\n)R}" + text("_metadata") + "Nsb";
    assertThat(read(dictOf(state))).isInstanceOf(Dict.class);
  }

  static Stream<Arguments> attacks() {
    String command = "(" + text("echo") + "t";
    return Stream.of(
        arguments("cos\nsystem\n" + command + "R", "os.system"),
        arguments("cposix\nsystem\n" + command + "R", "posix.system"),
        arguments(text("os") + text("system") + "\u0093" + command + "R", "os.system"),
        arguments("cbuiltins\neval\n" + command + "R", "builtins.eval"),
        arguments("ctorch\nload\n" + command + "R", "torch.load"),
        arguments("ctorch._utils\n_rebuild_tensor_v2.__globals__\n", "__globals__"),
        arguments("c_codecs\nencode\n" + command + "R", "_codecs.encode"),
        arguments("ctorch\nComplexFloatStorage\n", "torch.ComplexFloatStorage"),
        arguments("(ios\nsystem\n" + text("echo"), "os.system"),
        arguments("(cos\nsystem\n" + text("echo") + "o", "os.system"),
        arguments("(NNo", "OBJ"),
        arguments("ccollections\nOrderedDict\n)\u0081", "NEWOBJ"),
        arguments("ccollections\nOrderedDict\n)}\u0092", "NEWOBJ_EX"),
        arguments("\u0082\1", "EXT1"),
        arguments("\u0083\1\0", "EXT2"),
        arguments("\u0084\1\0\0\0", "EXT4"),
        arguments("P0\n", "PERSID"),
        arguments("C\1x", "SHORT_BINBYTES"),
        arguments("\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f", "BINBYTES8"),
        arguments("\u0096\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f", "BYTEARRAY8"),
        arguments("\u008f", "EMPTY_SET"),
        arguments("I1\n", "INT"),
        arguments("\u00fe", "byte 254"));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void whateverIsNoPartOfACheckpointIsRefusedByItsName(String value, String name) {
    assertRefusedBecause(dictOf(value), name);
    assertRefusedBecause("\u0080\u0002" + value + ".", name);
  }

  @ParameterizedTest
  @CsvSource({"N, a value", "K0, a value"})
  void onlyNamesCanBeCalled(String callee, String because) {
    assertRefusedBecause(callee + ")R.", because);
  }

  static Stream<Arguments> calls() {
    String rebuild = "ctorch._utils\n_rebuild_tensor_v2\n";
    return Stream.of(
        arguments("ccollections\nOrderedDict\n(Nt" + "R", "no arguments"),
        arguments("ccollections\nOrderedDict\n]R", "a tuple of arguments"),
        arguments(rebuild + "(K\1tR", "six or seven arguments"),
        arguments(rebuild + "(NNNNNNtR", "a storage as first argument"),
        arguments(rebuild + "(" + STORAGE + "NNNNNtR", "offset"),
        arguments(rebuild + "(" + STORAGE + "K\0K\1K\1\u0089NtR", "sizes or strides"),
        arguments("ctorch._utils\n_rebuild_parameter\n(N\u0089NtR", "a tensor as first argument"),
        arguments("}}b", "OrderedDict to be built"),
        arguments("ccollections\nOrderedDict\n)RNb", "OrderedDict to be built"),
        arguments("NQ", "reference to a storage"),
        arguments("(" + text("module") + "NNNNtQ", "reference to a storage"),
        arguments("(" + text("storage") + "N" + text("0") + text("cpu") + "K\1tQ", "storage"),
        arguments(
            "("
                + text("storage")
                + "ctorch\nFloatStorage\n"
                + text("0")
                + text("cpu")
                + "J\u00ff\u00ff\u00ff\u00fftQ",
            "storage"));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void callsWithOtherArgumentsAreRefused(String value, String because) {
    assertRefusedBecause(dictOf(value), because);
  }

  @Test
  void aTensorMustLieWithinItsStorage() {
    assertRefusedBecause(dictOfTensor(STORAGE, "K\0", tuple(5), tuple(1)), "storage of 4");
    assertRefusedBecause(dictOfTensor(STORAGE, "K\1", tuple(4), tuple(1)), "storage of 4");
    assertRefusedBecause(dictOfTensor(STORAGE, "K\0", tuple(2), tuple(4)), "storage of 4");
    assertRefusedBecause(
        dictOfTensor(STORAGE, "J\u00ff\u00ff\u00ff\u00ff", tuple(1), tuple(1)), "storage of 4");
    assertRefusedBecause(dictOfTensor(STORAGE, "K\5", tuple(0), tuple(1)), "storage of 4");
  }

  @Test
  void aTensorMustNotBeLargerThanItsStorage() {
    assertRefusedBecause(
        dictOfTensor(STORAGE, "K\0", tuple(200, 200), tuple(0, 0)), "storage of 4");
  }

  @Test
  void sizesWhoseProductOverflowsAreRefused() {
    String huge = "\u008a\10\0\0\0\0\0\0\0@";
    String shape = "(" + huge + huge + "K\4t";
    assertRefusedBecause(
        dictOfTensor(STORAGE, "K\0", shape, tuple(0, 0, 0)), "exceeds its storage");
    assertRefusedBecause(
        dictOfTensor(STORAGE, "K\0", "(K\0" + huge + huge + "t", tuple(1, 1, 1)),
        "exceeds its storage");
  }

  @Test
  void sizesAreNeverNegativeNorMoreThanEight() {
    assertRefusedBecause(
        dictOfTensor(STORAGE, "K\0", "(J\u00ff\u00ff\u00ff\u00fft", tuple(1)), "non-negative");
    assertRefusedBecause(
        dictOfTensor(STORAGE, "K\0", tuple(1, 1, 1, 1, 1, 1, 1, 1, 1), tuple(1)), "at most 8");
    assertRefusedBecause(dictOfTensor(STORAGE, "K\0", tuple(1), tuple(1, 1)), "as many strides");
  }

  static Stream<Arguments> bombs() {
    return Stream.of(
        arguments("\u008b\u00ff\u00ff\u00ff\u00ff", "4294967295"),
        arguments("\u008b\0\0\0\u0080", "2147483648"),
        arguments("X\u00ff\u00ff\u00ff\u00ff", "4294967295"),
        arguments("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "18446744073709551615"),
        arguments("X\0\0\1\0", "ends too early"),
        arguments("(".repeat(1001), "at most 1000 nested marks"),
        arguments(")" + "\u0085".repeat(1 << 20), "at most 1048576 values"),
        arguments("]".repeat((1 << 20) + 1), "at most 1048576 values"),
        arguments("N" + "\u0094".repeat((1 << 20) + 1), "at most 1048576 memo entries"),
        arguments("c" + "x".repeat(2000), "lines of at most"));
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void whatWouldTakeMuchMemoryIsRefused(String pickle, String because) {
    assertRefusedBecause(pickle, because);
  }

  @Test
  void aContainerMayHoldItself() {
    assertThat(read("\u0080\4]\u0094h\0ah\0a.")).isInstanceOf(Items.class);
    assertThat(read("\u0080\2}q\0" + text("a") + "h\0s.")).isInstanceOf(Dict.class);
  }

  @Test
  void everyBeginningOfAPickleIsRefused() {
    byte[] whole = bytes(dictOfTensor(STORAGE, "K\0", tuple(4), tuple(1)));
    for (int length = 0; length < whole.length; length++) {
      byte[] beginning = Arrays.copyOf(whole, length);
      assertRefused(FILE, () -> Unpickler.read(FILE, beginning));
    }
  }

  @ParameterizedTest
  @CsvSource({
    ".,fewer",
    "NN.,got more",
    "(N.,got more",
    "t.,a mark",
    "N(\u0085.,fewer",
    "Na.,fewer",
    "NNa.,a list",
    "NNNs.,a dict",
    "}(Nu.,pairs",
    "}NNs.,keys",
    "h\1.,a memo entry",
    "N.N,got more",
    "\u0080\5N.,protocol"
  })
  void damagedPicklesAreRefused(String pickle, String because) {
    assertRefusedBecause(pickle, because);
  }

  @Test
  void aNameIsGivenOneTensorOnly() {
    assertRefusedBecause("}(" + text("a") + "N" + text("a") + "Nu.", "two values for 'a'");
  }
}
