package dev.sana4j.tensor;

/** A process that uses tensors twice, and prints the error of each attempt. */
final class NativesProbe {
  private NativesProbe() {}

  public static void main(String[] arguments) {
    attempt(Libtorch::threads);
    attempt(NativesProbe::compute);
  }

  private static void compute() {
    try (Tensor two = Tensors.full(2, DType.FLOAT32, Device.CPU, 1)) {
      System.out.println("computed " + two.item());
    }
  }

  private static void attempt(Runnable body) {
    try {
      body.run();
    } catch (TensorException e) {
      System.out.println(e.getMessage());
    }
  }
}
