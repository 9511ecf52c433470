package dev.sana4j.train.optim;

import static dev.sana4j.testkit.TensorAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sana4j.tensor.Autograd;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorException;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import dev.sana4j.train.TrainingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptimizerTest {
  private static final long[][] SHAPES = {{4, 3}, {5}, {3, 2, 1, 1}, {2, 1, 3, 3}};

  /** All optimizers with their default settings. */
  private enum Method {
    ADAMW,
    CAME,
    MUON;

    Optimizer open(List<Trainable> parameters) {
      return switch (this) {
        case ADAMW -> new AdamW(parameters, AdamW.Settings.DEFAULT);
        case CAME -> new Came(parameters, Came.Settings.DEFAULT);
        case MUON -> open(parameters, 0);
      };
    }

    Optimizer open(List<Trainable> parameters, double weightDecay) {
      return switch (this) {
        case ADAMW -> new AdamW(parameters, new AdamW.Settings(0.9, 0.999, 1e-8, weightDecay));
        case CAME ->
            new Came(
                parameters, new Came.Settings(0.9, 0.999, 0.9999, 1e-30, 1e-16, 1, weightDecay));
        case MUON ->
            new Muon(parameters, new Muon.Settings(0.95, 0.999, weightDecay, DType.FLOAT32));
      };
    }
  }

  private List<Trainable> parameters;

  @BeforeEach
  void makeParameters() {
    parameters = new ArrayList<>();
    for (int i = 0; i < SHAPES.length; i++) {
      parameters.add(new Trainable("p" + i, random(i, SHAPES[i])));
    }
  }

  @AfterEach
  void freeParameters() {
    parameters.forEach(parameter -> parameter.value().close());
  }

  private static Tensor random(long seed, long... shape) {
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensors.of(values, shape);
  }

  /** Returns the gradients of a step, owned by the current scope. */
  private static List<Tensor> gradients(long step) {
    List<Tensor> gradients = new ArrayList<>();
    for (int i = 0; i < SHAPES.length; i++) {
      gradients.add(random(100 * (step + 1) + i, SHAPES[i]));
    }
    return gradients;
  }

  private static void steps(Optimizer optimizer, int from, int to, String... frozen) {
    for (int step = from; step < to; step++) {
      int number = step;
      TensorScope.run(() -> optimizer.step(gradients(number), 0.01, Set.of(frozen)));
    }
  }

  private List<float[]> values() {
    return parameters.stream().map(parameter -> parameter.value().toFloats()).toList();
  }

  private void setValues(List<float[]> values) {
    for (int i = 0; i < values.size(); i++) {
      try (Tensor saved = Tensors.of(values.get(i), SHAPES[i])) {
        parameters.get(i).value().copy_(saved);
      }
    }
  }

  private static double[] doubles(Tensor tensor) {
    float[] floats = tensor.toFloats();
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  @Test
  void cameIsThePublishedUpdate() {
    int[] rows = {4, 0, 3, 0};
    List<PublishedCame> published = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      published.add(new PublishedCame(doubles(parameters.get(i).value()), rows[i]));
    }
    try (Optimizer came = Method.CAME.open(parameters)) {
      for (int step = 0; step < 12; step++) {
        int number = step;
        double rate = 0.001 * (1 + step % 3);
        TensorScope.run(
            () -> {
              List<Tensor> gradients = gradients(number);
              came.step(gradients, rate);
              for (int i = 0; i < rows.length; i++) {
                published.get(i).step(doubles(gradients.get(i)), rate);
              }
            });
      }
    }
    for (int i = 0; i < rows.length; i++) {
      double[] expected = published.get(i).value;
      double[] found = doubles(parameters.get(i).value());
      for (int j = 0; j < found.length; j++) {
        assertThat(found[j]).as("p%d[%d]", i, j).isCloseTo(expected[j], within(2e-5));
      }
    }
  }

  @Test
  void cameKeepsLinesOfMatricesAndTheWholeOfOtherKernels() {
    try (Optimizer came = Method.CAME.open(parameters)) {
      assertThat(came.state().keySet())
          .containsExactly(
              "p0.average",
              "p0.square_rows",
              "p0.square_columns",
              "p0.instability_rows",
              "p0.instability_columns",
              "p1.average",
              "p1.square",
              "p2.average",
              "p2.square_rows",
              "p2.square_columns",
              "p2.instability_rows",
              "p2.instability_columns",
              "p3.average",
              "p3.square");
    }
  }

  @Test
  void cameSurvivesGradientsOfZero() {
    try (Optimizer came = Method.CAME.open(parameters)) {
      List<float[]> before = values();
      TensorScope.run(
          () -> {
            List<Tensor> zeros = gradients(0);
            zeros.forEach(tensor -> tensor.mul_(0));
            came.step(zeros, 0.1);
          });
      assertThat(values()).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void matricesAndKernelsDecayButNoVectors(Method method) {
    List<float[]> before = values();
    try (Optimizer optimizer = method.open(parameters, 0.5)) {
      TensorScope.run(
          () -> {
            List<Tensor> zeros = gradients(0);
            zeros.forEach(tensor -> tensor.mul_(0));
            optimizer.step(zeros, 0.1);
          });
    }
    List<float[]> after = values();
    assertThat(after.get(1)).containsExactly(before.get(1));
    for (int i : new int[] {0, 2, 3}) {
      for (int j = 0; j < after.get(i).length; j++) {
        assertThat(after.get(i)[j]).isCloseTo(0.95f * before.get(i)[j], within(1e-6f));
      }
    }
  }

  @Test
  void theFirstStepOfAdamWGoesByTheLearningRateAgainstTheSign() {
    float[] before = values().get(1);
    try (Optimizer adamW = Method.ADAMW.open(parameters)) {
      steps(adamW, 0, 1);
    }
    float[] after = values().get(1);
    try (Tensor gradient = random(101, SHAPES[1])) {
      float[] slope = gradient.toFloats();
      for (int i = 0; i < slope.length; i++) {
        assertThat(after[i] - before[i]).isCloseTo(-0.01f * Math.signum(slope[i]), within(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void gradientsMayLieInMemoryInAnyOrder(Method method) {
    List<float[]> start = values();
    List<float[]> plain;
    try (Optimizer optimizer = method.open(parameters)) {
      steps(optimizer, 0, 1);
      plain = values();
    }
    setValues(start);
    try (Optimizer optimizer = method.open(parameters)) {
      TensorScope.run(
          () -> {
            List<Tensor> gradients = gradients(0);
            gradients.set(0, gradients.get(0).transpose(0, 1).contiguous().transpose(0, 1));
            optimizer.step(gradients, 0.01);
          });
    }
    assertThat(parameters.get(0).value()).isCloseTo(plain.get(0), 1e-6);
  }

  @Test
  void adamWRefusesParametersThatAreNotInRowMajorOrder() {
    try (Tensor transposed = parameters.get(0).value().transpose(0, 1);
        Tensor gradient = random(1, 3, 4);
        Optimizer adamW = Method.ADAMW.open(List.of(new Trainable("turned", transposed)))) {
      assertThatThrownBy(() -> adamW.step(List.of(gradient), 0.1))
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("row-major");
    }
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void aQuadraticIsLowered(Method method) {
    try (Tensor target = random(9, 4, 3);
        Optimizer optimizer = method.open(parameters.subList(0, 1))) {
      Tensor value = parameters.get(0).value();
      double rate = method == Method.MUON ? 0.1 : 0.02; // its steps are small for a small matrix
      List<Double> losses = new ArrayList<>();
      for (int step = 0; step < 200; step++) {
        losses.add(
            TensorScope.<Double>compute(
                () -> {
                  Tensor leaf = Autograd.leaf(value);
                  Tensor loss = leaf.sub(target).pow(2).mean();
                  optimizer.step(Autograd.gradients(loss, List.of(leaf)), rate);
                  return loss.item();
                }));
      }
      assertThat(losses.get(199)).isLessThan(losses.get(0) / 20);
    }
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void aRestoredOptimizerGoesOnBitByBit(Method method) {
    Map<String, Tensor> saved = new HashMap<>();
    List<float[]> middle;
    List<float[]> end;
    try (Optimizer optimizer = method.open(parameters)) {
      steps(optimizer, 0, 3);
      optimizer.state().forEach((name, tensor) -> saved.put(name, tensor.copy()));
      middle = values();
      steps(optimizer, 3, 6);
      end = values();
    }
    setValues(middle);
    try (Optimizer resumed = method.open(parameters)) {
      resumed.restore(saved);
      steps(resumed, 3, 6);
    }
    saved.values().forEach(Tensor::close);
    assertThat(values()).usingRecursiveComparison().isEqualTo(end);
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void whatIsFrozenStaysWithItsDecayAndItsMoments(Method method) {
    List<float[]> before = values();
    try (Optimizer optimizer = method.open(parameters, 0.5)) {
      steps(optimizer, 0, 3, "p0", "p1");
      List<float[]> after = values();
      assertThat(after.subList(0, 2)).usingRecursiveComparison().isEqualTo(before.subList(0, 2));
      assertThat(after.get(2)).isNotEqualTo(before.get(2));
      assertThat(after.get(3)).isNotEqualTo(before.get(3));
      optimizer
          .state()
          .forEach(
              (name, moment) -> {
                if (name.startsWith("p0.") || name.startsWith("p1.")) {
                  assertThat(moment.toFloats()).as(name).containsOnly(0f);
                }
              });
    }
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void whatIsReleasedBeginsAsOnTheFirstDay(Method method) {
    List<float[]> start = values();
    try (Optimizer optimizer = method.open(parameters)) {
      steps(optimizer, 0, 5, "p0", "p1");
      steps(optimizer, 5, 7);
    }
    List<float[]> released = values();
    setValues(start);
    try (Optimizer optimizer = method.open(parameters)) {
      steps(optimizer, 5, 7);
    }
    assertThat(released.subList(0, 2)).usingRecursiveComparison().isEqualTo(values().subList(0, 2));
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void aStateThatDoesNotFitIsRefusedByNameAndChangesNothing(Method method) {
    try (Optimizer optimizer = method.open(parameters);
        Tensor other = Tensors.zeros(DType.FLOAT32, Device.CPU, 7);
        Tensor ones = Tensors.full(1, DType.FLOAT32, Device.CPU, 5)) {
      String ofVector = method == Method.CAME ? "p1.square" : "p1.second";
      Map<String, Tensor> broken = new HashMap<>(optimizer.state());
      String gone = optimizer.state().keySet().iterator().next();
      broken.remove(gone);
      broken.put("stranger", other);
      broken.put(ofVector, other);
      assertThatThrownBy(() -> optimizer.restore(broken))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("missing " + gone)
          .hasMessageContaining("unexpected stranger")
          .hasMessageContaining(ofVector + " is [7] float32, expected [5] float32");
      broken.put(ofVector, ones);
      assertThatThrownBy(() -> optimizer.restore(broken)).isInstanceOf(TrainingException.class);
      assertThat(optimizer.state()).containsKey(ofVector);
      optimizer.state().values().forEach(moment -> assertThat(moment.toFloats()).containsOnly(0f));
    }
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void aGradientTooFewIsRefused(Method method) {
    try (Optimizer optimizer = method.open(parameters)) {
      assertThatThrownBy(() -> optimizer.step(List.of(), 0.1))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("0 gradients were given for 4 parameters");
    }
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new AdamW.Settings(1, 0.9, 1e-8, 0))
        .hasMessageContaining("beta1 1.0 is not between 0 and below 1");
    assertThatThrownBy(() -> new AdamW.Settings(0.9, 0.9, 1e-8, -1))
        .hasMessageContaining("weight decay -1.0");
    assertThatThrownBy(() -> new Came.Settings(0.9, 0.9, 0.9, 0, 1, 1, 0))
        .hasMessageContaining("gradient eps 0.0");
  }
}
