package dev.sana4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.Functional.BatchStatistics;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DryRunTest {
  private static final Device META = DryRun.DEVICE;

  private static Tensor on(Device device, long... shape) {
    return Tensors.full(1, DType.FLOAT32, device, shape);
  }

  private static void during(Runnable body) {
    try (DryRun run = DryRun.start()) {
      assertThat(run.bytes()).isZero();
      TensorScope.run(body);
      assertThat(run.bytes()).isZero();
    }
  }

  @Test
  void usersCannotNameTheDevice() {
    assertThatThrownBy(() -> Device.parse("meta"))
        .hasMessage("unknown device 'meta'; use cpu, cuda or cuda:N");
    assertThatThrownBy(() -> Device.parse("META:0")).isInstanceOf(TensorException.class);
    assertThatThrownBy(() -> Libtorch.require(META))
        .hasMessage("unknown device 'meta'; use cpu, cuda or cuda:N");
    during(() -> Libtorch.require(META));
  }

  @Test
  void memoryIsCountedOncePerTensorAndForgottenWhenItIsClosed() {
    try (DryRun run = DryRun.start()) {
      Tensor tensor = Tensors.empty(DType.BFLOAT16, META, 1L << 20, 1L << 10);
      Tensor view = tensor.transpose(0, 1);
      assertThat(tensor.device()).isEqualTo(META);
      assertThat(run.bytes()).isEqualTo(2L << 30);
      tensor.close();
      assertThat(run.bytes()).isEqualTo(2L << 30);
      view.close();
      assertThat(run.bytes()).isZero();
      assertThat(run.peak()).isEqualTo(2L << 30);
      run.restart();
      assertThat(run.peak()).isZero();
    }
  }

  @Test
  void aSecondRunOfAThreadIsRefused() {
    during(() -> assertThatThrownBy(DryRun::start).isInstanceOf(IllegalStateException.class));
  }

  @Test
  void tensorsOnTheCpuAreNotCounted() {
    during(
        () -> {
          try (Tensor tensor = on(Device.CPU, 5)) {
            assertThat(tensor.sum().item()).isEqualTo(5);
          }
        });
  }

  @Test
  void memoryThatGradientsNeedStaysCounted() {
    try (DryRun run = DryRun.start()) {
      TensorScope.run(
          () -> {
            Tensor leaf = Autograd.leaf(on(META, 256));
            Tensor loss = TensorScope.tidy(() -> leaf.exp().exp().sum());
            assertThat(run.bytes()).isEqualTo(3 * 1024 + 4); // with the results of both exp
            List<Tensor> gradients = Autograd.gradients(loss, List.of(leaf));
            assertThat(gradients.get(0).shape()).containsExactly(256);
            assertThat(run.bytes()).isEqualTo(2 * 1024 + 4);
          });
      assertThat(run.bytes()).isZero();
    }
  }

  @Test
  void copiesBetweenHostAndDeviceAreCounted() {
    try (DryRun run = DryRun.start()) {
      TensorScope.run(
          () -> {
            Tensor uploaded = on(Device.CPU, 2).to(META);
            assertThat(uploaded.sum().item()).isEqualTo(1);
            assertThat(uploaded.toFloats()).containsExactly(1, 1);
            assertThat(uploaded.to(META).to(DType.FLOAT16).device()).isEqualTo(META);
            uploaded.copy_(on(Device.CPU, 2));
            assertThat(Functional.allFinite(uploaded)).isTrue();
          });
      assertThat(run.reads().values()).containsExactly(3);
      assertThat(run.uploads().values()).containsExactly(2);
      run.restart();
      assertThat(run.reads()).isEmpty();
      assertThat(run.uploads()).isEmpty();
    }
  }

  @Test
  void operandsOnTwoDevicesAreRefused() {
    during(
        () -> {
          Tensor here = on(META, 4, 4);
          Tensor there = on(Device.CPU, 4, 4);
          List<Supplier<Tensor>> mixed =
              List.of(
                  () -> here.add(there),
                  () -> here.matmul(there),
                  () -> here.add_(there, 1),
                  () -> Tensors.cat(List.of(here, there), 0),
                  () -> Functional.linear(here, there, null),
                  () -> Functional.linear(here, here, on(Device.CPU, 4)),
                  () -> Functional.embedding(here, Tensors.range(2, DType.INT64, Device.CPU)),
                  () -> here.indexSelect(0, Tensors.range(2, DType.INT64, Device.CPU)),
                  () ->
                      Functional.conv2d(
                          here.reshape(1, 1, 4, 4), there.reshape(1, 1, 4, 4), null, 1, 0, 1),
                  () ->
                      Functional.attention(
                          here.reshape(1, 1, 4, 4),
                          here.reshape(1, 1, 4, 4),
                          there.reshape(1, 1, 4, 4),
                          null),
                  () -> Operators.tensor("aten::maximum", here, there));
          for (Supplier<Tensor> operation : mixed) {
            assertThatThrownBy(operation::get)
                .isInstanceOf(TensorException.class)
                .hasMessageEndingWith("the operands are on two devices");
          }
        });
  }

  /** The operations that libtorch lacks for the device, and others. */
  private static List<Supplier<Tensor>> operations(Device device) {
    Tensor image = on(device, 2, 8, 6, 5);
    Tensor last = image.channelsLast();
    Tensor heads = on(device, 2, 3, 4, 8);
    Tensor eight = on(device, 8);
    Tensor ids = Tensors.full(1, DType.INT64, device, 2, 3);
    return List.of(
        () -> Functional.conv2d(image, on(device, 4, 8, 3, 3), null, 2, 1, 1),
        () -> Functional.conv2d(last, on(device, 4, 8, 3, 3), on(device, 4), 1, 1, 1),
        () -> Functional.conv2d(image, on(device, 8, 1, 5, 5), eight, 1, 2, 8),
        () -> VisionOps.convolve(image, on(device, 4, 8, 1, 3), on(device, 4), 1, 0, 1),
        () -> Functional.layerNorm(image, 1e-6),
        () -> Functional.rmsNorm(heads, eight, 1e-6),
        () -> Functional.attention(heads, heads, heads, on(device, 2, 1, 1, 4)),
        () -> Functional.embedding(on(device, 9, 8), ids),
        () -> image.indexSelect(-3, ids.flatten(0, 1)),
        () -> Functional.batchNorm(image, new BatchStatistics(eight, eight, eight, eight), true, 1),
        () -> image.abs(),
        () -> Functional.length(image),
        () -> Functional.resizeBilinear(image, 4, 7));
  }

  @Test
  void operationsReturnTheShapesThatTheCpuReturns() {
    during(
        () -> {
          List<Supplier<Tensor>> expected = operations(Device.CPU);
          List<Supplier<Tensor>> made = operations(META);
          for (int i = 0; i < made.size(); i++) {
            Tensor tensor = made.get(i).get();
            assertThat(tensor.device()).isEqualTo(META);
            assertThat(tensor.toString()).isEqualTo(expected.get(i).get().toString());
          }
        });
  }

  @Test
  void gradientsReachAllOperands() {
    during(
        () -> {
          Tensor image = Autograd.leaf(on(META, 2, 8, 6, 5));
          Tensor kernels = Autograd.leaf(on(META, 4, 8, 3, 3));
          Tensor bias = Autograd.leaf(on(META, 4));
          Tensor loss = Functional.conv2d(image, kernels, bias, 1, 1, 1).abs().sum();
          assertThat(Autograd.dependent(List.of(loss), List.of(), List.of(image, kernels, bias)))
              .hasSize(3);
        });
  }

  @Test
  void tangentsPassThrough() {
    during(
        () -> {
          var path = new ForwardMode.Path(on(META, 2, 8), on(META, 2, 8));
          var found =
              ForwardMode.along(
                  path,
                  path,
                  (a, b) -> Functional.layerNorm(a.mul(b), 1e-6).matmul(on(META, 8, 3)));
          assertThat(found.tangent().shape()).containsExactly(2, 3);
        });
  }

  @Test
  void unfitChannelsAreRefused() {
    during(
        () ->
            assertThatThrownBy(
                    () ->
                        Functional.conv2d(
                            on(META, 1, 3, 4, 4), on(META, 4, 8, 3, 3), null, 1, 1, 1))
                .isInstanceOf(TensorException.class));
  }
}
