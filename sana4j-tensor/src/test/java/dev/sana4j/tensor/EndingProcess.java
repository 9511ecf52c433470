package dev.sana4j.tensor;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends with status 37 in the requested way while a native operation runs. Used by {@link
 * ProcessEndTest}.
 */
final class EndingProcess {
  private static final int STATUS = 37;
  private static final int SIDE = 4096;

  private EndingProcess() {}

  public static void main(String[] arguments) throws InterruptedException {
    String how = arguments[0];
    if (!how.equals("usual")) {
      ProcessEnd.skipDestructors();
      ProcessEnd.skipDestructors();
    }
    if (!how.equals("unloaded")) {
      compute();
      ProcessEnd.onExit("abort"); // like a destructor whose state is gone
    }
    System.out.println("ends");
    if (how.equals("halt")) {
      ProcessEnd.halt(STATUS);
    }
    System.exit(STATUS);
  }

  /** Starts a product that takes longer than Java waits for native code when it ends. */
  private static void compute() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () ->
                TensorScope.compute(
                    () -> {
                      Libtorch.threads(1);
                      Tensor ones = Tensors.full(1, DType.FLOAT64, Device.CPU, SIDE, SIDE);
                      begun.countDown();
                      return ones.matmul(ones).elements();
                    }));
    thread.setDaemon(true);
    thread.start();
    if (!begun.await(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("the computing thread did not begin");
    }
  }
}
