package dev.sana4j.train.autoencoder;

import dev.sana4j.data.BatchPosition;
import dev.sana4j.data.BatchSampler;
import dev.sana4j.data.PixelBatch;
import dev.sana4j.data.PixelBatches;
import dev.sana4j.dcae.Autoencoder;
import dev.sana4j.image.RgbImage;
import dev.sana4j.pipeline.engine.Pixels;
import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Libtorch;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.TensorScope;
import dev.sana4j.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Sample images and measurements of an autoencoder, always on the same images.
 *
 * @param network the autoencoder
 * @param images the data
 * @param batch images at a time
 * @param dtype of the network
 * @param device where it is
 */
record AutoencoderOutputs(
    Autoencoder network, TrainingImages images, int batch, DType dtype, Device device) {
  private static final int SHOWN = 4;
  private static final int MEASURED = 256;

  private int shown() {
    return Math.min(SHOWN, images.size());
  }

  List<String> titles() {
    BatchSampler sampler = images.sampler(shown());
    return sampler.batch(sampler.settle(BatchPosition.START)).samples().stream()
        .map(images::name)
        .toList();
  }

  /** A few images, each next to its reconstruction. */
  List<RgbImage> samples() {
    List<RgbImage> pairs = new ArrayList<>();
    try (PixelBatches batches = images.fixed(shown());
        PixelBatch batch = batches.next()) {
      for (int i = 0; i < batch.batch().samples().size(); i++) {
        pairs.add(pair(batch.pixels(), i));
      }
    }
    return pairs;
  }

  private RgbImage pair(Tensor pixels, int index) {
    return inference(
        () -> {
          Tensor image = pixels.narrow(0, index, 1);
          Tensor decoded = network.decode(network.encode(input(image)));
          Tensor both = Tensors.cat(List.of(image, decoded.to(DType.FLOAT32).to(Device.CPU)), 3);
          return Pixels.toImage(both.mul(0.5).add(0.5));
        });
  }

  private Tensor input(Tensor pixels) {
    return pixels.to(device).to(dtype);
  }

  /** One over the standard deviation of the latents of some hundred images. */
  double scalingFactor() {
    int size = Math.min(batch, images.size());
    double count = 0;
    double sum = 0;
    double squares = 0;
    try (PixelBatches batches = images.fixed(size)) {
      for (int done = 0; done < Math.min(MEASURED, images.size()); done += size) {
        double[] moments = moments(batches);
        count += moments[0];
        sum += moments[1];
        squares += moments[2];
      }
    }
    double mean = sum / count;
    return 1 / Math.sqrt(squares / count - mean * mean);
  }

  private double[] moments(PixelBatches batches) {
    return inference(
        () -> {
          Tensor latents = network.encode(input(batches.next().pixels())).to(DType.FLOAT64);
          return new double[] {
            latents.elements(), latents.sum().item(), latents.pow(2).sum().item()
          };
        });
  }

  private static <T> T inference(Supplier<T> body) {
    return Libtorch.noGrad(() -> TensorScope.<T>compute(body));
  }
}
